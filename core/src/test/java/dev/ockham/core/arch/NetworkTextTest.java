package dev.ockham.core.arch;

import static dev.ockham.runtime.graph.Geometry.pad;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.Operator;
import dev.ockham.runtime.graph.Resize;
import dev.ockham.runtime.graph.Shape;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Isolated
class NetworkTextTest {

  @Test
  void worksOutWhatEachLayerTakes() {
    var g = new GraphBuilder();
    var x = g.input("input", 1, 28, 28);
    x = g.maxPool(g.relu(g.conv2d(x, 20, 5)), 2);
    x = g.flatten(g.conv2d(x, 50, 3));
    Architecture own = Architecture.of(g.build(g.dense(g.relu(g.dense(x, 500)), 10)));
    assertThat(own.name())
        .isEqualTo("net:1x28x28-conv20x5-relu-pool2-conv50x3-flatten-dense500-relu-dense10");
    assertThat(own.weightTensors().stream().map(WeightTensor::name))
        .containsExactly("conv1", "conv2", "dense1", "dense2");
    assertThat(own.graph().parameter("dense1.weight").shape()).isEqualTo(Shape.of(500, 5000));
    assertThat(Architectures.parse(own.name())).isEqualTo(own);
  }

  @Test
  void aBatchNormHasTheUnitsOfTheLayerBeforeIt() {
    String text = "net:1x28x28-conv8x5-bn-relu-flatten-dense32-bn-dense10";
    Architecture own = Architectures.parse(text);
    assertThat(own.name()).isEqualTo(text);
    assertThat(own.graph().parameter("bn1.scale").shape()).isEqualTo(Shape.of(8));
    assertThat(own.graph().parameter("bn2.shift").shape()).isEqualTo(Shape.of(32));
    assertThat(own.weightTensors()).hasSize(3);
    Architecture without = Architectures.parse("net:1x28x28-conv8x5-relu-flatten-dense32-dense10");
    assertThat(own.weights()).isEqualTo(without.weights());
    assertThat(own.parameters()).isEqualTo(without.parameters() + 2 * 8 + 2 * 32);
  }

  @Test
  void aVectorNeedsNoFlatten() {
    Architecture own = Architectures.parse("net:20-dense16-relu-dense3");
    assertThat(own.name()).isEqualTo("net:20-dense16-relu-dense3");
    assertThat(Architectures.parse("net:20-flatten-dense16-relu-dense3")).isEqualTo(own);
    assertThat(Architectures.parse("net:20-flatten-flatten-dense16-relu-dense3")).isEqualTo(own);
    assertThat(Architectures.parse("net:20x1x1-flatten-dense16-relu-dense3")).isEqualTo(own);
    assertThat(Architectures.parse("mlp:20-16-3").graph()).isEqualTo(own.graph());
    assertThatNoException().isThrownBy(() -> own.requireFits("d", Shape.of(20), 3));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> own.requireFits("mine", Shape.of(21), 3))
        .withMessage(
            "architecture '%s' takes 20 inputs, but 'mine' has examples of 21 features"
                .formatted(own.name()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "net:20-dense1",
        "net:20-dense16-bn-relu-dense3",
        "net:20-bn-dense16-relu-bn-bn-dense3-relu",
        "net:1x28x28-conv20x5-relu-pool2-flatten-dense500-relu-dense10",
        "net:1x28x28-conv8x5-bn-relu-pool2-flatten-dense32-bn-relu-dense10",
        "net:1x28x28-flatten-dense300-relu-dense100-relu-dense10",
        "net:3x32x32-conv8x3-conv8x1-relu-pool2-conv16x3-relu-pool3-flatten-relu-dense10",
        "net:4x32x32-conv16x3p1s2g4d2-bn-relu6-dw3p1nobias-conv8x1nobias-gn4-silu-gap-dense10",
        "net:1x49x10-conv64x10x4p5x1s2-in-prelu-avg3p1s2-dw3x1-gmp-dense12nobias",
        "net:1x49x10-conv64x10x4p5x1s2x1d1x2-pool3x1s2x1-avg2-pool3x1s2x1d2x1-flatten-dense12",
        "net:40x101-conv64x10-bn-relu-pool2-dw3p1-avg2-flatten-dense10",
        "net:40x101-conv64x10s2-swap-lstm32-dense10",
        "net:8x1-conv4x1-flatten-dense2",
        "net:t50-embed1000x32-lstm64-dense2",
        "net:t50-embed1000x32-ln-bilstm8seq-bigru8-dense2",
        "net:t50-embed1000x32-dense16-gelu-bn-gn4-in-rnn8seq-gap-dense2",
        "net:t50-embed1000x32-swap-conv8x5p2-swap-flatten-dense2",
        "net:t50x8-gru32-ln-dense2",
        "net:t50x8-dense4-gmp",
        "net:3x8x8-conv8x2p0to1-pool3p1x0to0x1s2-dw2p1to0-gap-dense2",
        "net:8x20-conv4x3p2to0s2-avg2p0to1-flatten-dense2",
        "net:1x9x9-pool2ceil-avg3p1s2ceilnopad-avg2nopad-gap-dense2",
        "net:4x4x4-convt8x3p1s2o1-convt4x2p0to1x0s2x1g2d2o1x0nobias-gap-dense2",
        "net:4x9-convt2x3s2-resize31linear-flatten-dense2",
        "net:3x8x8-resize16-resize4x9linear-resize6corners-gap-dense2",
        "net:3x8x8-pad1-pad0x2to1x0-pad1to0v0.5-slice1x2to9-slice0x0to3s2-flatten-dense2",
        "net:9-pad2-pad1to0vm1.5-slice0x1to11s2-dense2",
        "net:t6x4-pad1-lstm3seq-pad0to2-slice0x1to8-flatten-dense2",
        "net:16x9-pad2-steps8x26-pad1-lstm8-reshape2x2x2-permute2x0x1-reshape4x2-conv3x1-reshape6-dense2",
        "net:3x8x8-mean1-max1-dense2",
        "net:3x8x8-sum0-min1-dense2",
        "net:3x8x8-mean1x2keep-max1x2-dense2",
        "net:t6x4-lstm4seq-max0keep-mean0-min0keep-dense2",
        "net:1x8x8-conv8x3-lrn5-lrn3a0.0002b0.5k2-gap-dense2",
        "net:3x8x8-softmax-logsoftmax-gap-softmax-dense2-logsoftmax",
        "net:t6x4-softmax-sqrt-exp-log-erf-softsign-gap-dense2",
        "net:9-sin-shrink0.5by0.25-leaky0.2-elu0.5-clip0to1-clipm1to1-threshold0.1-scale2plus1-scalem0.5-scale3plusm2-hsigmoid0.2plus0.5-dense2",
        "net:1x8x8-ln-leaky-elu-gelu-gelutanh-silu-mish-hswish-hsigmoid-sigmoid-tanh-softplus-gap-dense2",
      })
  void aTextComesBack(String text) {
    Architecture parsed = Architectures.parse(text);
    assertThat(parsed.name()).isEqualTo(text);
    assertThat(Architectures.parse(parsed.name())).isEqualTo(parsed);
    assertThat(NetworkText.write(parsed.graph())).contains(text);
  }

  @ParameterizedTest
  @CsvSource({
    "net:020-dense016-dense2, net:20-dense16-dense2",
    "net:1x9x9-conv4x3s1p0d1g1-gap, net:1x9x9-conv4x3-gap",
    "net:2x9x9-conv2x3s2p1g2-gap, net:2x9x9-dw3p1s2-gap",
    "net:1x9x9-conv4x3x3-pool2s2-gap, net:1x9x9-conv4x3-pool2-gap",
    "net:1x9x9-pool3s2p1-gap-dense2, net:1x9x9-pool3p1s2-gap-dense2",
    "net:t5x3-flatten-dense2, net:5x3-flatten-dense2",
    "net:9-leaky0.01-elu1.0-clip0to6-scale01plus0-clipm0to1-dense2,"
        + " net:9-leaky-elu-relu6-scale1-clip0to1-dense2",
    "net:1x9x9-conv4x3p1to1-pool3s2x2p0to0-pad1x1to1v0-gap, net:1x9x9-conv4x3p1-pool3s2-pad1-gap",
    "net:1x9x9-convt4x3s1o0g1-resize9x9-lrn5k1-gap, net:1x9x9-convt4x3-resize9-lrn5-gap",
  })
  void equalNetworksHaveEqualTexts(String text, String shorter) {
    assertThat(Architectures.parse(text).name()).isEqualTo(shorter);
    assertThat(Architectures.parse(text)).isEqualTo(Architectures.parse(shorter));
  }

  @Test
  void textsAreTheSameInEveryLocale() {
    String text = "net:4x32x32-conv16x3p1s2g4d2-bn-relu6-dw3p1-gap-dense10";
    Locale usual = Locale.getDefault();
    try {
      for (String tag : List.of("fa", "ar-EG-u-nu-arab", "bn", "tr")) {
        Locale.setDefault(Locale.forLanguageTag(tag));
        assertThat(Architectures.parse(text).name()).isEqualTo(text);
        assertThat(Architectures.parse("resnet-20:size=48").name()).isEqualTo("resnet-20:size=48");
      }
    } finally {
      Locale.setDefault(usual);
    }
  }

  @Test
  void listedChainsHaveTexts() {
    assertThat(NetworkText.write(Architectures.parse("lenet-300-100").graph()))
        .contains("net:1x28x28-flatten-dense300-relu-dense100-relu-dense10");
    assertThat(NetworkText.write(Architectures.parse("lenet-5-caffe").graph()))
        .contains("net:1x28x28-conv20x5-pool2-conv50x5-pool2-flatten-dense500-relu-dense10");
  }

  @Test
  void whatNoTextDescribesHasNone() {
    var g = new GraphBuilder();
    var x = g.input("input", 3, 8, 8);
    var y = g.conv2d(x, 3, 3, pad(1));
    assertThat(NetworkText.write(g.build(g.globalAverage(g.add(x, y))))).isEmpty();
    assertThat(NetworkText.write(g.build(x))).as("no layers").isEmpty();
    assertThat(NetworkText.write(g.build(x, y))).as("two outputs").isEmpty();
    assertThat(NetworkText.write(Architectures.parse("lstm-classifier").graph())).isEmpty();
    assertThat(NetworkText.write(single(new Normalize(Normalize.Over.BATCH, 0, 1, 1e-3f))))
        .as("another epsilon")
        .isEmpty();
    assertThat(
            NetworkText.write(
                single(new Resize(Resize.By.NEAREST, Resize.Align.CORNERS, List.of(4, 4)))))
        .as("places that no word has")
        .isEmpty();
    var h = new GraphBuilder();
    Graph named = h.build(h.named("mine").dense(h.input("input", 4), 2));
    assertThat(NetworkText.write(named)).as("a name of its own").isEmpty();
    var i = new GraphBuilder();
    assertThat(NetworkText.write(i.build(i.dense(i.input("image", 4), 2))))
        .as("an input of another name")
        .isEmpty();
  }

  private static Graph single(Operator operator) {
    var g = new GraphBuilder();
    String stem = operator instanceof Resize ? "resize" : "bn";
    return g.build(g.globalAverage(g.node(stem, operator, g.input("input", 3, 8, 8))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "net:|'' at character 5 is not an input",
        "net:1x28x28x3-dense10|'1x28x28x3' at character 5 is not an input: 1x28x28 (channels,",
        "net:1x28x28-conv20x5-rleu|'rleu' at character 22 is not a layer; did you mean 'relu'?",
        "net:1x28x28-conv20|'conv20' at character 13 is not a layer; conv is written as"
            + " conv20x5p1s2; 'ockham architectures --help' lists all layers",
        "net:1x28x28-cnov20x5p1|'cnov20x5p1' at character 13 is not a layer; did you mean 'conv'?",
        "net:20-dense|'dense' at character 8 is not a layer; dense is written as dense500;"
            + " 'ockham architectures --help' lists all layers",
        "net:20-dense٣|'dense٣' at character 8 is not a layer",
        "net:20--dense10|'' at character 8 is not a layer; one '-' stands between two layers",
        "net:28-dense10-|ends with '-'; a layer belongs behind it",
        "net:28-|ends with '-'; a layer belongs behind it",
        "net:20-xylophone-dense2|'xylophone' at character 8 is not a layer; layers are dense500,"
            + " conv20x5, pool2,",
        "net:20|there are no layers",
        "net:20-flatten|there are no layers",
        "net:20-relu|has no weights; add a layer such as dense",
        "net:0-dense10|'0' at character 5 is an input without any numbers",
        "net:0x0x5-dense10|'0x0x5' at character 5 is an input without any numbers",
        "net:99999x99999x9-gap|'99999x99999x9' at character 5 shape 99999×99999×9 has more than",
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
        "net:1x8x8-conv3x11p1-gap|its kernel of 11×11 is larger than what it gets, 1×8×8 with"
            + " padding 1×1",
        "net:1x8x8-conv3x5d2-gap|its kernel of 5×5, dilated, is larger than what it gets, 1×8×8",
        "net:1x8x8-conv3x0-flatten-dense2|layer 1, conv3x0: its kernel is 0",
        "net:1x8x8-conv3x3s0-gap|layer 1, conv3x3s0: its stride is 0",
        "net:1x8x8-conv3x3s2s2-gap|layer 1, conv3x3s2s2: says its stride twice",
        "net:3x8x8-conv4x3g2-gap|layer 1, conv4x3g2: its 2 groups do not divide the 3 channels",
        "net:3x8x8-conv4x3g0-gap|layer 1, conv4x3g0: groups = 0",
        "net:3x8x8-conv4x3g1x2-gap|its groups has two sizes",
        "net:3x8-conv4x3x3-gap|its kernel has two sizes, but what it gets has one axis of",
        "net:1x8x8-conv3x999999p999999-gap|has more than 2147483647 numbers",
        "net:1x8x8-conv3x3-pool9-flatten|layer 2, pool9: its window of 9×9 is larger than what it"
            + " gets, 3×6×6",
        "net:1x8x8-pool3p3-gap|its padding [3, 3], [3, 3] is not smaller than its window",
        "net:20-dense3-bn2-dense2|'bn2' at character 15 is not a layer; did you mean 'bn'?",
        "net:20-dense8-gn3|layer 2, gn3: its 3 groups do not divide the 8 units of 8",
        "net:20-dense8-gap|layer 2, gap: takes channels with positions, or a sequence, but gets a"
            + " vector of 8",
        "net:1x8x8-conv10x5|layer 1, conv10x5, is the last and gives 10×4×4, not a vector; add"
            + " flatten or gap",
        "net:t50-dense2|layer 1, dense2: takes numbers but gets 50 tokens; put embed1000x32 before",
        "net:50-embed9x4-gap|layer 1, embed9x4: takes tokens but gets a vector of 50",
        "net:t50-embed0x4-gap|layer 1, embed0x4: rows = 0, it must be >= 1",
        "net:t50-embed9x4-conv2x3-gap|layer 2, conv2x3: takes channels × positions but gets a"
            + " sequence of 50×4; put swap before it",
        "net:40x101-lstm8-dense2|layer 1, lstm8: takes a sequence but gets 40×101; put swap before",
        "net:t50x8-lstm8-lstm8|layer 2, lstm8: takes a sequence but gets a vector of 8; sequences"
            + " come from",
        "net:1x8x8-swap-gap|layer 1, swap: takes channels × positions, or a sequence, but gets",
        "net:1x8x8-conv4x3p1tox2-gap|'conv4x3p1tox2' at character 11 is not a layer",
        "net:1x8x8-conv4x3s1to2-gap|'conv4x3s1to2' at character 11 is not a layer",
        "net:1x8x8-conv4x12p1to2-gap|its kernel of 12×12 is larger than what it gets, 1×8×8 with"
            + " padding 1×1 and 2×2",
        "net:1x8x8-pool2p0to2-gap|layer 1, pool2p0to2: its padding [0, 0], [2, 2] is not smaller",
        "net:1x8x8-pool2nopad-gap|'pool2nopad' at character 11 is not a layer",
        "net:3x8-pad1x2-gap|layer 1, pad1x2: its padding has two sizes, but what it gets has one",
        "net:3x8x8-pad0-gap|layer 1, pad0: pads nothing",
        "net:20-convt3x2-dense2|layer 1, convt3x2: takes channels, rows and columns but gets a vec",
        "net:3x8x8-convt4x3o1-gap|layer 1, convt4x3o1: its extra positions [1, 1] are not below its"
            + " stride [1, 1]",
        "net:3x8x8-convt4x1p4-gap|layer 1, convt4x1p4: gives 0 positions for 3×8×8",
        "net:3x8x8-convt4x2g3-gap|layer 1, convt4x2g3: its 4 outputs do not fall into 3 groups",
        "net:3x8x8-resize0-gap|layer 1, resize0: size = 0",
        "net:3x8x8-resize|'resize' at character 11 is not a layer; resize is written as"
            + " resize14x14",
        "net:t9x4-resize8-gap|layer 1, resize8: takes channels × positions but gets a sequence of",
        "net:20-slice0x5to5-dense2|layer 1, slice0x5to5: leaves nothing: it goes from 5 to before"
            + " 5",
        "net:20-slice0x5to21-dense2|layer 1, slice0x5to21: ends at 21 of the 20 along axis 0",
        "net:20-slice1x0to2-dense2|layer 1, slice1x0to2: its axis 1 is none of the 1 of 20",
        "net:20-slice0x0to2s0-dense2|layer 1, slice0x0to2s0: step = 0",
        "net:20-reshape3x7-gap|layer 1, reshape3x7: cannot make [3, 7] of the 20 numbers of 20",
        "net:20-steps4-gap|'steps4' at character 8 is not a layer; steps is written as steps7x16",
        "net:3x8x8-permute0x1x1-gap|layer 1, permute0x1x1: its order [0, 1, 1] lacks axis 2",
        "net:3x8-permute0x2x1-gap|layer 1, permute0x2x1: takes channels, rows and columns but gets"
            + " 3×8; two axes change places by swap",
        "net:20-mean0-dense2|layer 1, mean0: leaves one number of a vector of 20; write mean0keep",
        "net:3x8x8-mean2x1-dense2|layer 1, mean2x1: its axes [2, 1] do not ascend",
        "net:3x8x8-mean3-dense2|layer 1, mean3: its axis 3 is none of the 3 of 3×8×8",
        "net:20-clip2to1-dense2|layer 1, clip2to1: its lower bound 2.0 is above its upper bound"
            + " 1.0",
        "net:20-leaky0,2-dense2|'leaky0,2' at character 8 is not a layer",
        "net:20-scale9999999999999999999999999999999999999999-dense2|layer 1, scale999",
        "net:20-lrn5-dense2|layer 1, lrn5: takes channels, rows and columns but gets a vector",
        "net:3x8x8-lrn4-gap|layer 1, lrn4: size = 4, it must be odd",
        "net:t50x8-lstm8seq|layer 1, lstm8seq, is the last and gives 50×8, not a vector",
      })
  void namesWhatIsWrong(String text, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Architectures.parse(text))
        .withMessageStartingWith("architecture '" + text + "'")
        .withMessageContaining(reason);
  }
}
