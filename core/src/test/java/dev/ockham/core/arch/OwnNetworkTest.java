package dev.ockham.core.arch;

import static dev.ockham.core.arch.Layers.batchNorm;
import static dev.ockham.core.arch.Layers.conv2d;
import static dev.ockham.core.arch.Layers.dense;
import static dev.ockham.core.arch.Layers.flatten;
import static dev.ockham.core.arch.Layers.maxPool2d;
import static dev.ockham.core.arch.Layers.relu;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.ockham.runtime.model.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OwnNetworkTest {

  private static final Shape IMAGE = new Shape(1, 28, 28);

  @Test
  void worksOutWhatEachLayerTakes() {
    Architecture own =
        Architecture.of(
            IMAGE,
            conv2d(20, 5),
            relu(),
            maxPool2d(2),
            conv2d(50, 3),
            flatten(),
            dense(500),
            relu(),
            dense(10));
    assertThat(own.layers())
        .isEqualTo(
            List.of(
                new LayerSpec.Conv2d("conv1", 1, 20, 5),
                new LayerSpec.Relu(),
                new LayerSpec.MaxPool2d(2),
                new LayerSpec.Conv2d("conv2", 20, 50, 3),
                new LayerSpec.Flatten(),
                new LayerSpec.Dense("dense1", 5000, 500),
                new LayerSpec.Relu(),
                new LayerSpec.Dense("dense2", 500, 10)));
    assertThat(own.name())
        .isEqualTo("net:1x28x28-conv20x5-relu-pool2-conv50x3-flatten-dense500-relu-dense10");
    assertThat(Architectures.parse(own.name())).isEqualTo(own);
  }

  @Test
  void aBatchNormHasTheUnitsOfTheLayerBeforeIt() {
    Architecture own =
        Architecture.of(
            IMAGE, conv2d(8, 5), batchNorm(), relu(), flatten(), dense(32), batchNorm(), dense(10));
    assertThat(own.name()).isEqualTo("net:1x28x28-conv8x5-bn-relu-flatten-dense32-bn-dense10");
    assertThat(own.batchNorms())
        .containsExactly(new LayerSpec.BatchNorm("bn1", 8), new LayerSpec.BatchNorm("bn2", 32));
    assertThat(own.linearLayers()).hasSize(3);
    Architecture without =
        Architecture.of(IMAGE, conv2d(8, 5), relu(), flatten(), dense(32), dense(10));
    assertThat(own.weights()).isEqualTo(without.weights());
    assertThat(own.parameters()).isEqualTo(without.parameters() + 2 * 8 + 2 * 32);
  }

  @Test
  void aVectorNeedsNoFlatten() {
    Architecture own = Architecture.of(Shape.flat(20), dense(16), relu(), dense(3));
    assertThat(own.name()).isEqualTo("net:20-dense16-relu-dense3");
    assertThat(Architecture.of(Shape.flat(20), flatten(), dense(16), relu(), dense(3)))
        .isEqualTo(own);
    assertThat(Architectures.parse("net:20x1x1-flatten-dense16-relu-dense3")).isEqualTo(own);
    assertThatNoException().isThrownBy(() -> own.requireFits("d", Shape.flat(20), 3));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> own.requireFits("mine", Shape.flat(21), 3))
        .withMessage(
            "architecture '%s' takes 20 inputs, but 'mine' has examples of 21 features"
                .formatted(own.name()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "net:20-dense1",
        "net:20-dense16-bn-relu-dense3",
        "net:1x28x28-conv8x5-bn-relu-pool2-flatten-dense32-bn-relu-dense10",
        "net:1x28x28-flatten-dense300-relu-dense100-relu-dense10",
        "net:3x32x32-conv8x3-conv8x1-relu-pool2-conv16x3-relu-pool3-flatten-relu-dense10",
      })
  void aTextComesBack(String text) {
    Architecture parsed = Architectures.parse(text);
    assertThat(parsed.name()).isEqualTo(text);
    assertThat(Architectures.parse(parsed.name())).isEqualTo(parsed);
  }

  @Test
  void hasTheLayersOfTheListedNetworks() {
    for (Architectures.Entry entry : Architectures.catalog()) {
      Architecture listed = entry.architecture();
      Architecture own = Architectures.parse(NetworkText.write(listed.input(), listed.layers()));
      assertThat(own.layers()).isEqualTo(listed.layers());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "net:|'' at character 5 is not an input shape",
        "net:1x28-dense10|'1x28' at character 5 is not an input shape",
        "net:1x28x28-conv20x5-rleu|'rleu' at character 22 is not a layer; did you mean 'relu'?",
        "net:1x28x28-conv20|'conv20' at character 13 is not a layer",
        "net:20-dense|'dense' at character 8 is not a layer (layers are",
        "net:20--dense10|'' at character 8 is not a layer",
        "net:20|there are no layers",
        "net:0-dense10|input 0×1×1 is empty",
        "net:0x0x5-dense10|'0x0x5' at character 5 shape 0×0×5 needs",
        "net:20-dense0|layer 1, dense0: 0 outputs are not from 1",
        "net:20-dense9999999|layer 1, dense9999999: 9999999 outputs are not from 1",
        "net:100000-dense100000|layer 1, dense100000: 100000 × 100000 weights are too many",
        "net:20-conv3x1-dense2|layer 1, conv3x1: takes channels, rows and columns but gets a vector"
            + " of 20",
        "net:20-dense3-pool1-dense2|layer 2, pool1: takes channels, rows and columns but gets a"
            + " vector of 3",
        "net:1x8x8-dense10|layer 1, dense10: takes a vector but gets 1×8×8; put flatten before it",
        "net:1x8x8-conv3x9-flatten-dense2|layer 1, conv3x9: its kernel of 9×9 is larger than what"
            + " it gets, 1×8×8",
        "net:1x8x8-conv3x0-flatten-dense2|layer 1, conv3x0: its kernel is 0",
        "net:1x8x8-conv3x5-pool5-flatten-dense2|layer 2, pool5: its window of 5×5 is larger than"
            + " what it gets, 3×4×4",
        "net:20-bn-dense2|layer 1, bn: must stand directly behind a dense or convolution layer",
        "net:20-dense3-relu-bn-dense2|layer 3, bn: must stand directly behind",
        "net:20-dense3-bn-bn-dense2|layer 3, bn: must stand directly behind",
        "net:1x8x8-conv2x3-pool2-bn-flatten-dense2|layer 3, bn: must stand directly behind",
        "net:20-dense3-bn2-dense2|'bn2' at character 15 is not a layer; did you mean 'bn'?",
        "net:20-dense10-bn|layer 2, bn, is the last; the last layer must be dense",
        "net:20-dense10-relu|layer 2, relu, is the last; the last layer must be dense",
      })
  void namesWhatIsWrong(String text, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Architectures.parse(text))
        .withMessageContaining("architecture '" + text + "'")
        .withMessageContaining(reason);
  }
}
