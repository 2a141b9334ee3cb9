package dev.ockham.runtime.graph;

import dev.ockham.runtime.json.JsonObjectBuilder;
import java.util.List;

/** Each number over one more than its size: {@code x / (1 + |x|)}, between −1 and 1. */
public record Softsign() implements Composite {

  @Override
  public Shape output(List<Shape> in) {
    return Checks.one(in);
  }

  @Override
  public UnitMap units(List<Shape> in, List<Integer> axes) {
    return UnitMap.unitwise(axes.get(0));
  }

  /** The size is the larger of x and −x. */
  @Override
  public Graph inOthers(List<Shape> in) {
    GraphBuilder g = new GraphBuilder();
    Value x = g.input("x", output(in));
    Value minus = g.activation(x, new Activation(Activation.Function.SCALE, -1, 0));
    Value size = g.combine(Combine.By.MAXIMUM, x, minus);
    Value below = g.activation(size, new Activation(Activation.Function.SCALE, 1, 1));
    return g.build(g.combine(Combine.By.DIVIDE, x, below));
  }

  @Override
  public void write(JsonObjectBuilder out) {}
}
