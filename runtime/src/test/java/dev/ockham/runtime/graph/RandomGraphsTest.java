package dev.ockham.runtime.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The random graphs are what they promise, so that tests over them test something. */
class RandomGraphsTest {
  private static final List<GraphSample> GRAPHS = RandomGraphs.first(120);

  @Test
  void aSeedAlwaysGivesTheSame() {
    assertThat(RandomGraphs.first(120)).isEqualTo(GRAPHS);
    GraphSample sample = GRAPHS.get(5);
    assertThat(sample.inputs(1, 5).get("vector")).isEqualTo(sample.inputs(1, 5).get("vector"));
    assertThat(sample.model(1).values()).isEqualTo(sample.model(1).values());
    assertThat(sample.model(1).values()).isNotEqualTo(sample.model(2).values());
  }

  @Test
  void theyHaveAllOperators() {
    Set<String> kinds = new TreeSet<>();
    GRAPHS.forEach(s -> s.graph().nodes().forEach(node -> kinds.add(node.operator().kind())));
    assertThat(kinds).hasSize(OperatorSamples.types().size());
  }

  @Test
  void theyAreOfSomeSize() {
    for (GraphSample sample : GRAPHS) {
      assertThat(sample.graph().nodes()).as(sample.name()).hasSizeBetween(3, 45);
    }
    assertThat(GRAPHS.stream().mapToInt(s -> s.graph().nodes().size()).average().orElse(0))
        .isBetween(10.0, 25.0);
  }

  @Test
  void theyHaveBranchesSharedParametersAndDeadLayers() {
    int branches = 0;
    int shared = 0;
    int dead = 0;
    for (GraphSample sample : GRAPHS) {
      Graph graph = sample.graph();
      branches += graph.readers().values().stream().anyMatch(r -> r.size() > 1) ? 1 : 0;
      Set<String> taken = new HashSet<>();
      shared +=
          graph.nodes().stream()
                  .flatMap(node -> node.parameters().values().stream())
                  .anyMatch(name -> !taken.add(name))
              ? 1
              : 0;
      dead +=
          sample.dead().stream().anyMatch(p -> graph.parameter(p).role() == Role.WEIGHT) ? 1 : 0;
    }
    assertThat(branches).isGreaterThan(50);
    assertThat(shared).isGreaterThan(20);
    assertThat(dead).isBetween(15, 60);
  }

  /** A network that is nothing but infinities would agree with any other. */
  @Test
  void theirValuesAreFiniteAndMostlyDifferFromExampleToExample() {
    int varying = 0;
    for (GraphSample sample : GRAPHS) {
      Map<String, double[]> values =
          ReferenceForward.run(sample.model(1), GraphSample.widened(sample.inputs(1, 2)), 2);
      for (double[] value : values.values()) {
        assertThat(value)
            .as(sample.name())
            .satisfies(v -> {
              for (double number : v) {
                assertThat(number).isBetween(-1e6, 1e6);
              }
            });
      }
      double[] output = values.getOrDefault(last(sample.graph()), new double[0]);
      int size = output.length / 2;
      for (int i = 0; i < size; i++) {
        if (output[i] != output[size + i]) {
          varying++;
          break;
        }
      }
    }
    assertThat(varying).isGreaterThan(55);
  }

  private static String last(Graph graph) {
    return graph.outputs().get(graph.outputs().size() - 1);
  }
}
