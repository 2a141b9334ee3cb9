package dev.ockham.core.start;

import dev.ockham.core.target.TargetScaling;
import dev.ockham.runtime.graph.Combine;
import dev.ockham.runtime.graph.Constant;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Standardize;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What an output is scaled by at the end of a network: {@code factor · x + shift} of a value x
 * further in, by nodes that do nothing else.
 */
final class OutputLine {

  private final Graph graph;
  private final Function<String, float[]> numbers;
  private final double[] factor;
  private final double[] shift;
  private final List<Node> gone = new ArrayList<>();
  private String inner;
  private boolean scales;
  private boolean shifts;

  private OutputLine(Graph graph, String output, Function<String, float[]> numbers) {
    this.graph = graph;
    this.numbers = numbers;
    this.inner = output;
    this.factor = new double[graph.shape(output).size()];
    this.shift = new double[factor.length];
    Arrays.fill(factor, 1);
  }

  /**
   * Of an output of a graph.
   *
   * @param numbers of a parameter, by its name
   */
  static OutputLine of(Graph graph, String output, Function<String, float[]> numbers) {
    OutputLine line = new OutputLine(graph, output, numbers);
    while (line.further()) {}
    return line;
  }

  /** The value further in. */
  String inner() {
    return inner;
  }

  /** The nodes between. */
  List<Node> gone() {
    return gone;
  }

  double factor(int index) {
    return factor[index];
  }

  double shift(int index) {
    return shift[index];
  }

  /**
   * The same as units of numbers that were learnt; nothing where it does not both scale and shift.
   */
  Optional<TargetScaling> units() {
    boolean whole = scales && shifts;
    for (double each : factor) {
      whole &= each > 0 && each < Double.POSITIVE_INFINITY;
    }
    return whole
        ? Optional.of(
            new TargetScaling(
                Arrays.stream(shift).boxed().toList(), Arrays.stream(factor).boxed().toList()))
        : Optional.empty();
  }

  /**
   * Goes one node further in, if that one scales or shifts, and nothing else reads what it takes.
   */
  private boolean further() {
    Node node = graph.node(inner);
    boolean read =
        graph.readers().getOrDefault(inner, List.of()).stream().anyMatch(n -> !gone.contains(n));
    boolean another = !gone.isEmpty() && graph.gives(inner);
    if (node == null || read || another) {
      return false;
    }
    return switch (node.operator()) {
      case Standardize _ -> {
        float[] mean = numbers.apply(parameter(node, "mean"));
        float[] scale = numbers.apply(parameter(node, "scale"));
        for (int k = 0; k < factor.length; k++) {
          factor[k] *= at(scale, k);
          shift[k] -= factor[k] * at(mean, k);
        }
        scales = true;
        shifts = true;
        yield leave(node, node.inputs().getFirst());
      }
      case Combine(Combine.By by) -> combined(node, by);
      default -> false;
    };
  }

  private boolean combined(Node node, Combine.By by) {
    Node first = graph.node(node.inputs().get(0));
    Node second = graph.node(node.inputs().get(1));
    boolean left = first != null && first.operator() instanceof Constant;
    Node constant = left ? first : second;
    String other = node.inputs().get(left ? 1 : 0);
    float[] given = constantOf(constant);
    boolean fits = given != null && graph.shape(other).size() == factor.length;
    if (!fits || given == null || (left && !turns(by))) {
      return false;
    }
    for (int k = 0; k < factor.length; k++) {
      switch (by) {
        case ADD -> shift[k] += factor[k] * at(given, k);
        case SUBTRACT -> shift[k] -= factor[k] * at(given, k);
        case MULTIPLY -> factor[k] *= at(given, k);
        case DIVIDE -> factor[k] /= at(given, k);
        case MINIMUM, MAXIMUM, POWER -> {
          return false;
        }
      }
    }
    boolean times = by == Combine.By.MULTIPLY || by == Combine.By.DIVIDE;
    scales |= times;
    shifts |= !times;
    if (constant != null && graph.readers().getOrDefault(constant.name(), List.of()).size() == 1) {
      gone.add(constant);
    }
    return leave(node, other);
  }

  private static boolean turns(Combine.By by) {
    return by == Combine.By.ADD || by == Combine.By.MULTIPLY;
  }

  private float @Nullable [] constantOf(@Nullable Node node) {
    if (node == null || !(node.operator() instanceof Constant)) {
      return null;
    }
    float[] given = numbers.apply(parameter(node, "value"));
    return given.length == 1 || given.length == factor.length ? given : null;
  }

  private boolean leave(Node node, String next) {
    gone.add(node);
    inner = next;
    return true;
  }

  private static double at(float[] numbers, int index) {
    return numbers[numbers.length == 1 ? 0 : index];
  }

  private static String parameter(Node node, String slot) {
    return Objects.requireNonNull(node.parameters().get(slot), slot);
  }
}
