package dev.ockham.core.arch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every text that describes a network has a shortest one, which describes the same. */
class RandomTextTest {
  private static final List<String> INPUTS = List.of("6", "4x9", "4x8x6", "t6x4", "t5");

  private static final List<String> WORDS =
      List.of(
          "dense4 dense6nobias conv4x3p1 conv6x2p1to0nobias conv4x1g2 conv2x3d2 conv4x3x1s1x2"
              + " dw3p1",
          "convt4x2s2 convt4x3p1s2o1 convt2x2g2nobias convt2x1p0to0 pool2 pool2ceil pool3p1s1",
          "avg2nopad avg3p1to1s2ceilnopad gap gmp bn ln gn2 in prelu relu relu6 leaky leaky0.2 elu",
          "elu0.5 gelu silu hsigmoid hsigmoid0.2plus0.5 clip0to6 clipm1to1 threshold0.1 shrink1by1"
              + " sin scale2",
          "scalem1plus2 sqrt exp log erf softsign softmax logsoftmax lrn3 lrn5a0.5k2 pad1 pad0to1",
          "pad1x2 pad1to0v0.5 pad0v1 slice0x0to2 slice1x1to4 slice0x0to4s2 slice2x0to2 flatten"
              + " swap",
          "reshape24 reshape4x6 reshape2x3x4 steps4x6 steps6x4 permute0x2x1 permute1x0x2"
              + " permute2x1x0",
          "mean0 mean1 mean1x2 max0keep sum1keep min2 min1x2keep resize6 resize4x3linear",
          "resize5corners embed9x4 lstm4 lstm4seq bilstm2 bigru3seq rnn3 gru4");

  @Test
  void comesBackByItsShortestText() {
    List<String> words = new ArrayList<>();
    WORDS.forEach(line -> words.addAll(List.of(line.split(" "))));
    SplittableRandom random = new SplittableRandom(20);
    int networks = 0;
    for (int i = 0; i < 400; i++) {
      String text = "net:" + INPUTS.get(random.nextInt(INPUTS.size()));
      Architecture last = null;
      // Grows by words that fit, so that long chains are found.
      for (int k = 0; k < 12; k++) {
        String longer = text + "-" + words.get(random.nextInt(words.size()));
        Architecture ended = parsed(longer + "-flatten-dense3");
        text = ended == null ? text : longer;
        last = ended == null ? last : ended;
      }
      if (last != null) {
        networks++;
        assertThat(Architectures.parse(last.name())).as(text).isEqualTo(last);
        assertThat(Architectures.parse(last.name()).name()).isEqualTo(last.name());
      }
    }
    assertThat(networks).isGreaterThan(300);
  }

  private static @Nullable Architecture parsed(String text) {
    try {
      return Architectures.parse(text);
    } catch (IllegalArgumentException refused) {
      assertThat(refused).hasMessageStartingWith("architecture '" + text + "'");
      assertThat(refused.getMessage()).doesNotContain("\n");
      return null;
    }
  }
}
