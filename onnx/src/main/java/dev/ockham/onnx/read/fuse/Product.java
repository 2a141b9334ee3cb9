package dev.ockham.onnx.read.fuse;

import dev.ockham.onnx.read.program.OnnxNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A value as a number times other values, in whatever order its file multiplies them.
 *
 * @param coefficient the number
 * @param factors names of the values
 */
record Product(double coefficient, List<String> factors) {
  private static final int MOST_DEPTH = 4;

  /** Copies the list. */
  Product {
    factors = List.copyOf(factors);
  }

  /**
   * The product that a Mul or a Div by a number computes.
   *
   * @param whole a value that is a factor as it is, even if it is a product itself; may be empty
   */
  static Product of(OnnxNode node, ProgramIndex index, String whole) {
    List<String> factors = new ArrayList<>();
    double coefficient = collect(node, index, whole, factors, 0);
    return new Product(coefficient, factors);
  }

  /** A value as a number times one other value. */
  static Product scaled(String value, ProgramIndex index) {
    for (String operator : List.of("Mul", "Div")) {
      OnnxNode giver = index.giver(value, operator);
      if (giver == null) {
        continue;
      }
      double second = index.scalar(giver.input(1));
      if (!Double.isNaN(second)) {
        return new Product(operator.equals("Mul") ? second : 1 / second, List.of(giver.input(0)));
      }
      double first = index.scalar(giver.input(0));
      if (!Double.isNaN(first) && operator.equals("Mul")) {
        return new Product(first, List.of(giver.input(1)));
      }
    }
    return new Product(1, List.of(value));
  }

  /** Whether it is a number times two values. */
  boolean is(double number, String one, String other) {
    return ProgramIndex.near(coefficient, number)
        && factors.size() == 2
        && (factors.equals(List.of(one, other)) || factors.equals(List.of(other, one)));
  }

  private static double collect(
      OnnxNode node, ProgramIndex index, String whole, List<String> factors, int depth) {
    double first = collect(node.input(0), index, whole, factors, depth);
    if (node.operator().equals("Mul")) {
      return first * collect(node.input(1), index, whole, factors, depth);
    }
    double divisor = index.scalar(node.input(1));
    return Double.isNaN(divisor) ? Double.NaN : first / divisor;
  }

  private static double collect(
      String value, ProgramIndex index, String whole, List<String> factors, int depth) {
    double number = index.scalar(value);
    if (!Double.isNaN(number)) {
      return number;
    }
    OnnxNode giver = index.giver(value, "Mul");
    if (giver == null) {
      OnnxNode division = index.giver(value, "Div");
      boolean byNumber = division != null && !Double.isNaN(index.scalar(division.input(1)));
      giver = byNumber ? division : null;
    }
    if (giver == null || value.equals(whole) || depth >= MOST_DEPTH) {
      factors.add(value);
      return 1;
    }
    return collect(giver, index, whole, factors, depth + 1);
  }
}
