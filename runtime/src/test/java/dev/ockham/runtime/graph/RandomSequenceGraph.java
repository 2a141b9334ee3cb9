package dev.ockham.runtime.graph;

import dev.ockham.runtime.graph.GraphSample.Domain;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Draws a network of sequences. */
final class RandomSequenceGraph {
  private static final int HEADS = 2;
  private static final int WIDTH = 6;

  private final Draws draws;
  private final GraphBuilder g = new GraphBuilder();
  private final Map<String, Domain> domains = new LinkedHashMap<>();
  private final int steps;
  private @Nullable Value length;
  private Value x;

  RandomSequenceGraph(Draws draws) {
    this.draws = draws;
    steps = draws.between(1, 6);
    x = start();
    if (draws.chance(0.5)) {
      length = g.input("length");
      domains.put("length", Domain.around(steps + 1));
    }
  }

  /** Ranges of the inputs. */
  Map<String, Domain> domains() {
    return domains;
  }

  private Value start() {
    if (draws.chance(0.5)) {
      domains.put("tokens", Domain.around(9));
      return g.embed(g.input("tokens", steps), 9, WIDTH);
    }
    return g.dense(g.input("sequence", steps, draws.between(1, 5)), WIDTH);
  }

  Graph graph() {
    if (draws.chance(0.6)) {
      x = g.add(x, g.learnt(Shape.of(steps, WIDTH), 1));
    }
    int blocks = draws.between(1, 2);
    for (int i = 0; i < blocks; i++) {
      x =
          switch (draws.below(6)) {
            case 0, 1 -> attention();
            case 2 -> recurrent();
            case 3 -> convolution();
            case 4 -> masked();
            default -> mixed();
          };
    }
    return g.build(g.dense(vector(), draws.between(2, 4)));
  }

  private Value vector() {
    return switch (draws.below(4)) {
      case 0 -> g.reshape(g.slice(x, 0, 0, 1, 1), WIDTH);
      case 1 -> recurrentNode(draws.chance(0.5), true);
      case 2 -> g.flatten(x);
      default -> g.reduce(x, Reduce.To.MEAN, false, 0);
    };
  }

  /** A layer for every step by itself, with what goes past it, of one step or all before. */
  private Value mixed() {
    Value wide = g.activation(g.dense(g.layerNorm(x), 2 * WIDTH), Activation.Function.GELU);
    Value past = steps % 2 == 0 ? g.node("sum", new RunningSum(0, steps > 2, steps > 4), x) : x;
    return g.add(past, g.dense(wide, WIDTH));
  }

  private Value masked() {
    Value bounded = g.activation(g.dense(x, WIDTH), Activation.Function.TANH);
    if (length == null) {
      return g.node("bn", new Normalize(Normalize.Over.BATCH, 1, 1, 1e-3f), bounded);
    }
    Value mask = g.node("mask", new LengthMask(steps, 1, 0), length);
    return g.multiply(bounded, g.reshape(mask, steps, 1));
  }

  private Value recurrentNode(boolean reverse, boolean last) {
    Recurrent layer =
        new Recurrent(draws.oneOf(List.of(Recurrent.Cell.values())), last ? 5 : 3, reverse, last);
    return length == null ? g.node("rnn", layer, x) : g.node("rnn", layer, x, length);
  }

  /** Both directions, as wide as what comes in. */
  private Value recurrent() {
    return g.concat(1, recurrentNode(false, false), recurrentNode(true, false));
  }

  /** Over steps, with features as channels. */
  private Value convolution() {
    Value channels = g.permute(x, 1, 0);
    List<Integer> one = List.of(1);
    Window causal = new Window(List.of(3), one, List.of(2), List.of(0), one);
    boolean depthwise = draws.chance(0.5);
    Value y = g.node("conv", new Convolution(WIDTH, causal, depthwise ? WIDTH : 1), channels);
    return g.permute(g.activation(y, RandomGraphs.activation(draws)), 1, 0);
  }

  /** Attention of two heads, with what goes past it. */
  private Value attention() {
    Value in = draws.chance(0.5) ? g.layerNorm(x) : x;
    List<Value> heads = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Value split = g.reshape(g.dense(in, WIDTH), steps, HEADS, WIDTH / HEADS);
      heads.add(g.permute(split, 1, 0, 2));
    }
    Value scores =
        g.activation(
            g.matrixProductTransposed(heads.get(0), heads.get(1)),
            new Activation(Activation.Function.SCALE, 0.6f, 0));
    if (length != null) {
      // With length 0 all scores have the mask in them: a larger one would take digits off them.
      scores = g.add(scores, g.node("mask", new LengthMask(steps, 0, -64), length));
    }
    Value read = g.matrixProduct(g.softmax(scores), heads.get(2));
    Value joined = g.reshape(g.permute(read, 1, 0, 2), steps, WIDTH);
    return g.add(x, g.dense(joined, WIDTH));
  }
}
