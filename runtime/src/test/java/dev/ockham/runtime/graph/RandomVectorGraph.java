package dev.ockham.runtime.graph;

import java.util.ArrayList;
import java.util.List;

/** Draws a network of vectors. */
final class RandomVectorGraph {
  private static final int MOST_WIDTH = 13;

  private final Draws draws;
  private final GraphBuilder g = new GraphBuilder();
  private final List<Value> values = new ArrayList<>();

  RandomVectorGraph(Draws draws) {
    this.draws = draws;
  }

  Graph graph() {
    values.add(g.input("vector", draws.between(1, MOST_WIDTH)));
    if (draws.chance(0.3)) {
      Standardize.Each each = draws.oneOf(List.of(Standardize.Each.values()));
      values.add(g.node("standardize", new Standardize(each), any()));
    }
    int steps = draws.between(4, 12);
    for (int i = 0; i < steps; i++) {
      values.add(step());
    }
    Value head = g.dense(values.get(values.size() - 1), draws.between(1, 5));
    if (draws.chance(0.4)) {
      head = g.node("softmax", new Softmax(0, draws.chance(0.5)), head);
    }
    return draws.chance(0.3) ? g.build(head, any()) : g.build(head);
  }

  /** Mostly the newest value. */
  private Value any() {
    return draws.chance(0.6) ? values.get(values.size() - 1) : draws.oneOf(values);
  }

  private static int width(Value x) {
    return x.shape().dim(0);
  }

  private Value step() {
    Value x = any();
    return switch (draws.below(10)) {
      case 0, 1 -> g.relu(g.dense(x, draws.between(1, MOST_WIDTH)));
      case 2 -> residual(x);
      case 3 -> g.activation(x, RandomGraphs.activation(draws));
      case 4 -> normalized(x);
      case 5 -> width(x) > MOST_WIDTH ? g.dense(x, 3) : g.concat(0, x, any());
      case 6 -> slice(x);
      case 7 ->
          g.node(
              "pad", new Pad(List.of(draws.below(3)), List.of(draws.below(3)), draws.below(2)), x);
      case 8 -> gated(x);
      default -> g.combine(draws.oneOf(List.of(Combine.By.values()).subList(0, 3)), x, like(x));
    };
  }

  /** Two layers of one size, which may come to share their weights. */
  private Value residual(Value x) {
    Value y = g.relu(g.dense(x, width(x)));
    Value z = draws.chance(0.5) ? g.batchNorm(g.dense(y, width(x))) : g.dense(y, width(x));
    return draws.chance(0.5) ? g.relu(g.add(x, z)) : g.add(z, x);
  }

  private Value normalized(Value x) {
    return switch (draws.below(4)) {
      case 0 -> g.layerNorm(x);
      case 1 -> g.node("affine", new Affine(0), x);
      case 2 -> g.node("gate", new DependentGate(0, 0.1f), x);
      default -> g.batchNorm(x);
    };
  }

  private Value slice(Value x) {
    int start = draws.below(width(x));
    int end = draws.between(start + 1, width(x));
    return g.slice(x, 0, start, end, draws.between(1, 2));
  }

  private Value gated(Value x) {
    Value own = g.dense(x, width(x));
    Value gate =
        width(x) % 2 == 0
            ? g.activation(own, Activation.Function.SIGMOID)
            : g.node("softsign", new Softsign(), own);
    return g.multiply(x, gate);
  }

  /** Another value of the same size: one there is, or one that is made. */
  private Value like(Value x) {
    List<Value> same = values.stream().filter(value -> value.shape().equals(x.shape())).toList();
    return draws.chance(0.5) ? draws.oneOf(same) : g.dense(any(), width(x));
  }
}
