package dev.ockham.lab.sample;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;

/** Points on an axis and functions at them. */
public final class Grid {

  private Grid() {}

  /** So many points from one value to another, both included. */
  public static double[] linear(double from, double to, int count) {
    double[] points = new double[count];
    for (int i = 0; i < count; i++) {
      points[i] = from + (to - from) * i / (count - 1);
    }
    return points;
  }

  /** A quantity of each of some rows, in their order. */
  public static <T> double[] of(List<T> rows, ToDoubleFunction<T> quantity) {
    return rows.stream().mapToDouble(quantity).toArray();
  }

  /** A function at each point. */
  public static double[] map(double[] points, DoubleUnaryOperator function) {
    return Arrays.stream(points).map(function).toArray();
  }
}
