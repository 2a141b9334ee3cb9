package dev.ockham.core.arch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.ockham.runtime.model.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArchitecturesTest {

  @ParameterizedTest
  @CsvSource({
    "lenet-300-100, 266200, 266610",
    "lenet-500-300, 545000, 545810",
    "lenet-5-caffe, 430500, 431080",
    "mlp:784-300-100-10, 266200, 266610",
    "mlp:1-1, 1, 2",
  })
  void countsWeightsAndParametersAsThePapersDo(String name, long weights, long parameters) {
    Architecture architecture = Architectures.parse(name);
    assertThat(architecture.weights()).isEqualTo(weights);
    assertThat(architecture.parameters()).isEqualTo(parameters);
    assertThat(architecture.name()).isEqualTo(name);
  }

  @Test
  void lenet5HasTheLayersOfTheLiterature() {
    Architecture lenet = Architectures.parse("lenet-5-caffe");
    assertThat(lenet.linearLayers().stream().map(LayerSpec.Linear::weights))
        .containsExactly(500L, 25_000L, 400_000L, 5_000L);
    Shape shape = lenet.input();
    for (LayerSpec layer : lenet.layers()) {
      if (layer instanceof LayerSpec.Dense dense) {
        assertThat(dense.inputs()).isEqualTo(shape.size());
      }
      shape = layer.output(shape);
    }
    assertThat(shape).isEqualTo(Shape.flat(10));
  }

  @Test
  void everyListedNameParsesToItsEntry() {
    for (Architectures.Entry entry : Architectures.catalog()) {
      assertThat(Architectures.parse(entry.architecture().name())).isEqualTo(entry.architecture());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mlp:|width '' is not a number",
        "mlp:784|at least two widths",
        "mlp:784--10|width '' is not a number",
        "mlp:784-300-|width '' is not a number",
        "mlp:784-0-10|width '0' is not a number",
        "mlp:784-1000001-10|width '1000001' is not a number",
        "mlp:784-99999999999-10|width '99999999999' is not a number",
        "mlp:784-3e2-10|width '3e2' is not a number",
        "mlp:784- 300-10|width ' 300' is not a number",
        "mlp:100000-100000-10|100000 × 100000 weights is too large",
        "lenet-300-10|did you mean 'lenet-300-100'?",
        "LeNet-5-Caffe|did you mean 'lenet-5-caffe'?",
        "resnet-50|known: lenet-300-100, lenet-500-300, lenet-5-caffe",
      })
  void namesWhatIsWrongWithAName(String name, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Architectures.parse(name))
        .withMessageContaining("'" + name + "'")
        .withMessageContaining(reason);
  }

  @Test
  void doesNotSuggestWhatIsFarAway() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Architectures.parse("transformer"))
        .withMessageNotContaining("did you mean");
  }

  @Test
  void fitsDataOfTheSameSizeWithNoMoreClassesThanOutputs() {
    Architecture flat = Architectures.parse("mlp:784-10");
    assertThatNoException().isThrownBy(() -> flat.requireFits("d", new Shape(1, 28, 28), 10));
    assertThatNoException().isThrownBy(() -> flat.requireFits("d", new Shape(1, 14, 56), 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> flat.requireFits("here", new Shape(1, 28, 27), 10))
        .withMessageContainingAll("mlp:784-10", "784 inputs", "'here'", "1×28×27 = 756 pixels");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> flat.requireFits("here", new Shape(1, 28, 28), 11))
        .withMessageContainingAll("10 outputs", "'here'", "11 classes");
  }

  @Test
  void aConvolutionNeedsTheVeryShapeAndNotJustTheSize() {
    Architecture lenet = Architectures.parse("lenet-5-caffe");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> lenet.requireFits("here", new Shape(1, 14, 56), 10))
        .withMessageContainingAll("lenet-5-caffe", "1×28×28", "'here'", "1×14×56");
  }
}
