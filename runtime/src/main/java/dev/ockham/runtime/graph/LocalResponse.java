package dev.ockham.runtime.graph;

import java.util.List;

/**
 * Divides each number by what the channels beside its own have at its position: {@code x / (bias +
 * α/size · Σ x²)^β}, over {@code size} channels around its own, as far as there are any
 * (Krizhevsky, Sutskever and Hinton, 2012, section 3.3, where α is not divided by the size).
 *
 * @param size channels that are summed over, odd: as many before a channel as behind it, and itself
 * @param alpha α, ≥ 0
 * @param beta β, > 0
 * @param bias what is added to the sum, > 0
 */
public record LocalResponse(int size, float alpha, float beta, float bias) implements Operator {

  /** Checks the ranges. */
  public LocalResponse {
    if (size < 1 || size % 2 == 0) {
      throw new IllegalArgumentException("size = " + size + ", it must be odd and ≥ 1");
    }
    if (!(alpha >= 0 && alpha < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("alpha = " + alpha + ", it must be ≥ 0 and finite");
    }
    if (!(beta > 0 && beta < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("beta = " + beta + ", it must be > 0 and finite");
    }
    if (!(bias > 0 && bias < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("bias = " + bias + ", it must be > 0 and finite");
    }
  }

  @Override
  public Shape output(List<Shape> in) {
    Shape x = Checks.one(in);
    Checks.axis(0, x);
    return x;
  }

  @Override
  public UnitMap units(List<Shape> in, List<Integer> axes) {
    return axes.get(0) > 0 ? UnitMap.unitwise(axes.get(0)) : UnitMap.opaque(1);
  }
}
