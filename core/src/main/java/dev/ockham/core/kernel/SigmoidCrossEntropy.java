package dev.ockham.core.kernel;

import static dev.ockham.core.kernel.Kernels.copyIn;
import static dev.ockham.core.kernel.Kernels.copyOut;

import java.lang.foreign.MemorySegment;

/** The negative log-likelihood of labels that hold or not, each by itself, with its gradient. */
public final class SigmoidCrossEntropy {

  private static final float LEAST = 1e-12f;

  private SigmoidCrossEntropy() {}

  /**
   * Σ −log p over examples and labels, in nats, where p is σ(z) of a label that holds and σ(−z) of
   * one that does not: max(z, 0) − z·t + log(1 + exp(−|z|)), which no logit overflows.
   *
   * @param logits z, float32 {@code [rows, labels]}
   * @param holds t, {@code [rows, labels]}
   * @param scale what multiplies the gradient, such as 1/batch
   * @param gradient float32 as {@code logits}, overwritten: scale·(σ(z) − t)
   */
  public static double nll(
      MemorySegment logits, boolean[] holds, int labels, float scale, MemorySegment gradient) {
    KernelArguments.requireFloats("logits", logits, 0, holds.length);
    KernelArguments.requireFloats("gradient", gradient, 0, holds.length);
    float[] row = new float[labels];
    double nll = 0;
    for (int at = 0; at < holds.length; at += labels) {
      copyIn(logits, at, row, labels);
      for (int k = 0; k < labels; k++) {
        double z = row[k];
        double small = StrictMath.exp(-Math.abs(z));
        nll += Math.max(z, 0) - (holds[at + k] ? z : 0) + StrictMath.log1p(small);
        double p = z >= 0 ? 1 / (1 + small) : small / (1 + small);
        float by = (float) (scale * (p - (holds[at + k] ? 1 : 0)));
        row[k] = Math.abs(by) < LEAST ? 0 : by;
      }
      copyOut(row, gradient, at, labels);
    }
    return nll;
  }
}
