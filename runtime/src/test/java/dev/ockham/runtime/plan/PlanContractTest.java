package dev.ockham.runtime.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ockham.runtime.Thorough;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphSample;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.OperatorSamples;
import dev.ockham.runtime.graph.RandomGraphs;
import dev.ockham.runtime.graph.ReferenceForward;
import dev.ockham.runtime.kernel.Form;
import dev.ockham.runtime.kernel.Loops;
import dev.ockham.runtime.model.Model;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A plan gives what the reference gives, to 1e-5 of the largest output, on any threads. */
class PlanContractTest {
  private static final int MOST = 131;
  private static final double TOLERANCE = 1e-5;
  private static final int[] LANES =
      Thorough.oneIn(2) == 1 ? new int[] {1, 16, 32, 48, 64} : new int[] {1, 48};

  static List<GraphSample> samples() {
    return OperatorSamples.all();
  }

  static List<GraphSample> randomGraphs() {
    return RandomGraphs.first(90 / Thorough.oneIn(3));
  }

  @ParameterizedTest
  @MethodSource("samples")
  void anOperatorIsAsTheReference(GraphSample sample) {
    Model model = sample.model(3);
    if (lacksStatistics(model.graph())) {
      assertThatThrownBy(() -> Plan.of(model))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'node'")
          .message()
          .doesNotContain("\n");
      return;
    }
    assertAsReference(sample, model, 131, 129, 128, 127, 1, 0);
    assertAsReference(sample, sample.model(4), 3);
    assertAsReferenceHowever(sample, sample.model(5));
  }

  private static boolean lacksStatistics(Graph graph) {
    return graph.nodes().stream()
        .anyMatch(node ->
            node.operator() instanceof Normalize norm
                && norm.over() == Normalize.Over.BATCH
                && graph.parameter(node, "mean") == null);
  }

  @ParameterizedTest
  @MethodSource("randomGraphs")
  void aRandomGraphIsAsTheReference(GraphSample sample) {
    assertAsReference(sample, sample.model(1), 131, 1);
    assertAsReference(sample, sample.model(2), 2);
    assertAsReferenceHowever(sample, sample.model(3));
  }

  /** At every kernel and with every loop that a plan may choose; the latter to the bit. */
  private static void assertAsReferenceHowever(GraphSample sample, Model model) {
    int count = 101; // blocks of 64 and 37 in place of 48, of 32 and 5 in place of 16
    Map<String, float[]> inputs = sample.inputs(6, count);
    Map<String, double[]> expected =
        ReferenceForward.run(model, GraphSample.widened(inputs), count);
    for (Form form : Form.values()) {
      Map<String, float[]> alone =
          Plan.of(model, new Plan.Settings(form, Loops.SCALAR, 1)).run(inputs, count, 1);
      alone.forEach((output, values) ->
          assertClose(
              values,
              Objects.requireNonNull(expected.get(output)),
              count * model.graph().shape(output).size(),
              "%s, %s, %s".formatted(sample, output, form)));
      for (Loops loops : Loops.values()) {
        for (int lanes : LANES) {
          Plan plan = Plan.of(model, new Plan.Settings(form, loops, lanes));
          Map<String, float[]> other = plan.run(inputs, count, 1);
          alone.forEach((output, values) ->
              assertThat(other.get(output))
                  .as("%s, %s, %s %s %s", sample, output, form, loops, lanes)
                  .isEqualTo(values));
        }
      }
    }
  }

  private static void assertAsReference(GraphSample sample, Model model, int... counts) {
    Plan plan = Plan.of(model);
    int most = Math.min(MOST, Arrays.stream(counts).max().orElse(0));
    Map<String, float[]> inputs = sample.inputs(5, most);
    Map<String, double[]> expected = ReferenceForward.run(model, GraphSample.widened(inputs), most);
    for (int count : counts) {
      Map<String, float[]> fewer = new LinkedHashMap<>();
      inputs.forEach(
          (name, values) -> fewer.put(name, Arrays.copyOf(values, values.length / most * count)));
      Map<String, float[]> alone = plan.run(fewer, count, 1);
      Map<String, float[]> both = plan.run(fewer, count, 2);
      assertThat(alone.keySet()).containsExactlyElementsOf(model.graph().outputs());
      for (String output : model.graph().outputs()) {
        float[] actual = Objects.requireNonNull(alone.get(output));
        assertThat(both.get(output)).isEqualTo(actual);
        assertClose(
            actual,
            Objects.requireNonNull(expected.get(output)),
            count * model.graph().shape(output).size(),
            "%s, %s of %s examples".formatted(sample, output, count));
      }
    }
  }

  private static void assertClose(float[] actual, double[] expected, int length, String what) {
    assertThat(actual).as(what).hasSize(length);
    double largest = Arrays.stream(expected).map(Math::abs).max().orElse(0);
    for (int i = 0; i < length; i++) {
      if (!(Math.abs(actual[i] - expected[i]) <= TOLERANCE * largest)) {
        throw new AssertionError(
            what
                + ": number "
                + i
                + " is "
                + actual[i]
                + ", not "
                + expected[i]
                + " (the largest is "
                + largest
                + ")");
      }
    }
  }
}
