package dev.ockham.core.kernel;

import static dev.ockham.core.kernel.Kernels.copyIn;
import static dev.ockham.core.kernel.Kernels.copyOut;

import java.lang.foreign.MemorySegment;

/** Losses of numbers, with their gradients by what a network gives. */
public final class NumberLoss {

  /** Smaller gradients are 0, as in {@link CrossEntropy}: their squares would be subnormal. */
  private static final float LEAST = 1e-12f;

  private NumberLoss() {}

  /**
   * Σ ½ (s + (y − t)² exp(−s)) over examples and numbers: the negative log-likelihood of Gaussian
   * noise of variance exp(s), without its constant ½ log 2π a number (arXiv:1703.04977, eq. (8)).
   *
   * @param values y, float32 {@code [rows, size]}
   * @param logVariances s, float32 as {@code values}
   * @param targets t, {@code [rows, size]}
   * @param scale what multiplies the gradients, such as 1/batch
   * @param byValues float32 as {@code values}, overwritten: scale·(y − t)·exp(−s)
   * @param byLogVariances float32 as {@code values}, overwritten: scale·½ (1 − (y − t)² exp(−s))
   */
  public static double gaussian(
      MemorySegment values,
      MemorySegment logVariances,
      float[] targets,
      int size,
      float scale,
      MemorySegment byValues,
      MemorySegment byLogVariances) {
    KernelArguments.requireFloats("values", values, 0, targets.length);
    KernelArguments.requireFloats("logVariances", logVariances, 0, targets.length);
    KernelArguments.requireFloats("byValues", byValues, 0, targets.length);
    KernelArguments.requireFloats("byLogVariances", byLogVariances, 0, targets.length);
    float[] row = new float[size];
    float[] logs = new float[size];
    double sum = 0;
    for (int at = 0; at < targets.length; at += size) {
      copyIn(values, at, row, size);
      copyIn(logVariances, at, logs, size);
      for (int k = 0; k < size; k++) {
        double apart = (double) row[k] - targets[at + k];
        double precision = StrictMath.exp(-(double) logs[k]);
        double squared = apart * apart * precision;
        sum += 0.5 * (logs[k] + squared);
        row[k] = flushed((float) (scale * apart * precision));
        logs[k] = flushed((float) (scale * 0.5 * (1 - squared)));
      }
      copyOut(row, byValues, at, size);
      copyOut(logs, byLogVariances, at, size);
    }
    return sum;
  }

  /**
   * Σ h(y − t) over examples and numbers, where h(e) is e²/2 up to δ and δ·(|e| − δ/2) beyond
   * (Huber 1964). No likelihood that training knows the constant of: a pseudo-likelihood.
   *
   * @param values y, float32 {@code [rows, size]}
   * @param targets t, {@code [rows, size]}
   * @param delta δ, positive
   * @param scale what multiplies the gradient, such as 1/batch
   * @param gradient float32 as {@code values}, overwritten: scale·(y − t), cut at ±scale·δ
   */
  public static double huber(
      MemorySegment values,
      float[] targets,
      int size,
      double delta,
      float scale,
      MemorySegment gradient) {
    KernelArguments.requireFloats("values", values, 0, targets.length);
    KernelArguments.requireFloats("gradient", gradient, 0, targets.length);
    float[] row = new float[size];
    double sum = 0;
    for (int at = 0; at < targets.length; at += size) {
      copyIn(values, at, row, size);
      for (int k = 0; k < size; k++) {
        double apart = (double) row[k] - targets[at + k];
        double far = Math.abs(apart);
        sum += far <= delta ? apart * apart / 2 : delta * (far - delta / 2);
        row[k] = flushed((float) (scale * Math.clamp(apart, -delta, delta)));
      }
      copyOut(row, gradient, at, size);
    }
    return sum;
  }

  private static float flushed(float gradient) {
    return Math.abs(gradient) < LEAST ? 0 : gradient;
  }
}
