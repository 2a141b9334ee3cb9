package dev.ockham.train.posterior;

import dev.ockham.core.kernel.GaussianState;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kl.KlTerm;
import dev.ockham.core.prune.Mask;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Sparse variational dropout: w ~ N(θ, σ²) with both free per weight, and a KL that only sees log α
 * = log σ² − log(θ² + 1e-8) (arXiv:1701.05369, section 4.2).
 *
 * <p>Autograd differentiates by θ and σ². The KL's gradient, the chain rule from σ² to log σ², both
 * Adam updates and the next σ² are one pass over memory outside of it.
 *
 * @param kl the KL term
 * @param gaussian means and variances
 */
public record SparseVdWeights(KlTerm kl, MeanAndVariance gaussian) implements WeightPosterior {

  @Override
  public Parameter theta() {
    return gaussian.theta();
  }

  @Override
  public List<Parameter> parameters() {
    return gaussian.parameters();
  }

  /** Log-variances, natural log. */
  public Parameter logSigma2() {
    return gaussian.logSigma2();
  }

  @Override
  public boolean noisy() {
    return true;
  }

  @Override
  public void initialize() {
    gaussian.initialize();
  }

  @Override
  public WeightLeaves newLeaves() {
    return gaussian.newLeaves();
  }

  @Override
  public void update(List<WeightLeaves> leaves, Update update) {
    MemorySegment byTheta = WeightLeaves.sumByTheta(leaves);
    if (!update.noisy()) {
      update.adam(theta(), byTheta);
      return;
    }
    MemorySegment bySigma2 = WeightLeaves.sumBySigma2(leaves);
    GaussianState state = gaussian.state();
    update
        .threads()
        .run(
            gaussian.size(),
            (from, to) ->
                update
                    .kernels()
                    .sparseVdUpdate(
                        state, byTheta, bySigma2, kl, update.klScale(), update.adam(), from, to));
  }

  @Override
  public void refresh(Kernels kernels) {
    kernels.refreshSigma2(gaussian.state(), kl, 0, gaussian.size());
  }

  @Override
  public void keepOnly(Mask mask) {
    gaussian.keepOnly(mask);
  }

  @Override
  public double klNats(Kernels kernels) {
    return kernels.klSum(
        kl, theta().value().segment(), gaussian.sigma2().segment(), 0, gaussian.size());
  }

  @Override
  public float[] logAlpha(Kernels kernels) {
    return gaussian.logAlpha(kernels);
  }

  @Override
  public void close() {
    gaussian.close();
  }
}
