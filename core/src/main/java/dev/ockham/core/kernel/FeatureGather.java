package dev.ockham.core.kernel;

import java.lang.foreign.MemorySegment;

/**
 * The float twin of {@link Kernels#gatherImages}: a batch of standardised features. Scalar only:
 * the matrix product that follows reads each value as often as the first layer has outputs.
 */
public final class FeatureGather {

  private final float[] mean;
  private final float[] scale;

  /**
   * A gatherer of examples.
   *
   * @param mean one per feature; copied
   * @param scale one per feature; copied
   */
  public FeatureGather(float[] mean, float[] scale) {
    if (mean.length != scale.length) {
      throw new IllegalArgumentException(
          "mean has %s features, scale %s".formatted(mean.length, scale.length));
    }
    this.mean = mean.clone();
    this.scale = scale.clone();
  }

  /**
   * out[row, k] = (values[indices[row], k] − mean[k])·scale[k].
   *
   * @param values float32, row-major [examples, features]
   * @param indices which example each row of the batch is
   * @param out float32, at least [indices.length, features]
   * @throws IndexOutOfBoundsException if an index is out of range or the memory too short
   */
  public void gather(MemorySegment values, int[] indices, MemorySegment out) {
    int features = mean.length;
    for (int row = 0; row < indices.length; row++) {
      long from = (long) indices[row] * features;
      long to = (long) row * features;
      for (int k = 0; k < features; k++) {
        float value = values.getAtIndex(Kernels.F32, from + k);
        out.setAtIndex(Kernels.F32, to + k, (value - mean[k]) * scale[k]);
      }
    }
  }
}
