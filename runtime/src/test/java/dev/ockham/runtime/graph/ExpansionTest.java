package dev.ockham.runtime.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What stands in the place of composite operators. */
class ExpansionTest {
  private static final LocalResponse RESPONSE = new LocalResponse(3, 0.5f, 0.75f, 2);

  @Test
  void aGraphWithoutCompositeOperatorsIsItself() {
    GraphBuilder g = new GraphBuilder();
    Graph graph = g.build(g.relu(g.input("x", 4, 3, 3)));
    assertThat(Expansion.of(graph)).isSameAs(graph);
  }

  @Test
  void aValueWithoutNumbersStays() {
    GraphBuilder g = new GraphBuilder();
    Graph graph = g.build(g.node("response", RESPONSE, g.input("x", 0, 3, 3)));
    assertThat(Expansion.of(graph)).isSameAs(graph);
  }

  /** Two of them, one behind the other, around a layer, and names that look like those of parts. */
  @Test
  void othersStandInTheirPlaces() {
    GraphBuilder g = new GraphBuilder();
    Value x = g.input("of 0 x", 4, 3, 3);
    Value first = g.node("first", RESPONSE, x);
    Value layer = g.node("of of", new Linear(2), g.reshape(first, 36));
    Graph graph = g.build(g.node("second", RESPONSE, layer));
    Graph expanded = Expansion.of(graph);
    assertThat(expanded.inputs()).isEqualTo(graph.inputs());
    assertThat(expanded.parameters()).isEqualTo(graph.parameters());
    assertThat(expanded.outputs()).isEqualTo(graph.outputs());
    assertThat(expanded.nodes()).noneMatch(node -> node.operator() instanceof Composite);
    assertThat(expanded.nodes()).extracting(Node::name).contains("first1", "of of1", "second1");
    for (Node node : graph.nodes()) {
      assertThat(expanded.shape(node.name())).isEqualTo(graph.shape(node.name()));
    }
    Parameter weight = graph.parameters().get(0);
    Parameter bias = graph.parameters().get(1);
    float[] weights = new float[weight.shape().size()];
    float[] image = new float[36];
    double[] wide = new double[36];
    for (int i = 0; i < 36; i++) {
      weights[2 * i] = (i % 5 - 2) / 10f;
      weights[2 * i + 1] = (i % 7 - 3) / 10f;
      image[i] = i % 11 - 5;
      wide[i] = image[i];
    }
    Model model =
        new Model(
            "own:sample",
            graph,
            Map.of(
                weight.name(),
                DenseMatrix.of(weight.rows(), weight.columns(), weights),
                bias.name(),
                DenseMatrix.of(bias.rows(), bias.columns(), new float[] {1, -1})));
    double[] expected =
        Objects.requireNonNull(
            ReferenceForward.run(model, Map.of("of 0 x", wide), 1).get("second1"));
    float[] found = Plan.of(model).run(image, 1, 1);
    Parity.require("in others", expected, ReferenceForward.widened(found));
    assertThat(List.of(found.length, expected.length)).containsOnly(2);
  }
}
