package dev.ockham.core.kernel;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;

/** Distances between outputs and targets, with their gradients by the outputs. */
public final class TargetDistance {

  /** Smaller gradients are 0, as in {@link CrossEntropy}: their squares would be subnormal. */
  private static final float LEAST = 1e-12f;

  private TargetDistance() {}

  /**
   * Σ (y − t)² / 2σ² over examples and numbers.
   *
   * @param values y, float32 {@code [rows, size]}
   * @param targets t, float32 {@code [all examples, size]}
   * @param examples row of {@code targets} for each row of {@code values}
   * @param deviation σ, positive
   * @param scale what multiplies the gradient, such as 1/batch
   * @param gradient float32 as {@code values}, overwritten: scale·(y − t)/σ²
   */
  public static double squared(
      MemorySegment values,
      MemorySegment targets,
      int[] examples,
      int size,
      double deviation,
      float scale,
      MemorySegment gradient) {
    check(values, targets, examples, size, gradient);
    float[] row = new float[size];
    float[] target = new float[size];
    float factor = (float) (scale / (deviation * deviation));
    double sum = 0;
    for (int i = 0; i < examples.length; i++) {
      copyIn(values, i, row);
      copyIn(targets, examples[i], target);
      double ofRow = 0;
      for (int k = 0; k < size; k++) {
        float difference = row[k] - target[k];
        ofRow += (double) difference * difference;
        row[k] = flushed(difference * factor);
      }
      sum += ofRow;
      copyOut(row, gradient, i);
    }
    return sum / (2 * deviation * deviation);
  }

  /**
   * Σ T²·KL(softmax(t/T) ‖ softmax(y/T)) over examples, in nats.
   *
   * @param values logits y, float32 {@code [rows, size]}
   * @param targets logits t, float32 {@code [all examples, size]}
   * @param examples row of {@code targets} for each row of {@code values}
   * @param temperature T, positive
   * @param scale what multiplies the gradient, such as 1/batch
   * @param gradient float32 as {@code values}, overwritten: scale·T·(softmax(y/T) − softmax(t/T))
   */
  public static double divergence(
      Kernels kernels,
      MemorySegment values,
      MemorySegment targets,
      int[] examples,
      int size,
      double temperature,
      float scale,
      MemorySegment gradient) {
    check(values, targets, examples, size, gradient);
    float inverse = (float) (1 / temperature);
    float factor = (float) (scale * temperature);
    Softmax own = new Softmax(size);
    Softmax theirs = new Softmax(size);
    float[] row = new float[size];
    double sum = 0;
    for (int i = 0; i < examples.length; i++) {
      own.of(kernels, values, i, inverse);
      theirs.of(kernels, targets, examples[i], inverse);
      double ofRow = 0;
      for (int k = 0; k < size; k++) {
        double p = theirs.exponentials[k] / theirs.sum;
        double q = own.exponentials[k] / own.sum;
        ofRow += p * ((theirs.shifted[k] - theirs.logSum) - (own.shifted[k] - own.logSum));
        row[k] = flushed((float) (q - p) * factor);
      }
      sum += Math.max(0, ofRow);
      copyOut(row, gradient, i);
    }
    return sum * temperature * temperature;
  }

  /** The softmax of one row at a time. */
  private static final class Softmax {
    private final int size;
    private final float[] shifted;
    // The loops of exp run to the end of a vector.
    private final float[] exponentials;
    private double sum;
    private double logSum;

    Softmax(int size) {
      this.size = size;
      shifted = new float[size];
      exponentials = new float[size + Kernels.MOST_LANES];
    }

    void of(Kernels kernels, MemorySegment logits, int row, float inverse) {
      copyIn(logits, row, shifted);
      float largest = shifted[0];
      for (int k = 1; k < size; k++) {
        largest = Math.max(largest, shifted[k]);
      }
      for (int k = 0; k < size; k++) {
        shifted[k] = (shifted[k] - largest) * inverse;
      }
      System.arraycopy(shifted, 0, exponentials, 0, size);
      kernels.exp(exponentials, size);
      sum = 0;
      for (int k = 0; k < size; k++) {
        sum += exponentials[k];
      }
      logSum = StrictMath.log(sum);
    }
  }

  private static float flushed(float gradient) {
    return Math.abs(gradient) < LEAST ? 0 : gradient;
  }

  private static void check(
      MemorySegment values,
      MemorySegment targets,
      int[] examples,
      int size,
      MemorySegment gradient) {
    KernelArguments.requireFloats("values", values, 0, (long) examples.length * size);
    KernelArguments.requireFloats("gradient", gradient, 0, (long) examples.length * size);
    for (int i = 0; i < examples.length; i++) {
      KernelArguments.requireFloats(
          "targets", targets, (long) examples[i] * size, (examples[i] + 1L) * size);
    }
  }

  private static void copyIn(MemorySegment from, int row, float[] to) {
    long offset = (long) row * to.length * Float.BYTES;
    MemorySegment.copy(from, JAVA_FLOAT, offset, to, 0, to.length);
  }

  private static void copyOut(float[] from, MemorySegment to, int row) {
    long offset = (long) row * from.length * Float.BYTES;
    MemorySegment.copy(from, 0, to, JAVA_FLOAT, offset, from.length);
  }
}
