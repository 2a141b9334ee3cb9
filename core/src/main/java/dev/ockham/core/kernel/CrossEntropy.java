package dev.ockham.core.kernel;

import static dev.ockham.core.kernel.Kernels.copyIn;
import static dev.ockham.core.kernel.Kernels.copyOut;

import java.lang.foreign.MemorySegment;

/** The negative log-likelihood of a class under a softmax, with its gradient. */
public final class CrossEntropy {

  /**
   * Smaller gradients are 0. They are far below what float32 resolves at the label's own class, and
   * their squares would be subnormal, which processors are a hundred times slower with.
   */
  private static final float LEAST = 1e-12f;

  private CrossEntropy() {}

  /**
   * Σ NLL over examples, in nats, and its gradient by the logits.
   *
   * @param logits float32 {@code [examples, classes]}
   * @param labels one class per example
   * @param scale what multiplies the gradient, such as 1/batch
   * @param gradient float32 as {@code logits}, overwritten: scale·(softmax − one-hot)
   */
  public static double nll(
      Kernels kernels,
      MemorySegment logits,
      int[] labels,
      int classes,
      float scale,
      MemorySegment gradient) {
    KernelArguments.requireFloats("logits", logits, 0, (long) labels.length * classes);
    KernelArguments.requireFloats("gradient", gradient, 0, (long) labels.length * classes);
    // The loops of exp run to the end of a vector.
    float[] row = new float[classes + Kernels.MOST_LANES];
    double nll = 0;
    for (int i = 0; i < labels.length; i++) {
      int label = labels[i];
      KernelArguments.require(
          label >= 0 && label < classes, "labels[" + i + "]", label, "in [0, " + classes + ")");
      copyIn(logits, (long) i * classes, row, classes);
      float largest = row[0];
      for (int k = 1; k < classes; k++) {
        largest = Math.max(largest, row[k]);
      }
      for (int k = 0; k < classes; k++) {
        row[k] -= largest;
      }
      float own = row[label];
      kernels.exp(row, classes);
      double sum = 0;
      for (int k = 0; k < classes; k++) {
        sum += row[k];
      }
      nll += StrictMath.log(sum) - own;
      float factor = (float) (scale / sum);
      for (int k = 0; k < classes; k++) {
        float part = row[k] * factor;
        row[k] = part < LEAST ? 0 : part;
      }
      row[label] -= scale;
      copyOut(row, gradient, (long) i * classes, classes);
    }
    return nll;
  }
}
