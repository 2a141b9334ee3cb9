package dev.ockham.runtime.graph;

import dev.ockham.runtime.json.JsonObjectBuilder;
import java.util.List;

/**
 * Logarithm of the sum of exponentials along some axes, a smooth form of the largest.
 *
 * @param axes which, ascending
 * @param keep whether the axes stay, with size 1
 */
public record LogSumExp(List<Integer> axes, boolean keep) implements Composite {

  /** Copies the list and checks its order. */
  public LogSumExp {
    axes = new Reduce(Reduce.To.SUM, axes, keep).axes();
  }

  @Override
  public Shape output(List<Shape> in) {
    return new Reduce(Reduce.To.SUM, axes, keep).output(in);
  }

  @Override
  public UnitMap units(List<Shape> in, List<Integer> unitAxes) {
    return new Reduce(Reduce.To.SUM, axes, keep).units(in, unitAxes);
  }

  /** The largest is taken off before and added behind, so that no exponential overflows. */
  @Override
  public Graph inOthers(List<Shape> in) {
    GraphBuilder g = new GraphBuilder();
    Value x = g.input("x", in.get(0));
    Value largest = g.node("largest", new Reduce(Reduce.To.MAX, axes, true), x);
    Value powers =
        g.activation(g.combine(Combine.By.SUBTRACT, x, largest), Activation.Function.EXP);
    Value sum = g.node("sum", new Reduce(Reduce.To.SUM, axes, true), powers);
    Value all = g.add(g.activation(sum, Activation.Function.LOG), largest);
    return g.build(g.reshape(all, output(in).dims().toArray(new Integer[0])));
  }

  @Override
  public void write(JsonObjectBuilder out) {
    out.wholes("axes", axes).put("keep", keep);
  }
}
