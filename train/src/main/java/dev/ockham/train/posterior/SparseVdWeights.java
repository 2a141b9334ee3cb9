package dev.ockham.train.posterior;

import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.SparseVdState;
import dev.ockham.core.kl.KlTerm;
import dev.ockham.core.prune.Mask;
import dev.ockham.train.engine.NativeTensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Sparse variational dropout: w ~ N(θ, σ²) with both free per weight, and a KL that only sees log α
 * = log σ² − log(θ² + 1e-8) (arXiv:1701.05369, section 4.2).
 *
 * <p>Autograd differentiates by θ and σ². The KL's gradient, the chain rule from σ² to log σ², both
 * Adam updates and the next σ² are one pass over memory outside of it.
 *
 * @param kl the KL term
 * @param theta weight means
 * @param logSigma2 log-variances, natural log
 * @param sigma2 exp(logSigma2), derived
 */
public record SparseVdWeights(KlTerm kl, Parameter theta, Parameter logSigma2, NativeTensor sigma2)
    implements WeightPosterior {

  @Override
  public List<Parameter> parameters() {
    return List.of(theta, logSigma2);
  }

  @Override
  public boolean noisy() {
    return true;
  }

  @Override
  public WeightLeaves newLeaves() {
    return new WeightLeaves.Gaussian(theta.value().newLeaf(), sigma2.newLeaf());
  }

  @Override
  public void update(List<WeightLeaves> leaves, Update update) {
    List<Tensor> means = new ArrayList<>();
    List<Tensor> variances = new ArrayList<>();
    for (WeightLeaves leaf : leaves) {
      WeightLeaves.Gaussian gaussian = (WeightLeaves.Gaussian) leaf;
      means.add(gaussian.theta());
      variances.add(gaussian.sigma2());
    }
    MemorySegment byTheta = Gradients.sum(means);
    if (!update.noisy()) {
      update.adam(theta, byTheta);
      return;
    }
    MemorySegment bySigma2 = Gradients.sum(variances);
    SparseVdState state = state();
    update
        .threads()
        .run(
            theta.value().size(),
            (from, to) ->
                update
                    .kernels()
                    .sparseVdUpdate(
                        state, byTheta, bySigma2, kl, update.klScale(), update.adam(), from, to));
  }

  @Override
  public void refresh(Kernels kernels) {
    kernels.refreshSigma2(state(), kl, 0, theta.value().size());
  }

  @Override
  public void keepOnly(Mask mask) {
    theta.value().set(mask.apply(theta.value().toArray()));
    sigma2.set(mask.apply(sigma2.toArray()));
  }

  @Override
  public double klNats(Kernels kernels) {
    return kernels.klSum(kl, theta.value().segment(), sigma2.segment(), 0, theta.value().size());
  }

  /** Scores to prune by: log α of every weight. */
  public float[] logAlpha(Kernels kernels) {
    float[] scores = new float[(int) theta.value().size()];
    kernels.logAlpha(
        theta.value().segment(),
        logSigma2.value().segment(),
        MemorySegment.ofArray(scores),
        0,
        scores.length);
    return scores;
  }

  private SparseVdState state() {
    return new SparseVdState(theta.adamState(), logSigma2.adamState(), sigma2.segment());
  }

  @Override
  public void close() {
    theta.close();
    logSigma2.close();
    sigma2.close();
  }
}
