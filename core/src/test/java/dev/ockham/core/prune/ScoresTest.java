package dev.ockham.core.prune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.method.Method;
import dev.ockham.core.noise.CounterDraws;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ScoresTest {

  private static final float[] EXTREMES = {
    0f, -0f, Float.MIN_VALUE, -Float.MIN_NORMAL, 1, -1, Float.MAX_VALUE
  };

  private static float[] weights(int count) {
    SplittableRandom random = new SplittableRandom(4);
    float[] weights = new float[count];
    for (int i = 0; i < count; i++) {
      weights[i] = (float) random.nextDouble(-1, 1);
    }
    return weights;
  }

  @Test
  void magnitudeIsMinusTheNaturalLogAndInfiniteForZeros() {
    assertThat(Scores.magnitude(EXTREMES))
        .containsExactly(
            new float[] {
              Float.POSITIVE_INFINITY,
              Float.POSITIVE_INFINITY,
              103.27893f,
              87.33655f,
              0,
              0,
              -88.72284f
            },
            within(1e-5f));
  }

  @Test
  void theSmallestWeightsGoFirst() {
    float[] weights = weights(1000);
    Mask mask = Mask.toSparsity(List.of(Scores.magnitude(weights)), 0.3).masks().getFirst();
    float[] sizes = new float[weights.length];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = Math.abs(weights[i]);
    }
    Arrays.sort(sizes);
    for (int i = 0; i < weights.length; i++) {
      assertThat(mask.keeps(i)).isEqualTo(Math.abs(weights[i]) >= sizes[300]);
    }
  }

  @Test
  void atTheDefaultThresholdsOnlyZerosGo() {
    onlyZerosGo(Scores.magnitude(EXTREMES), Method.MAGNITUDE);
    onlyZerosGo(Scores.random(EXTREMES, 1, 0), Method.RANDOM);
    float[] many = new float[100_000];
    Arrays.fill(many, 1);
    assertThat(Mask.below(Scores.random(many, 1, 0), 2).kept()).isEqualTo(many.length);
  }

  private static void onlyZerosGo(float[] scores, Method method) {
    Mask mask = Mask.below(scores, (float) method.defaultThreshold());
    for (int i = 0; i < EXTREMES.length; i++) {
      assertThat(mask.keeps(i)).isEqualTo(EXTREMES[i] != 0);
    }
  }

  @Test
  void randomScoresDoNotSeeHowLargeWeightsAreAndMagnitudesDo() {
    float[] weights = weights(500);
    float[] others = weights.clone();
    for (int i = 0; i < others.length; i++) {
      others[i] = 1 / weights[i];
    }
    assertThat(Scores.random(others, 7, 1)).isEqualTo(Scores.random(weights, 7, 1));
    assertThat(Scores.magnitude(others)).isNotEqualTo(Scores.magnitude(weights));
  }

  @Test
  void randomScoresDifferByWeightLayerAndSeedAndAreUniform() {
    float[] weights = weights(10_000);
    float[] scores = Scores.random(weights, 7, 1);
    assertThat(Scores.random(weights, 7, 1)).isEqualTo(scores);
    assertThat(Scores.random(weights, 7, 2)).isNotEqualTo(scores);
    assertThat(Scores.random(weights, 8, 1)).isNotEqualTo(scores);
    assertThat(Mask.below(scores, 0.25f).kept() / 10_000.0).isCloseTo(0.25, within(0.02));
    // No step of training has this noise.
    assertThat(scores[0]).isNotEqualTo((float) CounterDraws.uniform(NoiseKey.of(7, 0, 1), 0, 0));
  }

  @Test
  void zerosStayFirstSoThatKeptSetsAreNested() {
    float[] weights = weights(2000);
    Mask before = Mask.all(weights.length);
    for (double sparsity = 0.1; sparsity < 1; sparsity += 0.1) {
      Mask mask =
          Mask.toSparsity(List.of(Scores.random(weights, 3, 0)), sparsity).masks().getFirst();
      for (int i = 0; i < weights.length; i++) {
        assertThat(!mask.keeps(i) || before.keeps(i)).isTrue();
      }
      assertThat(mask.kept()).isLessThan(before.kept());
      weights = mask.apply(weights);
      before = mask;
    }
  }
}
