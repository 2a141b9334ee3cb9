package dev.ockham.runtime.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Value;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SequenceInputsTest {

  private static Graph graph(String... vectors) {
    GraphBuilder g = new GraphBuilder();
    Value tokens = g.input("input_ids", 3);
    Value x = g.reshape(g.embed(tokens, 5, 1), 3);
    for (String name : vectors) {
      x = g.add(x, g.input(name, 3));
    }
    return g.build(g.dense(g.add(x, g.input("n")), 2));
  }

  @Test
  void inputsAreToldByShapeAndName() {
    SequenceInputs inputs =
        SequenceInputs.of(graph("attention_mask", "token_type_ids", "position_ids"));
    assertThat(inputs.vocabulary()).isEqualTo(5);
    assertThat(inputs.size()).isEqualTo(13);
    Map<String, float[]> example = inputs.of(new EncodedText(new float[] {4, 2, 0}, 2));
    assertThat(example.keySet())
        .containsExactlyElementsOf(
            List.of("input_ids", "attention_mask", "token_type_ids", "position_ids", "n"));
    assertThat(example.get("input_ids")).containsExactly(4, 2, 0);
    assertThat(example.get("attention_mask")).containsExactly(1, 1, 0);
    assertThat(example.get("token_type_ids")).containsExactly(0, 0, 0);
    assertThat(example.get("position_ids")).containsExactly(0, 1, 2);
    assertThat(example.get("n")).containsExactly(2);
  }

  @Test
  void whatCannotBeToldIsRefusedAndSoAreUnknownTokens() {
    assertThatThrownBy(() -> SequenceInputs.of(graph("others")))
        .hasMessageContaining("which of 'input_ids' and 'others' is the sequence cannot be told");
    SequenceInputs inputs = SequenceInputs.of(graph());
    for (float wrong : new float[] {5, -1, 0.5f, Float.NaN}) {
      assertThatThrownBy(() -> inputs.of(new EncodedText(new float[] {0, wrong, 0}, 2)))
          .hasMessageStartingWith("step 1 is ")
          .hasMessageEndingWith(", but the network knows the tokens 0 to 4");
    }
    assertThatThrownBy(() -> inputs.of(new EncodedText(new float[] {0, 1}, 2)))
        .hasMessage("the network takes 3, but the text has 2 steps");
  }
}
