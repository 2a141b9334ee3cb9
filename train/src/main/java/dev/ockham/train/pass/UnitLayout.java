package dev.ockham.train.pass;

import dev.ockham.runtime.graph.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * How the units of a value lie in the memory of one example: {@code [outer, units, inner]}.
 *
 * @param outer product of the sizes before the units' axis
 * @param units how many
 * @param inner product of the sizes behind it
 */
record UnitLayout(int outer, int units, int inner) {

  static UnitLayout of(Shape shape, int axis) {
    return new UnitLayout(
        shape.product(0, axis), shape.dim(axis), shape.product(axis + 1, shape.rank()));
  }

  /** Numbers of one example. */
  int width() {
    return outer * units * inner;
  }

  /** Numbers of one unit in one example. */
  int positions() {
    return outer * inner;
  }

  /** The first number of each unit. */
  float[] firsts(MemorySegment x) {
    float[] firsts = new float[units];
    for (int unit = 0; unit < units; unit++) {
      firsts[unit] = x.getAtIndex(ValueLayout.JAVA_FLOAT, (long) unit * inner);
    }
    return firsts;
  }

  /** One number per unit at each of its places in an example. */
  float[] spread(float[] perUnit) {
    if (outer == 1 && inner == 1) {
      return perUnit;
    }
    float[] spread = new float[width()];
    for (int line = 0; line < outer * units; line++) {
      Arrays.fill(spread, line * inner, (line + 1) * inner, perUnit[line % units]);
    }
    return spread;
  }

  /** Adds up the places of each unit. */
  double[] perUnit(float[] values) {
    double[] sums = new double[units];
    for (int line = 0; line < outer * units; line++) {
      double sum = 0;
      for (int i = line * inner; i < (line + 1) * inner; i++) {
        sum += values[i];
      }
      sums[line % units] += sum;
    }
    return sums;
  }
}
