package dev.ockham.runtime.graph;

import dev.ockham.runtime.json.JsonObjectBuilder;
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
public record LocalResponse(int size, float alpha, float beta, float bias) implements Composite {

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

  /** The powers are exp(β · log(…)), which is there: the sum is at least {@code bias}. */
  @Override
  public Graph inOthers(List<Shape> in) {
    Shape shape = output(in);
    int channels = shape.dim(0);
    int around = size / 2;
    GraphBuilder g = new GraphBuilder();
    Value x = g.input("x", shape);
    Value lines = g.reshape(g.multiply(x, x), 1, channels, shape.size() / channels);
    Window window =
        new Window(
            List.of(size, 1), List.of(1, 1), List.of(around, 0), List.of(around, 0), List.of(1, 1));
    Value means = g.node("means", new Pool(Pool.Of.AVERAGE, window, false, true), lines);
    Value sums = g.activation(means, new Activation(Activation.Function.SCALE, alpha, bias));
    Value logarithms = g.activation(sums, Activation.Function.LOG);
    Value scaled = g.activation(logarithms, new Activation(Activation.Function.SCALE, beta, 0));
    Value powers = g.activation(scaled, Activation.Function.EXP);
    Value back = g.reshape(powers, shape.dims().toArray(new Integer[0]));
    return g.build(g.combine(Combine.By.DIVIDE, x, back));
  }

  @Override
  public void write(JsonObjectBuilder out) {
    out.put("size", size).put("alpha", alpha).put("beta", beta).put("bias", bias);
  }
}
