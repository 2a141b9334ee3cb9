package dev.ockham.runtime.graph;

import static dev.ockham.runtime.graph.OperatorSamples.input;
import static dev.ockham.runtime.graph.OperatorSamples.sample;
import static dev.ockham.runtime.graph.OperatorSamples.within;
import static dev.ockham.runtime.graph.OperatorSamples.without;

import dev.ockham.runtime.graph.GraphSample.Domain;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Samples of products of matrices, recurrent layers, and operators that move numbers. */
final class ShapeSamples {
  private static final Shape IMAGE = Shape.of(4, 3, 5);
  private static final Shape SEQUENCE = Shape.of(5, 6);
  private static final Shape VECTOR = Shape.of(7);

  private ShapeSamples() {}

  static List<GraphSample> all() {
    List<GraphSample> all = new ArrayList<>();
    all.addAll(linear());
    all.addAll(tables());
    all.addAll(recurrent());
    all.addAll(reshapes());
    all.addAll(slicesAndPads());
    all.addAll(reductions());
    return all;
  }

  private static List<GraphSample> linear() {
    return List.of(
        sample("vectors", new Linear(5), VECTOR),
        sample("one to one", new Linear(1), Shape.of(1)),
        sample("wide", new Linear(19), Shape.of(131)),
        sample("sequences", new Linear(3), SEQUENCE),
        sample("images", new Linear(2), IMAGE),
        sample("no outputs", new Linear(0), VECTOR),
        sample("no inputs", new Linear(3), Shape.of(0)),
        sample("sequences of nothing", new Linear(3), Shape.of(4, 0)),
        without("no bias", List.of("bias"), new Linear(5), VECTOR),
        without("sequences, no bias", List.of("bias"), new Linear(4), SEQUENCE),
        sample("vectors", new MatrixProduct(false), Shape.of(1, 4), Shape.of(4, 1)),
        sample("matrices", new MatrixProduct(false), Shape.of(3, 5), Shape.of(5, 4)),
        sample("heads", new MatrixProduct(false), Shape.of(2, 3, 5), Shape.of(2, 5, 4)),
        sample("nothing to add up", new MatrixProduct(false), Shape.of(3, 0), Shape.of(0, 4)),
        sample("matrices, transposed", new MatrixProduct(true), Shape.of(3, 5), Shape.of(4, 5)),
        sample("square, transposed", new MatrixProduct(true), Shape.of(4, 4), Shape.of(4, 4)),
        sample("heads, transposed", new MatrixProduct(true), Shape.of(2, 3, 5), Shape.of(2, 4, 5)),
        sample("no heads", new MatrixProduct(true), Shape.of(0, 3, 5), Shape.of(0, 4, 5)));
  }

  private static List<GraphSample> tables() {
    Map<String, Domain> tokens = Map.of(input(0), Domain.around(9));
    return List.of(
        within(tokens, "one token", new Embed(9, 4), Shape.of()),
        within(tokens, "tokens", new Embed(9, 3), Shape.of(5)),
        within(tokens, "table of tokens", new Embed(9, 2), Shape.of(2, 3)),
        within(tokens, "no width", new Embed(9, 0), Shape.of(5)),
        sample("learnt", new Constant(Shape.of(3, 4), Role.BIAS, 1)),
        sample("learnt images", new Constant(IMAGE, Role.BIAS, 0)),
        sample("fixed, without units", new Constant(VECTOR, Role.CONSTANT, -1)),
        sample("fixed, no units", new Constant(Shape.of(0, 2), Role.CONSTANT, 0)),
        sample("one number", new Constant(Shape.of(), Role.CONSTANT, -1)));
  }

  private static List<GraphSample> recurrent() {
    List<String> biases = List.of("bias_ih", "bias_hh");
    Map<String, Domain> length = Map.of(input(1), Domain.around(6));
    List<GraphSample> all = new ArrayList<>();
    for (Recurrent.Cell cell : Recurrent.Cell.values()) {
      all.add(sample(cell + "", new Recurrent(cell, 3, false, false), SEQUENCE));
      all.add(sample(cell + ", last", new Recurrent(cell, 4, false, true), SEQUENCE));
      all.add(sample(cell + ", reverse", new Recurrent(cell, 2, true, false), SEQUENCE));
      all.add(sample(cell + ", reverse, last", new Recurrent(cell, 3, true, true), SEQUENCE));
      all.add(
          without(cell + ", no biases", biases, new Recurrent(cell, 3, false, false), SEQUENCE));
      all.add(
          without(
              cell + ", one bias",
              List.of("bias_hh"),
              new Recurrent(cell, 3, false, false),
              SEQUENCE));
      for (boolean reverse : List.of(false, true)) {
        for (boolean last : List.of(false, true)) {
          Recurrent layer = new Recurrent(cell, 3, reverse, last);
          String what = cell + ", lengths" + (reverse ? ", reverse" : "") + (last ? ", last" : "");
          all.add(within(length, what, layer, SEQUENCE, Shape.of()));
        }
      }
      all.add(sample(cell + ", no hidden units", new Recurrent(cell, 0, false, false), SEQUENCE));
      all.add(sample(cell + ", no features", new Recurrent(cell, 2, false, false), Shape.of(3, 0)));
      all.add(sample(cell + ", one step", new Recurrent(cell, 5, true, false), Shape.of(1, 3)));
    }
    return all;
  }

  private static List<GraphSample> reshapes() {
    return List.of(
        sample("flatten", Reshape.flatten(), IMAGE),
        sample("flatten a sequence", Reshape.flatten(), SEQUENCE),
        sample("flatten a number", Reshape.flatten(), Shape.of()),
        sample("flatten nothing", Reshape.flatten(), Shape.of(0, 3, 3)),
        sample("positions to one axis", new Reshape(List.of(4, -1)), IMAGE),
        sample("positions to one axis, all said", new Reshape(List.of(4, 15)), IMAGE),
        sample("units free", new Reshape(List.of(-1, 15)), IMAGE),
        sample("an axis of one", new Reshape(List.of(4, 1, 3, 5)), IMAGE),
        sample("two axes of one", new Reshape(List.of(1, -1, 1)), VECTOR),
        sample("heads", new Reshape(List.of(5, 3, 2)), SEQUENCE),
        sample("heads, width free", new Reshape(List.of(5, 3, -1)), SEQUENCE),
        sample("blocks of a vector", new Reshape(List.of(3, 4)), Shape.of(12)),
        sample("blocks of channels", new Reshape(List.of(2, 2, 15)), IMAGE),
        sample("across units", new Reshape(List.of(6, 10)), IMAGE),
        sample("to images", new Reshape(List.of(3, 2, 2)), Shape.of(12)),
        sample("the same", new Reshape(List.of(4, 3, 5)), IMAGE),
        sample("one number", new Reshape(List.of()), Shape.of(1, 1)),
        sample("channels last", new Permute(List.of(1, 2, 0)), IMAGE),
        sample("transpose", new Permute(List.of(1, 0)), SEQUENCE),
        sample("nothing", new Permute(List.of(0, 1, 2)), IMAGE),
        sample("heads before steps", new Permute(List.of(1, 0, 2)), Shape.of(5, 3, 2)),
        sample("no units", new Permute(List.of(2, 0, 1)), Shape.of(0, 2, 3)));
  }

  private static List<GraphSample> slicesAndPads() {
    List<Integer> none = List.of(0, 0, 0);
    return List.of(
        sample("channels", new Slice(0, 1, 3, 1), IMAGE),
        sample("every other channel", new Slice(0, 0, 4, 2), IMAGE),
        sample("every third column from 1", new Slice(2, 1, 5, 3), IMAGE),
        sample("features", new Slice(1, 2, 5, 1), SEQUENCE),
        sample("the last step", new Slice(0, 4, 5, 1), SEQUENCE),
        sample("nothing", new Slice(0, 2, 2, 1), VECTOR),
        sample("everything", new Slice(0, 0, 7, 1), VECTOR),
        sample("channels, zeros", new Pad(List.of(2, 0, 0), List.of(1, 0, 0), 0), IMAGE),
        sample("positions, zeros", new Pad(List.of(0, 1, 0), List.of(0, 2, 1), 0), IMAGE),
        sample("everything, ones", new Pad(List.of(1, 1, 1), List.of(1, 0, 2), 1), IMAGE),
        sample("nothing", new Pad(none, none, 3), IMAGE),
        sample("features", new Pad(List.of(0, 2), List.of(0, 1), -1.5f), SEQUENCE),
        sample("around nothing", new Pad(List.of(1, 0, 0), List.of(1, 0, 0), 2), Shape.of(0, 2, 2)),
        sample("channels", new Concat(0), IMAGE, Shape.of(2, 3, 5), Shape.of(1, 3, 5)),
        sample("rows", new Concat(1), IMAGE, Shape.of(4, 2, 5)),
        sample("features", new Concat(1), SEQUENCE, Shape.of(5, 3)),
        sample("vectors", new Concat(0), VECTOR, Shape.of(1), Shape.of(3)),
        sample("one", new Concat(0), VECTOR),
        sample("with nothing", new Concat(0), VECTOR, Shape.of(0), Shape.of(2)));
  }

  private static List<GraphSample> reductions() {
    List<GraphSample> all = new ArrayList<>();
    for (Reduce.To to : Reduce.To.values()) {
      all.add(sample(to + ", positions", new Reduce(to, List.of(1, 2), false), IMAGE));
      all.add(sample(to + ", positions, kept", new Reduce(to, List.of(1, 2), true), IMAGE));
      all.add(sample(to + ", channels", new Reduce(to, List.of(0), true), IMAGE));
      all.add(sample(to + ", steps", new Reduce(to, List.of(0), false), SEQUENCE));
      all.add(sample(to + ", everything", new Reduce(to, List.of(0, 1), false), SEQUENCE));
    }
    all.add(sample("no axes", new Reduce(Reduce.To.MEAN, List.of(), false), VECTOR));
    all.add(
        sample("no units", new Reduce(Reduce.To.MEAN, List.of(1, 2), false), Shape.of(0, 3, 3)));
    all.add(sample("vectors", new Softsign(), VECTOR));
    all.add(sample("images", new Softsign(), IMAGE));
    all.add(sample("one number", new Softsign(), Shape.of()));
    all.add(sample("no units", new Softsign(), Shape.of(0, 2, 2)));
    all.add(sample("positions", new LogSumExp(List.of(1, 2), false), IMAGE));
    all.add(sample("channels, kept", new LogSumExp(List.of(0), true), IMAGE));
    all.add(sample("steps", new LogSumExp(List.of(0), false), SEQUENCE));
    all.add(sample("everything", new LogSumExp(List.of(0, 1), false), SEQUENCE));
    all.add(sample("no axes", new LogSumExp(List.of(), true), VECTOR));
    all.add(sample("no units", new LogSumExp(List.of(1), true), Shape.of(0, 3)));
    all.add(sample("odd", new LocalResponse(3, 0.5f, 0.75f, 2), IMAGE));
    all.add(sample("itself", new LocalResponse(1, 0.1f, 1.5f, 0.5f), IMAGE));
    all.add(sample("wider than its channels", new LocalResponse(9, 1, 0.5f, 1), IMAGE));
    all.add(sample("vectors", new LocalResponse(3, 1e-4f, 0.75f, 1), VECTOR));
    all.add(sample("sequences", new LocalResponse(3, 0.5f, 0.75f, 1), SEQUENCE));
    all.add(sample("no channels", new LocalResponse(3, 1, 1, 1), Shape.of(0, 2, 2)));
    all.add(sample("vectors", new RunningSum(0, false, false), VECTOR));
    all.add(sample("steps", new RunningSum(0, true, false), SEQUENCE));
    all.add(sample("features, from behind", new RunningSum(1, false, true), SEQUENCE));
    all.add(sample("rows, from behind, others alone", new RunningSum(1, true, true), IMAGE));
    all.add(sample("columns", new RunningSum(2, false, false), IMAGE));
    all.add(sample("channels", new RunningSum(0, false, true), IMAGE));
    all.add(sample("no units", new RunningSum(1, false, false), Shape.of(0, 3)));
    all.add(sample("below", new Triangle(false, 0), SEQUENCE));
    all.add(sample("above, channels", new Triangle(true, 1), IMAGE));
    all.add(sample("below one further down", new Triangle(false, -1), IMAGE));
    all.add(sample("nearly all", new Triangle(true, -3), SEQUENCE));
    all.add(sample("nothing", new Triangle(true, 9), SEQUENCE));
    all.add(sample("no units", new Triangle(false, 2), Shape.of(0, 3, 3)));
    for (boolean log : List.of(false, true)) {
      String what = log ? "logarithms, " : "";
      all.add(sample(what + "vectors", new Softmax(0, log), VECTOR));
      all.add(sample(what + "sequences", new Softmax(1, log), SEQUENCE));
      all.add(sample(what + "channels", new Softmax(0, log), IMAGE));
      all.add(sample(what + "rows", new Softmax(1, log), IMAGE));
      all.add(sample(what + "one", new Softmax(0, log), Shape.of(1)));
      all.add(sample(what + "no units", new Softmax(1, log), Shape.of(0, 3)));
    }
    return all;
  }
}
