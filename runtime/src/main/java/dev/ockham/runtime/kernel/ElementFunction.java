package dev.ockham.runtime.kernel;

import dev.ockham.runtime.graph.Activation;

/** A function of each number; in double, rounded to float, where float is not as good. */
public final class ElementFunction implements Computation {
  private final Activation.Function function;
  private final float first;
  private final float second;

  /** A function. */
  public ElementFunction(Activation operator) {
    function = operator.function();
    first = operator.first();
    second = operator.second();
  }

  @Override
  public boolean inPlace() {
    return true;
  }

  @Override
  public void run(float[][][] in, float[][] out) {
    for (int f = 0; f < out.length; f++) {
      switch (function) {
        case RELU -> relu(in[0][f], out[f]);
        case CLIP -> clip(in[0][f], out[f]);
        case LEAKY_RELU -> Slopes.leaky(in[0][f], first, out[f]);
        case ELU,
            GELU,
            GELU_TANH,
            SILU,
            MISH,
            HARD_SWISH,
            HARD_SIGMOID,
            SIGMOID,
            TANH,
            SOFTPLUS,
            SQRT,
            EXP,
            LOG,
            ERF,
            THRESHOLD,
            SCALE ->
            each(in[0][f], out[f]);
      }
    }
  }

  private static void relu(float[] from, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = Math.max(0f, from[i]);
    }
  }

  private void clip(float[] from, float[] to) {
    float low = first;
    float high = second;
    for (int i = 0; i < to.length; i++) {
      to[i] = Math.min(high, Math.max(low, from[i]));
    }
  }

  private void each(float[] from, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = (float) function.of(from[i], first, second);
    }
  }
}
