package dev.ockham.runtime.kernel;

import dev.ockham.runtime.graph.Activation;

/** A function of each number; in double, rounded to float, where float is not as good. */
public final class ElementFunction implements Kernel {
  private final Activation.Function function;
  private final float first;
  private final float second;
  private final int size;

  /**
   * Prepares the function of an activation.
   *
   * @param size numbers of an example
   */
  public ElementFunction(Activation operator, int size) {
    function = operator.function();
    first = operator.first();
    second = operator.second();
    this.size = size;
  }

  @Override
  public boolean inPlace() {
    return true;
  }

  @Override
  public void run(float[][] in, float[] out, Scratch scratch) {
    int count = size * scratch.lanes();
    if (function == Activation.Function.RELU) {
      relu(in[0], out, count);
    } else if (function == Activation.Function.CLIP) {
      clip(in[0], out, count);
    } else if (function == Activation.Function.LEAKY_RELU) {
      Slopes.leaky(in[0], first, out, 0, count);
    } else {
      each(in[0], out, count);
    }
  }

  private static void relu(float[] from, float[] to, int count) {
    for (int i = 0; i < count; i++) {
      to[i] = Math.max(0f, from[i]);
    }
  }

  private void clip(float[] from, float[] to, int count) {
    float low = first;
    float high = second;
    for (int i = 0; i < count; i++) {
      to[i] = Math.min(high, Math.max(low, from[i]));
    }
  }

  private void each(float[] from, float[] to, int count) {
    for (int i = 0; i < count; i++) {
      to[i] = (float) function.of(from[i], first, second);
    }
  }
}
