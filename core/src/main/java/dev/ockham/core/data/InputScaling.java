package dev.ockham.core.data;

import java.util.Arrays;
import java.util.List;

/**
 * What turns raw values into what a network trains on, {@code (x − mean) · scale}: one mean and
 * scale for all numbers of an example, one for each channel of a picture, or one for each number.
 * In general, an example is as many runs of neighbouring numbers, all of one length, as there are
 * means. The arrays are not copied.
 *
 * @param mean what is subtracted, finite; of length 1, or one per channel or number of an example
 * @param scale what the difference is multiplied with, finite; as many
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record InputScaling(float[] mean, float[] scale) {

  /** Leaves every value as it is. */
  public static final InputScaling NONE = all(0, 1);

  /** Checks that there are as many means as scales and that all of them are finite. */
  public InputScaling {
    if (mean.length != scale.length || mean.length == 0) {
      throw new IllegalArgumentException(
          "input scaling has " + mean.length + " means but " + scale.length + " scales");
    }
    for (int i = 0; i < mean.length; i++) {
      if (!Float.isFinite(mean[i]) || !Float.isFinite(scale[i])) {
        throw new IllegalArgumentException(
            "input scaling needs finite numbers, got mean "
                + mean[i]
                + " and scale "
                + scale[i]
                + " for feature "
                + i);
      }
    }
  }

  /** One mean and one scale for all numbers. */
  public static InputScaling all(float mean, float scale) {
    return new InputScaling(new float[] {mean}, new float[] {scale});
  }

  /**
   * What published means and deviations of pixels from 0 to 1 do to pixels from 0 to 255.
   *
   * @param mean of each channel
   * @param deviation of each channel, positive; as many
   */
  public static InputScaling ofPixels(List<Double> mean, List<Double> deviation) {
    float[] means = new float[mean.size()];
    float[] scales = new float[deviation.size()];
    for (int i = 0; i < means.length; i++) {
      means[i] = (float) (PixelStatistics.BRIGHTEST * mean.get(i));
    }
    for (int i = 0; i < scales.length; i++) {
      scales[i] = (float) (1 / (PixelStatistics.BRIGHTEST * deviation.get(i)));
    }
    return new InputScaling(means, scales);
  }

  /** Whether all numbers of an example share one mean and scale. */
  public boolean shared() {
    return mean.length == 1;
  }

  /**
   * This scaling with a mean and a scale for every number of an example.
   *
   * @param size how many there are, a multiple of the means
   */
  public InputScaling over(int size) {
    if (size % mean.length != 0) {
      throw new IllegalArgumentException(mean.length + " means for " + size + " numbers");
    }
    float[] means = new float[size];
    float[] scales = new float[size];
    int run = size / mean.length;
    for (int i = 0; i < size; i++) {
      means[i] = mean[i / run];
      scales[i] = scale[i / run];
    }
    return new InputScaling(means, scales);
  }

  /**
   * What some neighbouring numbers of an example go through, where all share a scale or each has
   * its own.
   *
   * @param from the first
   * @param to behind the last
   */
  public InputScaling part(int from, int to) {
    return shared()
        ? this
        : new InputScaling(Arrays.copyOfRange(mean, from, to), Arrays.copyOfRange(scale, from, to));
  }

  /** Whether the scaling leaves every value as it is. */
  public boolean isNone() {
    for (int i = 0; i < mean.length; i++) {
      if (mean[i] != 0 || scale[i] != 1) {
        return false;
      }
    }
    return true;
  }
}
