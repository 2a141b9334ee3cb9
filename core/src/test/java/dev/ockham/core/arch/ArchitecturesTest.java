package dev.ockham.core.arch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
    assertThat(lenet.weightTensors().stream().map(WeightTensor::name))
        .containsExactly("conv1", "conv2", "dense1", "dense2");
    assertThat(lenet.graph().prunable().stream().map(p -> (long) p.shape().size()))
        .containsExactly(500L, 25_000L, 400_000L, 5_000L);
    assertThat(lenet.graph().parameters().stream().map(p -> p.name() + " " + p.shape()))
        .startsWith("conv1.weight 20×1×5×5", "conv1.bias 20", "conv2.weight 50×20×5×5");
    assertThat(lenet.graph().multiplyAdds()).isEqualTo(288_000 + 1_600_000 + 400_000 + 5_000);
    assertThat(lenet.example()).isEqualTo(Shape.of(1, 28, 28));
    assertThat(lenet.classes()).isEqualTo(10);
  }

  @Test
  void everyListedNameParsesToItsEntry() {
    for (Architectures.Entry entry : Architectures.catalog()) {
      assertThat(Architectures.parse(entry.architecture().name())).isEqualTo(entry.architecture());
    }
  }

  @Test
  void everyArgumentOfEveryListedNetworkIsHeededAndKeptInItsName() {
    int tried = 0;
    for (Architectures.Entry entry : Architectures.catalog()) {
      for (Argument argument : entry.arguments()) {
        String name = entry.architecture().name() + ":" + argument.text(2 * argument.usual());
        Architecture other = Architectures.parse(name);
        assertThat(other.name()).isEqualTo(name);
        assertThat(other.graph()).as(name).isNotEqualTo(entry.architecture().graph());
        assertThat(Architectures.parse(other.name())).isEqualTo(other);
        tried++;
      }
    }
    assertThat(tried).isGreaterThan(30);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "resnet-20:classes=10|resnet-20",
        "resnet-20:size=32,classes=100|resnet-20:classes=100",
        "mobilenet-v1-0.25:size=96,classes=1000|mobilenet-v1-0.25:classes=1000,size=96",
        "lstm-classifier:vocab=1000,steps=50,width=32,hidden=064,classes=2|lstm-classifier",
      })
  void aNameIsAsShortAsItCanBe(String given, String canonical) {
    assertThat(Architectures.parse(given).name()).isEqualTo(canonical);
    assertThat(Architectures.parse(canonical)).isEqualTo(Architectures.parse(given));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
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
        "mlp:784-٣-10|width '٣' is not a number",
        "mlp:100000-100000-10|100000 × 100000 weights is too large",
        "lenet-300-10|did you mean 'lenet-300-100'?",
        "LeNet-5-Caffe|did you mean 'lenet-5-caffe'?",
        "resnet-50|known: lenet-300-100, lenet-500-300, lenet-5-caffe, resnet-20",
        "transformer|did you mean 'transformer-encoder'?",
        "resnet-21:classes=3|did you mean 'resnet-20'?",
        "resnet-20:|resnet-20 has no argument ''; arguments are classes=10, channels=3, size=32",
        "resnet-20:clases=3|has no argument 'clases'; did you mean 'classes'?",
        "resnet-20:classes|'classes' lacks its value, as in classes=10",
        "resnet-20:classes=|'' of classes is not a whole number from 1 to 1000000",
        "resnet-20:classes=1e1|'1e1' of classes is not a whole number",
        "resnet-20:classes=٣|'٣' of classes is not a whole number",
        "resnet-20:classes=0|'0' of classes is not a whole number from 1",
        "resnet-20:size=9,size=8|says 'size' twice",
        "lenet-5-caffe:classes=3|lenet-5-caffe has no argument 'classes'; it takes none",
        "transformer-encoder:heads=5|heads=5 do not divide width=64",
        "transformer-encoder:steps=100000|has more than 2147483647 numbers",
        "lstm-classifier:vocab=9999999,width=1000|9999999 × 1000 weights are too many",
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
        .isThrownBy(() -> Architectures.parse("perceptron"))
        .withMessageNotContaining("did you mean");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp:784-10", "net:784-dense10", "net:1x28x28-flatten-dense10"})
  void fitsDataOfTheSameSizeWithNoMoreClassesThanOutputs(String name) {
    Architecture flat = Architectures.parse(name);
    assertThatNoException().isThrownBy(() -> flat.requireFits("d", Shape.of(1, 28, 28), 10));
    assertThatNoException().isThrownBy(() -> flat.requireFits("d", Shape.of(1, 14, 56), 2));
    assertThatNoException().isThrownBy(() -> flat.requireFits("d", Shape.of(784), 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> flat.requireFits("here", Shape.of(1, 28, 27), 10))
        .withMessage(
            "architecture '%s' takes 784 inputs, but 'here' has images of 1×28×27 = 756 pixels"
                .formatted(name));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> flat.requireFits("here", Shape.of(1, 28, 28), 11))
        .withMessageContainingAll("10 outputs", "'here'", "11 classes");
  }

  @Test
  void aConvolutionNeedsTheVeryShapeAndNotJustTheSize() {
    Architecture lenet = Architectures.parse("lenet-5-caffe");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> lenet.requireFits("here", Shape.of(1, 14, 56), 10))
        .withMessage(
            "architecture 'lenet-5-caffe' takes images of 1×28×28, but 'here' has images of"
                + " 1×14×56");
  }

  @Test
  void rowsOfAGreyPictureAreStepsOfASequence() {
    Architecture lstm = Architectures.parse("net:t28x14-lstm8-dense10");
    assertThatNoException().isThrownBy(() -> lstm.requireFits("d", Shape.of(1, 28, 14), 10));
    for (Shape other : List.of(Shape.of(1, 14, 28), Shape.of(3, 28, 14), Shape.of(392))) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> lstm.requireFits("d", other, 10))
          .withMessageContaining("takes examples of 28×14, but 'd' has");
    }
  }

  @Test
  void severalInputsWantSeveralValues() {
    Architecture lstm = Architectures.parse("lstm-classifier");
    assertThat(lstm.example()).isEqualTo(Shape.of(51));
    assertThatNoException().isThrownBy(() -> lstm.requireFits("d", Shape.of(51), 2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> lstm.requireFits("d", Shape.of(50), 2))
        .withMessage(
            "architecture 'lstm-classifier' takes 51 numbers (tokens of 50, length of one number),"
                + " but 'd' has examples of 50 features");
  }

  @Test
  void aNameOfOnesOwnMayNotStandForAnotherNetwork() {
    GraphBuilder g = new GraphBuilder();
    var x = g.input("input", 4);
    var graph = g.build(g.add(g.dense(x, 4), x));
    assertThat(Architecture.of("mine", graph).graph()).isEqualTo(graph);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Architecture.of("lenet-5-caffe", graph))
        .withMessageContaining("'lenet-5-caffe' stands for another network");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Architecture.of(graph))
        .withMessageContaining("no net: text describes this graph of 2 nodes");
    Architecture listed = Architectures.parse("lenet-5-caffe");
    assertThat(Architecture.of("lenet-5-caffe", listed.graph())).isEqualTo(listed);
  }

  @Test
  void labelsNeedOneVector() {
    GraphBuilder g = new GraphBuilder();
    var x = g.input("input", 3, 4, 4);
    var y = g.conv2d(x, 2, 3);
    Architecture image = Architecture.of("mine", g.build(y));
    Architecture two = Architecture.of("mine", g.build(y, g.flatten(y)));
    Shape shape = Shape.of(3, 4, 4);
    assertThat(image.classifies() || two.classifies()).isFalse();
    assertThatNoException().isThrownBy(() -> image.requireFits("d", shape));
    assertThatNoException().isThrownBy(() -> two.requireFits("d", shape));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> image.requireFits("d", shape, 2))
        .withMessageContaining("architecture 'mine' gives 2×2×2, not a vector");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> two.requireFits("d", shape, 2))
        .withMessageContaining("gives [conv1, flatten1], but labels need one vector");
  }

  @Test
  void hasWeights() {
    GraphBuilder g = new GraphBuilder();
    var graph = g.build(g.relu(g.input("input", 3)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Architecture.of("mine", graph))
        .withMessageContaining("has no weights");
  }

  @Test
  void aFileIsNotTakenForAMisspeltName() {
    assertThatThrownBy(() -> Architectures.parse("/tmp/nothere.json"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "'/tmp/nothere.json' is a file by its name, which NetworkSource.read takes");
  }
}
