package dev.ockham.runtime.graph;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The whole numbers that an input may be, by what reads it: entries of a vocabulary, or how many
 * steps are real.
 *
 * @param least the smallest
 * @param most the largest
 */
public record WholeRange(int least, int most) {

  /** Numbers that say yes or no, such as a mask. */
  private static final WholeRange BITS = new WholeRange(0, 1);

  /** A node that reads a value. */
  private record Reading(String value, Node node) {}

  /**
   * The range of an input; nothing where it may be any number. Readers count too where only what
   * keeps numbers apart stands between, such as a {@link Reshape} or a {@link Slice}.
   */
  public static Optional<WholeRange> of(Graph graph, Input input) {
    int least = 1;
    int most = Integer.MAX_VALUE;
    Map<String, List<Node>> readers = graph.readers();
    Deque<String> values = new ArrayDeque<>(List.of(input.name()));
    Set<String> seen = new HashSet<>(values);
    while (!values.isEmpty()) {
      String value = values.remove();
      for (Node node : readers.getOrDefault(value, List.of())) {
        int end = most(graph, new Reading(value, node));
        most = Math.min(most, end);
        least = node.operator() instanceof Embed ? 0 : least;
        if (keepsNumbers(node.operator()) && seen.add(node.name())) {
          values.add(node.name());
        }
      }
    }
    if (most < Integer.MAX_VALUE) {
      return Optional.of(new WholeRange(Math.min(least, most), most));
    }
    return input.numbers() == Input.Numbers.WHOLE ? Optional.of(BITS) : Optional.empty();
  }

  private static int most(Graph graph, Reading reading) {
    Node node = reading.node();
    if (node.operator() instanceof Embed embed) {
      return embed.rows() - 1;
    }
    if (node.operator() instanceof LengthMask mask) {
      return mask.steps();
    }
    boolean length =
        node.operator() instanceof Recurrent && node.inputs().indexOf(reading.value()) == 1;
    return length ? graph.shape(node.inputs().getFirst()).dim(0) : Integer.MAX_VALUE;
  }

  private static boolean keepsNumbers(Operator operator) {
    return operator instanceof Activation
        || operator instanceof Affine
        || operator instanceof Combine
        || operator instanceof Concat
        || operator instanceof Pad
        || operator instanceof Permute
        || operator instanceof Reshape
        || operator instanceof Slice;
  }
}
