package dev.ockham.core.data;

import java.util.Arrays;

/**
 * What turns raw values into what a network trains on, {@code (x − mean) · scale}: one mean and
 * scale for all numbers of an example, or one for each. The arrays are not copied.
 *
 * @param mean what is subtracted, finite; of length 1, or one per number of an example
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

  /** The same for all numbers. */
  public static InputScaling all(float mean, float scale) {
    return new InputScaling(new float[] {mean}, new float[] {scale});
  }

  /** Whether all numbers of an example share one mean and scale. */
  public boolean shared() {
    return mean.length == 1;
  }

  /**
   * What some neighbouring numbers of an example go through.
   *
   * @param from the first
   * @param to behind the last
   */
  public InputScaling part(int from, int to) {
    return shared()
        ? this
        : new InputScaling(Arrays.copyOfRange(mean, from, to), Arrays.copyOfRange(scale, from, to));
  }

  /** Whether it leaves every value as it is. */
  public boolean isNone() {
    for (int i = 0; i < mean.length; i++) {
      if (mean[i] != 0 || scale[i] != 1) {
        return false;
      }
    }
    return true;
  }
}
