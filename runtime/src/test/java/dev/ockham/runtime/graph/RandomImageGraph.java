package dev.ockham.runtime.graph;

import static dev.ockham.runtime.graph.Geometry.ceil;
import static dev.ockham.runtime.graph.Geometry.dilate;
import static dev.ockham.runtime.graph.Geometry.groups;
import static dev.ockham.runtime.graph.Geometry.pad;
import static dev.ockham.runtime.graph.Geometry.stride;
import static dev.ockham.runtime.graph.Geometry.withoutBias;
import static dev.ockham.runtime.graph.Geometry.withoutPadding;

import java.util.ArrayList;
import java.util.List;

/** Draws a network of images. */
final class RandomImageGraph {
  private static final int MOST_CHANNELS = 8;

  private final Draws draws;
  private final GraphBuilder g = new GraphBuilder();
  private final List<Value> values = new ArrayList<>();

  RandomImageGraph(Draws draws) {
    this.draws = draws;
  }

  Graph graph() {
    int rows = draws.between(4, 8);
    values.add(g.input("image", draws.between(1, 3), rows, draws.between(4, 8)));
    values.add(g.conv2d(any(), draws.between(2, MOST_CHANNELS), 3, pad(draws.below(2))));
    int steps = draws.between(3, 9);
    for (int i = 0; i < steps; i++) {
      values.add(step());
    }
    Value last = values.get(values.size() - 1);
    Value vector =
        switch (draws.below(3)) {
          case 0 -> g.globalMax(last);
          case 1 -> g.flatten(last);
          default -> g.globalAverage(last);
        };
    Value hidden = draws.chance(0.5) ? g.relu(g.dense(vector, 7)) : vector;
    Value head = g.dense(hidden, draws.between(2, 5));
    return draws.chance(0.25) ? g.build(any(), head) : g.build(head);
  }

  /** Mostly the newest value. */
  private Value any() {
    return draws.chance(0.7) ? values.get(values.size() - 1) : draws.oneOf(values);
  }

  private static int channels(Value x) {
    return x.shape().dim(0);
  }

  private static int least(Value x) {
    return Math.min(x.shape().dim(1), x.shape().dim(2));
  }

  private Value step() {
    Value x = any();
    return switch (draws.below(14)) {
      case 0 -> convolution(x);
      case 1, 2 -> g.relu(g.batchNorm(g.conv2d(x, some(), 3, pad(1), withoutBias())));
      case 3, 4 -> residual(x);
      case 5 -> shortcut(x);
      case 6 -> g.relu(g.depthwise(x, 3, pad(1), stride(draws.between(1, 2))));
      case 7 -> pool(x);
      case 8 -> g.concat(0, x, like(x));
      case 9 -> moved(x);
      case 10 -> normalized(x);
      case 11 -> squeezed(x);
      case 12 -> larger(x);
      default -> g.activation(x, RandomGraphs.activation(draws));
    };
  }

  private int some() {
    return draws.between(1, MOST_CHANNELS);
  }

  private Value convolution(Value x) {
    return switch (draws.below(5)) {
      case 0 -> g.conv2d(x, some(), 1, stride(draws.between(1, 2)));
      case 1 -> g.conv2d(x, some(), 3, pad(2), dilate(2));
      case 2 -> g.conv2d(x, some(), 2, pad(1, 0, 0, 1), stride(draws.between(1, 2)));
      case 3 ->
          channels(x) % 2 == 0 ? g.conv2d(x, 4, 3, pad(1), groups(2)) : g.conv2d(x, 4, 3, pad(1));
      default -> g.conv2d(x, some(), Math.min(3, least(x)));
    };
  }

  /** Two convolutions and what goes past them. */
  private Value residual(Value x) {
    Value y = g.relu(g.batchNorm(g.conv2d(x, channels(x), 3, pad(1), withoutBias())));
    Value z = g.conv2d(y, channels(x), 3, pad(1));
    return g.relu(g.add(draws.chance(0.5) ? z : g.batchNorm(z), x));
  }

  /** Half as many positions and more channels, past which goes option A of arXiv:1512.03385. */
  private Value shortcut(Value x) {
    int more = draws.between(1, 3);
    Value y = g.conv2d(x, channels(x) + 2 * more, 3, pad(1), stride(2));
    Value rows = g.slice(x, 1, 0, x.shape().dim(1), 2);
    Value fewer = g.slice(rows, 2, 0, x.shape().dim(2), 2);
    Value padded = g.node("pad", new Pad(List.of(more, 0, 0), List.of(more, 0, 0), 0), fewer);
    return g.relu(g.add(y, padded));
  }

  private Value pool(Value x) {
    boolean largest = draws.chance(0.5);
    if (least(x) < 3) {
      return largest ? g.maxPool(x, 1) : g.averagePool(x, 1);
    }
    Geometry.Option[] options =
        draws.chance(0.5)
            ? new Geometry.Option[] {pad(1), stride(2)}
            : new Geometry.Option[] {pad(1, 0, 1, 1), stride(2), ceil(), withoutPadding()};
    return largest ? g.maxPool(x, 3, options) : g.averagePool(x, 3, options);
  }

  /** A value of the same positions. */
  private Value like(Value x) {
    List<Value> same =
        values.stream().filter(v -> v.shape().with(0, channels(x)).equals(x.shape())).toList();
    return draws.chance(0.5) ? draws.oneOf(same) : g.conv2d(x, some(), 1);
  }

  private Value moved(Value x) {
    int start = draws.below(channels(x));
    Value slice = g.slice(x, 0, start, draws.between(start + 1, channels(x)), 1);
    List<Integer> before = List.of(draws.below(2), draws.below(2), 0);
    List<Integer> after = List.of(draws.below(3), 0, draws.below(2));
    return draws.chance(0.4)
        ? slice
        : g.node("pad", new Pad(before, after, draws.below(2)), draws.chance(0.5) ? slice : x);
  }

  private Value normalized(Value x) {
    return switch (draws.below(7)) {
      case 0 -> least(x) > 1 ? g.instanceNorm(x) : g.batchNorm(x);
      case 1 -> g.groupNorm(x, channels(x) % 2 == 0 ? 2 : 1);
      case 2 -> g.node("gate", new DependentGate(0, 0.1f), x);
      case 3 -> g.node("prelu", new PRelu(draws.between(-1, 0)), x);
      case 4 -> g.node("affine", new Affine(0), x);
      case 5 ->
          g.node("response", new LocalResponse(2 * draws.between(0, 2) + 1, 0.1f, 0.75f, 1), x);
      default -> g.batchNorm(x);
    };
  }

  /** Channels times what is made of all of them. */
  private Value squeezed(Value x) {
    Value vector = g.relu(g.dense(g.globalAverage(x), 3));
    Value gate = g.activation(g.dense(vector, channels(x)), Activation.Function.SIGMOID);
    return g.multiply(x, g.reshape(gate, channels(x), 1, 1));
  }

  private Value larger(Value x) {
    if (x.shape().product(1, 3) > 60) {
      return g.conv2d(x, some(), 1);
    }
    return draws.chance(0.5)
        ? g.node(
            "up", new ConvolutionTransposed(some(), Window.of(2, 2, 2, 0, 1), List.of(0, 1), 1), x)
        : g.node(
            "resize",
            new Resize(
                draws.oneOf(List.of(Resize.By.values())),
                draws.oneOf(List.of(Resize.Align.values())),
                List.of(draws.between(4, 7), draws.between(4, 7))),
            x);
  }
}
