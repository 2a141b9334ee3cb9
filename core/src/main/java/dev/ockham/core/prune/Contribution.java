package dev.ockham.core.prune;

import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.ConvolutionTransposed;
import dev.ockham.runtime.graph.Embed;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.LinearInWeights;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Operator;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What constant units come to in a node that reads them through weights, added up in double.
 *
 * <p>A constant that is the same at all positions adds {@code c · Σ W} to a bias, over the weights
 * that read it. Where padding or positions make a difference, each position gets its own sum.
 */
final class Contribution {
  private final UnitLayout in;
  private final UnitLayout out;
  private final int[] outDims;
  private final int[] inDims;
  private final float[] weights;
  private final List<float @Nullable []> constants;
  private final double[] bias;
  private final List<double @Nullable []> maps;
  private boolean mapped;

  private Contribution(
      Graph graph, Node node, float[] weights, List<float @Nullable []> constants, double[] bias) {
    String x = node.inputs().getFirst();
    this.in = UnitLayout.of(graph, x);
    this.out = UnitLayout.of(graph, node.name());
    this.inDims = graph.shape(x).toArray();
    this.outDims = graph.shape(node.name()).toArray();
    this.weights = weights;
    this.constants = constants;
    this.bias = bias;
    this.maps = new ArrayList<>(Collections.<double @Nullable []>nCopies(bias.length, null));
  }

  /**
   * What all rows of a node get.
   *
   * @param weights the node's weights that read inputs, row-major
   * @param constants by unit of the first input, its numbers; null for one that does not count
   * @param classes by unit of the first input, a number; neighbours with the same number and the
   *     same constant are added up together
   * @param rows rows of the bias that are wanted
   * @param bias one number for each row, to which contributions are added; changed
   */
  static Contribution of(
      Graph graph,
      Node node,
      float[] weights,
      List<float @Nullable []> constants,
      IntUnaryOperator classes,
      BitSet rows,
      double[] bias) {
    Contribution sum = new Contribution(graph, node, weights, constants, bias);
    Operator operator = node.operator();
    switch (operator) {
      case LinearInWeights linear -> sum.weighted(linear, classes, rows);
      case Recurrent _ -> sum.linear(classes, rows);
      default -> throw new AssertionError(operator.kind() + " has no weights");
    }
    return sum;
  }

  private void weighted(LinearInWeights operator, IntUnaryOperator classes, BitSet rows) {
    switch (operator) {
      case Linear _ -> linear(classes, rows);
      case Convolution convolution -> convolution(convolution, rows);
      case ConvolutionTransposed transposed -> transposed(transposed, rows);
      case Embed _ -> throw new AssertionError("a table reads numbers, and no units");
    }
  }

  /** Whether a constant unit makes a difference by position. */
  static boolean differs(Operator operator, float[] constant) {
    if (ConstantMap.isZero(constant)) {
      return false;
    }
    return switch (operator) {
      case Linear _ -> constant.length > 1;
      case Convolution convolution -> constant.length > 1 || convolution.window().pads();
      default -> true;
    };
  }

  /** Whether some row differs by position. */
  boolean mapped() {
    return mapped;
  }

  /** Every row's bias with all that is added to it at every position, rounded once. */
  float[] biases() {
    float[] all = new float[bias.length];
    for (int row = 0; row < all.length; row++) {
      all[row] = (float) bias[row];
      if (!Float.isFinite(all[row])) {
        throw new IllegalArgumentException(
            "a folded bias [" + row + "] = " + bias[row] + " is no finite float");
      }
    }
    return all;
  }

  /** Adds to the biases what is by position, where no row differs by position after all. */
  void settle() {
    for (double[] map : maps) {
      if (map != null && Arrays.stream(map).anyMatch(x -> x != map[0])) {
        return;
      }
    }
    for (int row = 0; row < bias.length; row++) {
      double[] map = maps.get(row);
      if (map != null) {
        bias[row] += map.length == 0 ? 0 : map[0];
        maps.set(row, null);
      }
    }
    mapped = false;
  }

  /** What is added to a row by position; null where nothing is. */
  double @Nullable [] map(int row) {
    return maps.get(row);
  }

  /** What a row comes to where it reads constants alone. */
  float[] constant(int row) {
    double[] map = maps.get(row);
    if (map == null) {
      return new float[] {(float) bias[row]};
    }
    float[] constant = new float[map.length];
    for (int i = 0; i < constant.length; i++) {
      constant[i] = (float) (bias[row] + map[i]);
    }
    return constant;
  }

  private double[] mapOf(int row) {
    mapped = true;
    double[] map = maps.get(row);
    if (map == null) {
      map = new double[out.positions()];
      maps.set(row, map);
    }
    return map;
  }

  private void linear(IntUnaryOperator classes, BitSet rows) {
    int columns = in.units();
    int start = 0;
    while (start < columns) {
      float[] constant = constants.get(start);
      int end = start + 1;
      if (constant != null) {
        while (end < columns && together(classes, start, end)) {
          end++;
        }
        addColumns(rows, start, end, constant);
      }
      start = end;
    }
  }

  private boolean together(IntUnaryOperator classes, int first, int other) {
    float[] one = constants.get(first);
    float[] two = constants.get(other);
    return one != null
        && two != null
        && one.length == 1
        && Arrays.equals(one, two)
        && classes.applyAsInt(first) == classes.applyAsInt(other);
  }

  private void addColumns(BitSet rows, int start, int end, float[] constant) {
    for (int row = rows.nextSetBit(0); row >= 0; row = rows.nextSetBit(row + 1)) {
      double sum = 0;
      for (int column = start; column < end; column++) {
        sum += weights[row * in.units() + column];
      }
      if (constant.length == 1) {
        bias[row] += constant[0] * sum;
      } else if (sum != 0) {
        double[] map = mapOf(row);
        for (int i = 0; i < map.length; i++) {
          map[i] += constant[i] * sum;
        }
      }
    }
  }

  private void convolution(Convolution convolution, BitSet rows) {
    int area = convolution.window().area();
    int columns = in.units() * area;
    for (int unit = 0; unit < in.units(); unit++) {
      float[] constant = constants.get(unit);
      if (constant == null) {
        continue;
      }
      boolean differs = differs(convolution, constant);
      for (int row = rows.nextSetBit(0); row >= 0; row = rows.nextSetBit(row + 1)) {
        int start = row * columns + unit * area;
        if (!differs) {
          bias[row] += constant[0] * sum(start, area);
        } else if (!zero(start, area)) {
          slide(convolution.window(), start, constant, mapOf(row), true);
        }
      }
    }
  }

  private double sum(int start, int count) {
    double sum = 0;
    for (int i = start; i < start + count; i++) {
      sum += weights[i];
    }
    return sum;
  }

  private boolean zero(int start, int count) {
    for (int i = start; i < start + count; i++) {
      if (weights[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private void transposed(ConvolutionTransposed transposed, BitSet rows) {
    int area = transposed.window().area();
    for (int unit = 0; unit < in.units(); unit++) {
      float[] constant = constants.get(unit);
      if (constant == null || ConstantMap.isZero(constant)) {
        continue;
      }
      for (int row = rows.nextSetBit(0); row >= 0; row = rows.nextSetBit(row + 1)) {
        int start = (unit * out.units() + row) * area;
        if (!zero(start, area)) {
          slide(transposed.window(), start, constant, mapOf(row), false);
        }
      }
    }
  }

  /**
   * Adds one kernel's products. The window slides over the input of a convolution, and over the
   * output of a transposed one.
   */
  private void slide(Window window, int start, float[] constant, double[] map, boolean gathers) {
    int[] fine = gathers ? inDims : outDims;
    int[] coarse = gathers ? outDims : inDims;
    boolean flat = window.axes() == 1;
    int columns = flat ? coarse[1] : coarse[2];
    int fineColumns = flat ? fine[1] : fine[2];
    int last = window.axes() - 1;
    for (int k = 0; k < window.area(); k++) {
      double weight = weights[start + k];
      for (int at = 0; weight != 0 && at < (flat ? 1 : coarse[1]) * columns; at++) {
        int y = flat ? 0 : place(window, 0, at / columns, k / window.kernel().get(last), fine[1]);
        int x = place(window, last, at % columns, k % window.kernel().get(last), fineColumns);
        if (y >= 0 && x >= 0) {
          int other = y * fineColumns + x;
          int from = gathers ? other : at;
          map[gathers ? at : other] += weight * ConstantMap.at(constant, from);
        }
      }
    }
  }

  private static int place(Window window, int axis, int step, int element, int size) {
    int place =
        step * window.stride().get(axis)
            - window.before().get(axis)
            + element * window.dilation().get(axis);
    return place < size ? place : -1;
  }
}
