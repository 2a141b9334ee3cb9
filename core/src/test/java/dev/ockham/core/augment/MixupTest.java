package dev.ockham.core.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MixupTest {

  private static final int DRAWS = 40_000;

  /**
   * Beta(α, α) has mean 1/2, variance 1/(4(2α + 1)), and a fourth central moment of 3/(16(2α +
   * 1)(2α + 3)).
   */
  @ParameterizedTest
  @ValueSource(doubles = {0.001, 0.2, 0.4, 1, 2})
  void sharesHaveTheMomentsOfBeta(double alpha) {
    Mixup mixup = new Mixup(alpha, new int[] {0}, 3, 1);
    double sum = 0;
    double squares = 0;
    double fourths = 0;
    for (int example = 0; example < DRAWS; example++) {
      float share = mixup.share(example);
      assertThat(share).isBetween(0f, 1f);
      double apart = share - 0.5;
      sum += apart / DRAWS;
      squares += apart * apart / DRAWS;
      fourths += apart * apart * apart * apart / DRAWS;
    }
    double variance = 1 / (4 * (2 * alpha + 1));
    double fourth = 3 / (16 * (2 * alpha + 1) * (2 * alpha + 3));
    assertThat(sum).isCloseTo(0, within(5 * Math.sqrt(variance / DRAWS)));
    double spread = Math.sqrt((fourth - variance * variance) / DRAWS);
    assertThat(squares).isCloseTo(variance, within(5 * spread + 1e-6));
    assertThat(fourths).isCloseTo(fourth, within(5 * spread + 1e-6));
  }

  @Test
  void partnersComeFromThePoolEquallyOften() {
    int[] pool = {2, 3, 5, 7};
    Mixup mixup = new Mixup(1, pool, 3, 1);
    int[] counts = new int[8];
    for (int example = 0; example < DRAWS; example++) {
      counts[mixup.partner(example)]++;
    }
    for (int each : pool) {
      assertThat(counts[each]).isBetween(DRAWS / 4 - 500, DRAWS / 4 + 500);
      counts[each] = 0;
    }
    assertThat(counts).containsOnly(0);
  }

  @Test
  void theyDependOnSeedEpochAndExampleAlone() {
    int[] pool = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    Mixup one = new Mixup(0.2, pool, 3, 1);
    Mixup.Pairs pairs = one.pairs(new int[] {4, 9, 4});
    assertThat(pairs.partners()[2]).isEqualTo(pairs.partners()[0]).isEqualTo(one.partner(4));
    assertThat(pairs.shares()[2]).isEqualTo(pairs.shares()[0]).isEqualTo(one.share(4));
    assertThat(new Mixup(0.2, pool, 3, 1).share(4)).isEqualTo(one.share(4));
    assertThat(new Mixup(0.2, pool, 4, 1).share(4)).isNotEqualTo(one.share(4));
    assertThat(new Mixup(0.2, pool, 3, 2).share(4)).isNotEqualTo(one.share(4));
  }

  @Test
  void whatCannotBeMixedIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Mixup(0, new int[1], 1, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> new Mixup(1, new int[0], 1, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Augmentation.parse("mixup:3"))
        .withMessage("mixup is 3; it must be from 0 to 2");
    assertThat(Augmentation.parse("mixup:0.2").keepsEach()).isTrue();
    assertThat(Augmentation.parse("mixup:0.2,flip").keepsEach()).isFalse();
  }
}
