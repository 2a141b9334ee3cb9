package dev.ockham.core.prune;

import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.noise.CounterDraws;
import java.lang.foreign.MemorySegment;

/**
 * Scores of weights, computed in one place for networks that train and for checkpoints: equal
 * weights have equal scores. They are row-major in the layer's shape, and none is NaN unless a
 * parameter is.
 */
public final class Scores {

  /** Noise of training has steps from 0 on, initial weights −1, and sampled networks −2 and on. */
  private static final long ORDER_STEP = Long.MIN_VALUE;

  private Scores() {}

  /**
   * Log α = log σ² − log(θ² + 1e-8) of Gaussian weights.
   *
   * @param theta means, float32
   * @param logSigma2 log-variances, float32 (natural log)
   * @param count how many
   */
  public static float[] logAlpha(
      Kernels kernels, MemorySegment theta, MemorySegment logSigma2, int count) {
    float[] scores = new float[count];
    kernels.logAlpha(theta, logSigma2, MemorySegment.ofArray(scores), 0, count);
    return scores;
  }

  /**
   * −log |θ|, natural log: from −88.8 to 103.3 for finite weights but zeros, whose score is +∞.
   * Training writes what it decides, so this is {@link StrictMath}, which has the same bits
   * everywhere.
   */
  public static float[] magnitude(float[] theta) {
    float[] scores = new float[theta.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] =
          theta[i] == 0 ? Float.POSITIVE_INFINITY : (float) -StrictMath.log(Math.abs(theta[i]));
    }
    return scores;
  }

  /**
   * A random number in (0, 1] for every weight that is not 0, whatever else it is, and +∞ for
   * zeros. The numbers are the same throughout a run, so that what is kept at a higher sparsity is
   * a subset of what is kept at a lower one.
   *
   * @param seed the run's
   * @param layer number of the layer among those with weights, from 0
   */
  public static float[] random(float[] theta, long seed, int layer) {
    NoiseKey key = NoiseKey.of(seed, ORDER_STEP, layer);
    float[] scores = new float[theta.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = theta[i] == 0 ? Float.POSITIVE_INFINITY : (float) CounterDraws.uniform(key, i, 0);
    }
    return scores;
  }
}
