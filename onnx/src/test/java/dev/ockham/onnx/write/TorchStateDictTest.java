package dev.ockham.onnx.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.onnx.OnnxMetadata;
import dev.ockham.runtime.file.SafetensorsFile;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.GraphSample;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.Model;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TorchStateDictTest {

  private static Graph readingBothWays(boolean last) {
    GraphBuilder builder = new GraphBuilder();
    Value x = builder.embed(builder.input("tokens", 6), 11, 4);
    Value y = builder.named("lstm").recurrent(x, Recurrent.Cell.LSTM, 3, last);
    Value z =
        builder.named("back").node("lstm", new Recurrent(Recurrent.Cell.LSTM, 3, true, last), x);
    return builder.build(builder.named("norm").layerNorm(builder.concat(last ? 0 : 1, y, z)));
  }

  @Test
  void aLayerThatReadsBothWaysIsOneModule() {
    Graph graph = readingBothWays(false);
    assertThat(TorchStateDict.names(graph).keySet())
        .containsExactlyInAnyOrder(
            "embed1.weight",
            "lstm.weight_ih_l0",
            "lstm.weight_hh_l0",
            "lstm.bias_ih_l0",
            "lstm.bias_hh_l0",
            "lstm.weight_ih_l0_reverse",
            "lstm.weight_hh_l0_reverse",
            "lstm.bias_ih_l0_reverse",
            "lstm.bias_hh_l0_reverse",
            "norm.weight",
            "norm.bias");
  }

  @Test
  void numbersAndShapesStay() {
    Model model = new GraphSample("both ways", readingBothWays(true), Map.of()).model(1);
    SafetensorsFile file = TorchStateDict.of(model, OnnxMetadata.NONE);
    TorchStateDict.names(model.graph())
        .forEach((name, parameter) -> {
          assertThat(file.tensor(name).toFloats())
              .isEqualTo(model.value(parameter.name()).toDense());
          assertThat(file.tensor(name).shape())
              .isEqualTo(parameter.shape().dims().stream().map(Integer::longValue).toList());
        });
    assertThat(file.tensors()).hasSameSizeAs(TorchStateDict.names(model.graph()).keySet());
    assertThat(TorchStateDict.made(file)).isTrue();
    assertThat(TorchStateDict.made(SafetensorsFile.of(Map.of("format", "pt"), file.tensors())))
        .isFalse();
    assertThat(List.copyOf(file.metadata().keySet())).containsExactly("format", "producer");
  }
}
