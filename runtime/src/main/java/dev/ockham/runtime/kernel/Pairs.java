package dev.ockham.runtime.kernel;

import dev.ockham.runtime.graph.Combine;
import dev.ockham.runtime.graph.Shape;

/** Two values, number by number, the smaller one repeated. */
public final class Pairs implements Computation {
  private final Combine.By by;
  private final int[] left;
  private final int[] right;
  private final boolean inPlace;

  /** Values of the given shapes. */
  public Pairs(Combine operator, Shape x, Shape y, Shape out) {
    by = operator.by();
    left = Places.broadcast(x, out);
    right = Places.broadcast(y, out);
    inPlace = x.size() == out.size();
  }

  @Override
  public boolean inPlace() {
    return inPlace;
  }

  @Override
  public void run(float[][][] in, float[][] out) {
    for (int f = 0; f < out.length; f++) {
      float[] x = in[0][left[f]];
      float[] y = in[1][right[f]];
      float[] to = out[f];
      switch (by) {
        case ADD -> add(x, y, to);
        case SUBTRACT -> subtract(x, y, to);
        case MULTIPLY -> multiply(x, y, to);
        case DIVIDE -> divide(x, y, to);
        case MINIMUM -> minimum(x, y, to);
        case MAXIMUM -> maximum(x, y, to);
        case POWER -> power(x, y, to);
      }
    }
  }

  private static void add(float[] x, float[] y, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = x[i] + y[i];
    }
  }

  private static void subtract(float[] x, float[] y, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = x[i] - y[i];
    }
  }

  private static void multiply(float[] x, float[] y, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = x[i] * y[i];
    }
  }

  private static void divide(float[] x, float[] y, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = x[i] / y[i];
    }
  }

  private static void minimum(float[] x, float[] y, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = Math.min(x[i], y[i]);
    }
  }

  private static void maximum(float[] x, float[] y, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = Math.max(x[i], y[i]);
    }
  }

  private static void power(float[] x, float[] y, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = (float) Math.pow(x[i], y[i]);
    }
  }
}
