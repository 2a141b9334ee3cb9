package dev.ockham.core.arch;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Operator;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Value;
import java.util.List;

/** A network that a text is describing, up to the layer before the next one. */
final class TextChain {

  /** Most units of one layer. */
  static final int MOST_OUTPUTS = 1_000_000;

  /** What the axes of a value are. */
  enum Kind {
    /** Numbers of entries of a vocabulary. */
    TOKENS,
    /** Features. */
    VECTOR,
    /** Channels × positions, or channels × rows × columns. */
    CHANNELS,
    /** Steps × features. */
    SEQUENCE
  }

  private final GraphBuilder graph = new GraphBuilder();
  private Value value;
  private Kind kind;

  TextChain(Shape input, Kind kind) {
    this.value = graph.input("input", input);
    this.kind = kind;
  }

  Shape shape() {
    return value.shape();
  }

  Kind kind() {
    return kind;
  }

  int unitAxis() {
    return kind == Kind.SEQUENCE ? 1 : 0;
  }

  /** What the next layer gets, for messages. */
  String gets() {
    return switch (kind) {
      case TOKENS -> shape().size() + " tokens";
      case VECTOR -> "a vector of " + shape().size();
      case CHANNELS -> shape().toString();
      case SEQUENCE -> "a sequence of " + shape();
    };
  }

  /** Adds an operator that leaves the meaning of the axes. */
  void add(String stem, Operator operator) {
    add(stem, operator, List.of(), kind);
  }

  /** Adds an operator, without some of its parameters. */
  void add(String stem, Operator operator, List<String> without, Kind gives) {
    operator.output(List.of(shape())); // says what is wrong without the name of a node
    value = graph.node(stem, operator, without, value);
    kind = gives;
  }

  void addRecurrent(Recurrent.Cell cell, int hidden, boolean bothWays, boolean last) {
    if (kind != Kind.SEQUENCE) {
      throw new IllegalArgumentException(
          "takes a sequence but gets "
              + gets()
              + (kind == Kind.CHANNELS && shape().rank() == 2
                  ? "; put swap before it"
                  : "; sequences come from an input such as t50x8, from embed, and from"
                      + " lstm64seq"));
    }
    requireOutputs(hidden);
    new Recurrent(cell, hidden, false, last).output(List.of(shape()));
    value =
        bothWays
            ? graph.bidirectional(value, cell, hidden, last)
            : graph.recurrent(value, cell, hidden, last);
    kind = last ? Kind.VECTOR : Kind.SEQUENCE;
  }

  static void requireOutputs(int outputs) {
    if (outputs < 1 || outputs > MOST_OUTPUTS) {
      throw new IllegalArgumentException(outputs + " outputs are not from 1 to " + MOST_OUTPUTS);
    }
  }

  Graph graph() {
    return graph.build(value);
  }
}
