package dev.ockham.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThreefryTest {
  /** Known answers of the authors' Random123 library; arguments are hexadecimal words. */
  @ParameterizedTest
  @CsvSource({
    "20, 00000000, 00000000, 00000000, 00000000, 6b200159, 99ba4efe",
    "20, ffffffff, ffffffff, ffffffff, ffffffff, 1cb996fc, bb002be7",
    "20, 13198a2e, 03707344, 243f6a88, 85a308d3, c4923a9c, 483df7a0",
    "13, 00000000, 00000000, 00000000, 00000000, 9d1c5ec6, 8bd50731",
    "13, ffffffff, ffffffff, ffffffff, ffffffff, fd36d048, 2d17272c",
    "13, 13198a2e, 03707344, 243f6a88, 85a308d3, ba3e4725, f27d669e"
  })
  void knownAnswers(
      int rounds, String k0, String k1, String c0, String c1, String first, String second) {
    long block = Threefry.block(rounds, word(k0), word(k1), word(c0), word(c1));
    assertThat((int) block).isEqualTo(word(first));
    assertThat((int) (block >>> 32)).isEqualTo(word(second));
  }

  /** The unrolled loops of both kernels against the readable form. */
  @Test
  void kernelsDrawTheSameWords() {
    NoiseKey key = NoiseKey.of(-5, 1L << 40, 3);
    int[] words0 = new int[512];
    int[] words1 = new int[512];
    for (Kernels kernels : new Kernels[] {Kernels.scalar(), Kernels.create()}) {
      kernels.noiseWords(key, -7, 1_000_000, words0, words1, 512);
      for (int i = 0; i < 512; i++) {
        long block = Threefry.block(Threefry.ROUNDS, key.word0(), key.word1(), -7, 1_000_000 + i);
        assertThat(words0[i]).isEqualTo((int) block);
        assertThat(words1[i]).isEqualTo((int) (block >>> 32));
      }
    }
  }

  @Test
  void keysDifferInEveryArgument() {
    NoiseKey key = NoiseKey.of(1, 2, 3);
    assertThat(NoiseKey.of(1, 2, 3)).isEqualTo(key);
    assertThat(NoiseKey.of(2, 2, 3)).isNotEqualTo(key);
    assertThat(NoiseKey.of(1, 3, 3)).isNotEqualTo(key);
    assertThat(NoiseKey.of(1, 2, 4)).isNotEqualTo(key);
    assertThat(NoiseKey.of(1, 3, 2)).isNotEqualTo(key);
  }

  private static int word(String hex) {
    return Integer.parseUnsignedInt(hex, 16);
  }
}
