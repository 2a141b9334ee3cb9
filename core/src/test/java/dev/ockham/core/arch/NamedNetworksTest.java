package dev.ockham.core.arch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The larger named networks against numbers that others published, or worked out by hand. */
class NamedNetworksTest {

  /**
   * 269,722, 464,154 and 853,018 parameters are what akamaster/pytorch_resnet_cifar10 counts
   * ("0.27M, 0.46M, 0.85M", as the paper says); its 40.55 million multiply-adds are three stages of
   * 14,155,776 or 12,976,128. Projections add 16 · 32 and 32 · 64 weights, and 2 · 32 and 2 · 64 of
   * norms: 2752.
   */
  @ParameterizedTest
  @CsvSource({
    "resnet-20, 268336, 269722, 40551040",
    "resnet-32, 461872, 464154, 68862592",
    "resnet-56, 848944, 853018, 125485696",
    "resnet-20-b, 270896, 272474, 40813184",
    "resnet-32-b, 464432, 466906, 69124736",
    "resnet-56-b, 851504, 855770, 125747840",
  })
  void residual(String name, long weights, long parameters, long multiplyAdds) {
    check(name, weights, parameters, multiplyAdds);
  }

  /**
   * VGG-16's 14,710,464 weights of convolutions on 3 channels, 512 · 512 and 512 · 10, and 2 ·
   * (4224 + 512) numbers of norms, 10 biases; 313,196,544 of the multiply-adds are the
   * convolutions'. MobileNet: Keras counts 470,072 trained for α = 0.25 and 1000 classes; the paper
   * says 41 million multiply-adds at 224 (table 6). DS-CNN S: MLPerf Tiny's Keras model, the same
   * with 9 · 64 biases more, counts 23,756 trained; the paper says 5.4 million operations, two to a
   * multiply-add.
   */
  @ParameterizedTest
  @CsvSource({
    "vgg-like, 14977728, 14987210, 313463808",
    "'mobilenet-v1-0.25:classes=1000,size=224', 463600, 470072, 41030272",
    "ds-cnn, 22016, 23180, 2656768",
  })
  void forPicturesAndWords(String name, long weights, long parameters, long multiplyAdds) {
    check(name, weights, parameters, multiplyAdds);
  }

  /**
   * LSTM: 1000 · 32, 256 · (32 + 64), 64 · 2; two biases of 256 and one of 2; 50 steps.
   * Transformer: 1000 · 64, two layers of 4 · 64² + 2 · 64 · 256, 64 · 2; positions 64 · 64, biases
   * 4 · 64 + 256 + 64 and norms 4 · 64 a layer, a norm of 2 · 64, 2; attention multiplies 2 · 64 ·
   * 64 · 64 a layer beside its weights at 64 steps.
   */
  @ParameterizedTest
  @CsvSource({
    "lstm-classifier, 56704, 57218, 1228928",
    "transformer-encoder, 162432, 168322, 7340160",
  })
  void ofSequences(String name, long weights, long parameters, long multiplyAdds) {
    check(name, weights, parameters, multiplyAdds);
  }

  private static void check(String name, long weights, long parameters, long multiplyAdds) {
    Architecture architecture = Architectures.parse(name);
    assertThat(architecture.weights()).as("weights").isEqualTo(weights);
    assertThat(architecture.parameters()).as("parameters").isEqualTo(parameters);
    assertThat(architecture.graph().multiplyAdds()).as("multiply-adds").isEqualTo(multiplyAdds);
  }

  @Test
  void residualNetworksHaveTheNamesOfPyTorch() {
    Architecture resnet = Architectures.parse("resnet-20-b");
    List<String> names = resnet.weightTensors().stream().map(WeightTensor::name).toList();
    assertThat(names)
        .hasSize(22)
        .startsWith("conv1", "layer1.0.conv1", "layer1.0.conv2", "layer1.1.conv1")
        .contains("layer2.0.shortcut.conv", "layer3.0.shortcut.conv")
        .endsWith("layer3.2.conv2", "linear");
    assertThat(resnet.graph().hasParameter("layer1.0.bn1.scale")).isTrue();
    assertThat(resnet.graph().hasParameter("conv1.bias")).isFalse();
    assertThat(Architectures.parse("resnet-20").weightTensors()).hasSize(20);
  }

  @Test
  void aShortcutOfOptionATakesEverySecondPositionAndPadsChannels() {
    Graph resnet = Architectures.parse("resnet-20:channels=1,size=27").graph();
    assertThat(resnet.shape("layer1.2.relu2")).isEqualTo(Shape.of(16, 27, 27));
    assertThat(resnet.shape("layer2.0.shortcut.columns")).isEqualTo(Shape.of(16, 14, 14));
    assertThat(resnet.shape("layer2.0.shortcut.pad")).isEqualTo(Shape.of(32, 14, 14));
    assertThat(resnet.shape("layer3.2.relu2")).isEqualTo(Shape.of(64, 7, 7));
  }

  @Test
  void attentionKeepsHeadsAsAnAxisOfTheirOwn() {
    Graph encoder = Architectures.parse("transformer-encoder:steps=10,width=12,heads=3").graph();
    assertThat(encoder.shape("layer1.query.heads")).isEqualTo(Shape.of(10, 3, 4));
    assertThat(encoder.unitAxis("layer1.query.heads")).isEqualTo(1);
    assertThat(encoder.shape("layer1.query.first")).isEqualTo(Shape.of(3, 10, 4));
    assertThat(encoder.shape("layer1.weights")).isEqualTo(Shape.of(3, 10, 10));
    assertThat(encoder.unitAxis("layer1.mixed")).isZero();
    assertThat(encoder.shape("layer2.add2")).isEqualTo(Shape.of(10, 12));
    assertThat(encoder.unitAxis("layer2.add2")).isEqualTo(1);
  }

  @Test
  void smallPicturesFit() {
    for (String name : List.of("vgg-like", "mobilenet-v1-0.25", "resnet-20", "resnet-20-b")) {
      Architecture small = Architectures.parse(name + ":channels=1,size=28");
      assertThat(small.example()).isEqualTo(Shape.of(1, 28, 28));
      assertThat(small.classes()).isEqualTo(10);
    }
  }
}
