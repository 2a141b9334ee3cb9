package dev.ockham.train.posterior;

import dev.ockham.core.kernel.GaussianState;
import dev.ockham.core.kernel.GaussianWeights;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kl.GaussianKl;
import dev.ockham.core.prune.Mask;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A Bayesian network's weights: w ~ N(μ, σ²), independent, under the prior N(0, s²)
 * (arXiv:1505.05424; here σ = exp(½ log σ²)).
 *
 * @param gaussian means and variances
 * @param prior the prior, with its KL
 */
public record FactorizedGaussianWeights(MeanAndVariance gaussian, GaussianKl prior)
    implements WeightPosterior {

  @Override
  public Parameter theta() {
    return gaussian.theta();
  }

  @Override
  public List<Parameter> parameters() {
    return gaussian.parameters();
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
                GaussianWeights.update(
                    update.kernels(),
                    state,
                    byTheta,
                    bySigma2,
                    prior,
                    update.klScale(),
                    update.adam(),
                    from,
                    to));
  }

  @Override
  public void refresh(Kernels kernels) {
    GaussianState state = gaussian.state();
    kernels.refreshExp(state.logSigma2().parameter(), state.sigma2(), 0, gaussian.size());
  }

  @Override
  public void keepOnly(Mask mask) {
    gaussian.keepOnly(mask);
  }

  @Override
  public double klNats(Kernels kernels) {
    return GaussianWeights.klSum(
        prior,
        theta().value().segment(),
        gaussian.logSigma2().value().segment(),
        0,
        gaussian.size());
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
