package dev.ockham.core.arch;

import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Activation.Function;
import dev.ockham.runtime.graph.Combine;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.LengthMask;
import dev.ockham.runtime.graph.Reduce;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Value;

/**
 * A transformer's encoder (arXiv:1706.03762) that classifies a sequence: tokens and learnt
 * positions, layers of attention and of a GELU network, each on what a layer norm gives and added
 * to what it read (arXiv:2002.04745), a last layer norm, the mean over the real tokens.
 *
 * <p>Shapes: T steps, D features, H heads. Heads are the first axis of what attention multiplies.
 */
final class Transformer {

  private final GraphBuilder g = new GraphBuilder();
  private final Arguments values;
  private final int steps;
  private final int width;
  private final int heads;

  Transformer(Arguments values) {
    this.values = values;
    steps = values.of("steps");
    width = values.of("width");
    heads = values.of("heads");
    if (width % heads != 0) {
      throw new IllegalArgumentException("heads=" + heads + " do not divide width=" + width);
    }
  }

  Graph graph() {
    Value tokens = g.input("tokens", steps);
    Value length = g.input("length");
    Value padding = g.named("padding").node("mask", new LengthMask(steps, 0, -1e9f), length);
    Value x = g.named("embed").embed(tokens, values.of("vocab"), width); // [T, D]
    Value positions = g.named("positions").learnt(Shape.of(steps, width), 1);
    x = g.named("embedded").add(x, positions);
    for (int layer = 1; layer <= values.of("layers"); layer++) {
      x = layer("layer" + layer + ".", x, padding);
    }
    x = g.named("norm").layerNorm(x);
    return g.build(g.named("linear").dense(mean(x, length), values.of("classes")));
  }

  private Value layer(String name, Value x, Value padding) {
    Value normed = g.named(name + "norm1").layerNorm(x);
    Value attended = attention(name, normed, padding);
    Value sum = g.named(name + "add1").add(x, attended);
    Value hidden = g.named(name + "norm2").layerNorm(sum);
    hidden = g.named(name + "dense1").dense(hidden, values.of("hidden"));
    hidden = g.named(name + "gelu").activation(hidden, Function.GELU);
    hidden = g.named(name + "dense2").dense(hidden, width);
    return g.named(name + "add2").add(sum, hidden);
  }

  private Value attention(String name, Value x, Value padding) {
    Value query = heads(name + "query", x);
    Value key = heads(name + "key", x);
    Value value = heads(name + "value", x);
    float scale = (float) (1 / Math.sqrt((double) width / heads));
    Value scores = g.named(name + "scores").matrixProductTransposed(query, key); // [H, T, T]
    scores = g.named(name + "scaled").activation(scores, new Activation(Function.SCALE, scale, 0));
    scores = g.named(name + "masked").add(scores, padding);
    Value weights = g.named(name + "weights").softmax(scores);
    Value mixed = g.named(name + "mixed").matrixProduct(weights, value); // [H, T, D/H]
    mixed = g.named(name + "mixed.steps").permute(mixed, 1, 0, 2);
    mixed = g.named(name + "mixed.joined").reshape(mixed, steps, width);
    return g.named(name + "output").dense(mixed, width);
  }

  /** [T, D] to [T, D], to [T, H, D/H], to [H, T, D/H]. */
  private Value heads(String name, Value x) {
    Value y = g.named(name).dense(x, width);
    y = g.named(name + ".heads").reshape(y, steps, heads, width / heads);
    return g.named(name + ".first").permute(y, 1, 0, 2);
  }

  /** Mean over the real steps, [T, D] to [D]; a length below 1 counts as 1. */
  private Value mean(Value x, Value length) {
    Value real = g.named("real").node("mask", new LengthMask(steps, 1, 0), length);
    real = g.named("real.column").reshape(real, steps, 1);
    Value kept = g.named("kept").multiply(x, real);
    Value sum = g.named("sum").reduce(kept, Reduce.To.SUM, false, 0);
    Value count = g.named("count").activation(length, new Activation(Function.CLIP, 1, steps));
    return g.named("mean").combine(Combine.By.DIVIDE, sum, count);
  }
}
