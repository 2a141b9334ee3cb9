package dev.ockham.core.prune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.evaluate.ModelWork;
import dev.ockham.core.evaluate.UnitsLeft;
import dev.ockham.core.goal.Measure;
import dev.ockham.core.goal.Measure.Kind;
import dev.ockham.core.goal.Measured;
import dev.ockham.core.inspect.NetworkFacts;
import dev.ockham.core.inspect.NodeFacts;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphSample;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.RandomGraphs;
import dev.ockham.runtime.model.Model;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a network costs is one number, whoever asks: prune, inspect, a goal or a trade-off. */
class RandomGraphWorkTest {

  static LongStream seeds() {
    return RandomGraphs.seeds(300, 5);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void allCountsAgree(long seed) {
    GraphSample sample = RandomGraphs.of(seed);
    Model masked = sample.model(seed);
    Model compacted = Compaction.compact(masked);
    Graph original = masked.graph();
    long whole = original.multiplyAdds();
    assertThat(ModelWork.of(original).denseMultiplyAdds()).as("%s", sample).isEqualTo(whole);
    assertThat(ModelWork.of(original).sparseMultiplyAdds()).isEqualTo(whole);
    assertThat(NetworkFacts.of("whole", original).multiplyAdds()).isEqualTo(whole);
    for (Model model : List.of(masked, compacted)) {
      long dense = model.graph().nodes().stream().mapToLong(node -> work(model, node, true)).sum();
      long sparse =
          model.graph().nodes().stream().mapToLong(node -> work(model, node, false)).sum();
      NetworkFacts facts = NetworkFacts.of(model);
      assertThat(facts.multiplyAdds()).as("%s", sample).isEqualTo(dense).isLessThanOrEqualTo(whole);
      assertThat(facts.sparseMultiplyAdds()).isEqualTo(sparse).isLessThanOrEqualTo(dense);
      assertThat(facts.nodes().stream().mapToLong(NodeFacts::multiplyAdds).sum()).isEqualTo(dense);
      UnitsLeft left = UnitsLeft.of(original, model);
      assertThat(left.multiplyAdds()).isEqualTo(dense);
      assertThat(left.multiplyAddsBefore()).isEqualTo(whole);
      Map<Measure, Double> goal = Measured.sizes(original.weights(), model, 1);
      assertThat(goal).containsEntry(Measure.of(Kind.MACS), (double) dense);
      assertThat(goal)
          .containsEntry(Measure.of(Kind.UNITS), (double) ModelWork.of(model).unitCount());
    }
    assertThat(UnitsLeft.of(original, compacted).after())
        .as("%s", sample)
        .isEqualTo(unitsOfMakers(original, compacted.graph()));
  }

  /** Units that the nodes of the original's weights have in a compacted graph. */
  private static List<Integer> unitsOfMakers(Graph original, Graph left) {
    return WeightTensor.of(original).stream()
        .filter(tensor -> tensor.parameter().name().equals(firstPrunable(original, tensor.node())))
        .map(tensor ->
            left.nodes().stream()
                .filter(node -> node.parameters().containsValue(tensor.parameter().name()))
                .map(node -> left.units(node.name()))
                .findFirst()
                .orElse(0))
        .toList();
  }

  private static String firstPrunable(Graph graph, Node node) {
    return WeightTensor.of(graph).stream()
        .filter(tensor -> tensor.node().equals(node))
        .findFirst()
        .orElseThrow()
        .parameter()
        .name();
  }

  /** Counted number by number. */
  private static long work(Model model, Node node, boolean dense) {
    Graph graph = model.graph();
    long all = node.operator().multiplyAdds(graph.inputShapes(node));
    long size = 0;
    long nonZero = 0;
    long used = 0;
    for (String name : node.parameters().values()) {
      Parameter parameter = graph.parameter(name);
      if (parameter.role().prunable()) {
        float[] numbers = model.value(name).toDense();
        int columns = parameter.columns();
        size += numbers.length;
        nonZero += IntStream.range(0, numbers.length).filter(i -> numbers[i] != 0).count();
        used +=
            IntStream.range(0, columns)
                .filter(c ->
                    IntStream.iterate(c, i -> i < numbers.length, i -> i + columns)
                        .anyMatch(i -> numbers[i] != 0))
                .count();
      }
    }
    boolean weighted =
        node.parameters().values().stream().anyMatch(p -> graph.parameter(p).role().prunable());
    if (!weighted) {
      return all;
    }
    long times = size == 0 ? 0 : all / size;
    return !dense
        ? times * nonZero
        : node.operator() instanceof Linear linear ? times * used * linear.outputs() : all;
  }
}
