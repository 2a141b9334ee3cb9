package dev.ockham.runtime.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Whether forms of a network are one function: each number of an output is what the reference says,
 * to 1e-5 of the output's largest. An output that is all zeros must be zeros.
 */
public final class Parity {
  /** Part of the largest expected number by which a number may be off. */
  public static final double LIMIT = 1e-5;

  private Parity() {}

  /**
   * What a model gives in double, output by output in the graph's order.
   *
   * @param inputs numbers of each input, example behind example
   * @param count how many examples
   */
  public static List<double[]> reference(Model model, Map<String, float[]> inputs, int count) {
    Map<String, double[]> values = ReferenceForward.run(model, GraphSample.widened(inputs), count);
    return inOrder(model.graph(), values);
  }

  /** What a model's plan gives on one thread, output by output in the graph's order. */
  public static List<double[]> plan(Model model, Map<String, float[]> inputs, int count) {
    return widened(model.graph(), Plan.of(model).run(inputs, count, 1));
  }

  /** Outputs by name, in double and in the graph's order. */
  public static List<double[]> widened(Graph graph, Map<String, float[]> outputs) {
    return inOrder(graph, GraphSample.widened(outputs));
  }

  private static List<double[]> inOrder(Graph graph, Map<String, double[]> values) {
    List<double[]> outputs = new ArrayList<>();
    for (String output : graph.outputs()) {
      outputs.add(Objects.requireNonNull(values.get(output), output));
    }
    return outputs;
  }

  /**
   * How far numbers are from what is expected: the largest difference over the largest expected
   * number. 0 where none differs; infinite or NaN where numbers differ and all expected are 0, or
   * where any is no number.
   */
  public static double distance(double[] expected, double[] found) {
    assertThat(found).hasSameSizeAs(expected);
    double largest = 0;
    double off = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      off = Math.max(off, Math.abs(expected[i] - found[i]));
    }
    return off == 0 ? 0 : off / largest;
  }

  /**
   * How much a network's outputs change when each of its weights changes by the rounding of a
   * float: the largest {@link #distance} of an output. Where this is near {@link #LIMIT}, such as
   * behind a norm of a unit that hardly varies, no arithmetic in float can hold to the limit.
   */
  public static double rounding(Model model, Map<String, float[]> inputs, int count) {
    Map<String, double[]> numbers = ReferenceForward.numbers(model);
    Map<String, double[]> given = GraphSample.widened(inputs);
    List<double[]> exact =
        inOrder(model.graph(), ReferenceForward.run(model.graph(), numbers, given, count));
    numbers.forEach(Parity::round);
    List<double[]> rounded =
        inOrder(model.graph(), ReferenceForward.run(model.graph(), numbers, given, count));
    double most = 0;
    for (int k = 0; k < exact.size(); k++) {
      most = Math.max(most, distance(exact.get(k), rounded.get(k)));
    }
    return most;
  }

  private static void round(String name, double[] numbers) {
    Draws draws = Draws.of(1, name);
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] += draws.chance(0.5) ? 0x1p-24 * numbers[i] : -0x1p-24 * numbers[i];
    }
  }

  /** Fails unless numbers are those expected, to {@link #LIMIT} of the largest. */
  public static void require(String what, double[] expected, double[] found) {
    require(what, expected, found, LIMIT);
  }

  /** Fails unless numbers are those expected, to a part of the largest. */
  public static void require(String what, double[] expected, double[] found, double limit) {
    assertThat(distance(expected, found))
        .as("%s: difference over the largest number expected", what)
        .isLessThanOrEqualTo(limit);
  }

  /** Fails unless all outputs are those expected, each to {@link #LIMIT} of its largest number. */
  public static void require(String what, List<double[]> expected, List<double[]> found) {
    assertThat(found).as(what).hasSameSizeAs(expected);
    for (int k = 0; k < expected.size(); k++) {
      require(what + ", output " + k, expected.get(k), found.get(k));
    }
  }
}
