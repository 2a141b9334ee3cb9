package dev.ockham.core.kernel;

import static dev.ockham.core.kernel.Kernels.copyIn;
import static dev.ockham.core.kernel.Kernels.copyOut;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

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

  /**
   * Σ w·(−Σ q_k log p_k) over examples, in nats, and its gradient by the logits: q is 1 − ε at the
   * label, and ε/classes more everywhere (label smoothing, arXiv:1512.00567, section 7); w is the
   * weight of the label's class. With either it is a pseudo-likelihood.
   *
   * @param logits float32 {@code [examples, classes]}
   * @param labels one class per example
   * @param weights w of each class; null for 1
   * @param smoothing ε, in [0, 1)
   * @param scale what multiplies the gradient, such as 1/batch
   * @param gradient float32 as {@code logits}, overwritten: scale·w·(softmax − q)
   */
  public static double smoothed(
      Kernels kernels,
      MemorySegment logits,
      int[] labels,
      int classes,
      double @Nullable [] weights,
      double smoothing,
      float scale,
      MemorySegment gradient) {
    double plain = nll(kernels, logits, labels, classes, scale, gradient);
    if (weights == null && smoothing == 0) {
      return plain;
    }
    float[] row = new float[classes];
    double spread = smoothing / classes;
    double sum = 0;
    for (int i = 0; i < labels.length; i++) {
      double weight = weights == null ? 1 : weights[labels[i]];
      copyIn(logits, (long) i * classes, row, classes);
      sum += weight * smoothedRow(row, labels[i], smoothing);
      copyIn(gradient, (long) i * classes, row, classes);
      for (int k = 0; k < classes; k++) {
        // softmax − one-hot is there; q is less at the label, and more everywhere.
        double q = (k == labels[i] ? -smoothing : 0) + spread;
        row[k] = (float) (weight * (row[k] - scale * q));
      }
      copyOut(row, gradient, (long) i * classes, classes);
    }
    return sum;
  }

  private static double smoothedRow(float[] logits, int label, double smoothing) {
    double largest = Double.NEGATIVE_INFINITY;
    double mean = 0;
    for (float each : logits) {
      largest = Math.max(largest, each);
      mean += (double) each / logits.length;
    }
    double sum = 0;
    for (float each : logits) {
      sum += StrictMath.exp(each - largest);
    }
    double logSum = largest + StrictMath.log(sum);
    return (1 - smoothing) * (logSum - logits[label]) + smoothing * (logSum - mean);
  }
}
