package dev.ockham.train.posterior;

import dev.ockham.core.kernel.GaussianState;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.prune.Scores;
import dev.ockham.train.engine.NativeTensor;
import java.util.Arrays;
import java.util.List;

/**
 * Means and free variances of independent Gaussian weights.
 *
 * @param theta weight means
 * @param logSigma2 log-variances, natural log
 * @param sigma2 exp(logSigma2), derived; what autograd differentiates by
 * @param start log σ² of every weight at the start
 */
public record MeanAndVariance(
    Parameter theta, Parameter logSigma2, NativeTensor sigma2, double start)
    implements AutoCloseable {

  List<Parameter> parameters() {
    return List.of(theta, logSigma2);
  }

  long size() {
    return theta.value().size();
  }

  void initialize() {
    float[] values = new float[Math.toIntExact(size())];
    Arrays.fill(values, (float) start);
    logSigma2.value().set(values);
  }

  WeightLeaves newLeaves() {
    return new WeightLeaves.Gaussian(theta.value().newLeaf(), sigma2.newLeaf());
  }

  /** The memory, as kernels take it. */
  GaussianState state() {
    return new GaussianState(theta.adamState(), logSigma2.adamState(), sigma2.segment());
  }

  void keepOnly(Mask mask) {
    theta.value().set(mask.apply(theta.value().toArray()));
    sigma2.set(mask.apply(sigma2.toArray()));
  }

  float[] logAlpha(Kernels kernels) {
    return Scores.logAlpha(
        kernels, theta.value().segment(), logSigma2.value().segment(), Math.toIntExact(size()));
  }

  @Override
  public void close() {
    theta.close();
    logSigma2.close();
    sigma2.close();
  }
}
