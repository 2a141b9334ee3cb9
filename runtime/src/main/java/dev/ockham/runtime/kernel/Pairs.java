package dev.ockham.runtime.kernel;

import dev.ockham.runtime.graph.Combine;
import dev.ockham.runtime.graph.Shape;

/** Two values, number by number, the smaller one repeated. */
public final class Pairs implements Kernel {
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
  public void run(float[][] in, float[] out, Scratch scratch) {
    int lanes = scratch.lanes();
    int f = 0;
    while (f < left.length) {
      int first = f++;
      while (f < left.length && goesOn(left, first, f) && goesOn(right, first, f)) {
        f++;
      }
      int count = (f - first) * lanes;
      run(in[0], left[first] * lanes, in[1], right[first] * lanes, out, first * lanes, count);
    }
  }

  private static boolean goesOn(int[] places, int first, int f) {
    return places[f] - f == places[first] - first;
  }

  private void run(float[] x, int fromX, float[] y, int fromY, float[] to, int at, int count) {
    switch (by) {
      case ADD -> {
        for (int i = 0; i < count; i++) {
          to[at + i] = x[fromX + i] + y[fromY + i];
        }
      }
      case SUBTRACT -> {
        for (int i = 0; i < count; i++) {
          to[at + i] = x[fromX + i] - y[fromY + i];
        }
      }
      case MULTIPLY -> {
        for (int i = 0; i < count; i++) {
          to[at + i] = x[fromX + i] * y[fromY + i];
        }
      }
      case DIVIDE -> {
        for (int i = 0; i < count; i++) {
          to[at + i] = x[fromX + i] / y[fromY + i];
        }
      }
      case MINIMUM -> {
        for (int i = 0; i < count; i++) {
          to[at + i] = Math.min(x[fromX + i], y[fromY + i]);
        }
      }
      case MAXIMUM -> {
        for (int i = 0; i < count; i++) {
          to[at + i] = Math.max(x[fromX + i], y[fromY + i]);
        }
      }
      case POWER -> {
        for (int i = 0; i < count; i++) {
          to[at + i] = (float) Math.pow(x[fromX + i], y[fromY + i]);
        }
      }
    }
  }
}
