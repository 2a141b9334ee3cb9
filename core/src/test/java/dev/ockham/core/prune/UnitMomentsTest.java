package dev.ockham.core.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class UnitMomentsTest {

  @Test
  void byHand() {
    UnitMoments moments = new UnitMoments(2, 2);
    moments.add(new float[] {1, 3, 5, 5});
    moments.add(new float[] {2, 6, 5, 9});
    assertThat(moments.mean()).containsExactly(3, 6);
    assertThat(moments.variance()).containsExactly((4 + 0 + 1 + 9) / 4.0, (1 + 1 + 1 + 9) / 4.0);
  }

  /** Far from 0, where squares of the values themselves would have lost every digit. */
  @Test
  void keepsSmallDeviationsOfLargeMeans() {
    SplittableRandom random = new SplittableRandom(3);
    float[] values = new float[1000];
    for (int i = 0; i < values.length; i++) {
      values[i] = 1e6f + random.nextInt(8);
    }
    double mean = 0;
    for (float value : values) {
      mean += value / (double) values.length;
    }
    double variance = 0;
    for (float value : values) {
      variance += (value - mean) * (value - mean) / values.length;
    }
    UnitMoments moments = new UnitMoments(1, 1);
    moments.add(Arrays.copyOf(values, 300));
    moments.add(Arrays.copyOfRange(values, 300, 1000));
    assertThat(moments.mean()[0]).isCloseTo(mean, within(1e-8));
    assertThat(moments.variance()[0]).isCloseTo(variance, within(1e-8));
  }

  @Test
  void aUnitThatNeverChangesHasExactlyItsValueAndNoVariance() {
    UnitMoments moments = new UnitMoments(1, 1);
    float[] values = new float[777];
    Arrays.fill(values, 0.1f);
    moments.add(values);
    assertThat(moments.mean()[0]).isEqualTo(0.1f);
    assertThat(moments.variance()[0]).isZero();
  }

  @Test
  void refusesPartsOfExamples() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new UnitMoments(2, 3).add(new float[8]))
        .withMessageContaining("8 values")
        .withMessageContaining("2 units and 3 positions");
  }
}
