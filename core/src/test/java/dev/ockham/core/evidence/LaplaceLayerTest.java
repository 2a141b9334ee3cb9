package dev.ockham.core.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LaplaceLayerTest {

  private static final float[] WEIGHTS = {0.9f, -0.05f, 0.3f, 0, 1.4f, 0.01f};
  private static final double[] FISHER = {80, 3, 0, 5, 400, 20};

  /** Log marginal likelihood of the prior precision at fixed weights, up to a constant. */
  private static double logMarginal(double precision) {
    double sum = 0;
    for (int i = 0; i < WEIGHTS.length; i++) {
      if (WEIGHTS[i] != 0) {
        sum += 0.5 * Math.log(precision / (FISHER[i] + precision));
        sum -= 0.5 * precision * WEIGHTS[i] * WEIGHTS[i];
      }
    }
    return sum;
  }

  @Test
  void precisionIsWhereTheMarginalLikelihoodIsHighest() {
    double best = LaplaceLayer.fit(WEIGHTS, FISHER);
    for (double factor : new double[] {0.5, 0.99, 1.01, 2}) {
      assertThat(logMarginal(best)).isGreaterThan(logMarginal(factor * best));
    }
  }

  @Test
  void gainIsThatOfTheGaussian() {
    LaplaceLayer layer = LaplaceLayer.of(WEIGHTS, FISHER);
    for (int i : new int[] {0, 1, 4, 5}) {
      double expected =
          GaussianReduction.gain(
              WEIGHTS[i], 1 / (FISHER[i] + layer.precision()), 1 / layer.precision());
      assertThat(layer.gain(i)).isCloseTo(expected, within(1e-9));
    }
    assertThat(layer.gain(2)).as("nothing is known of it").isZero();
    assertThat(layer.gain(3)).as("it is 0").isInfinite();
    assertThat(layer.gain(0)).isNegative();
    assertThat(layer.gain(5)).isPositive();
  }

  @Test
  void scoresOrderBySaliency() {
    LaplaceLayer layer = new LaplaceLayer(WEIGHTS, FISHER, 2);
    float[] scores = layer.scores();
    assertThat(scores[4])
        .isLessThan(scores[0])
        .isCloseTo((float) -Math.log(402 * 1.96), within(1e-5f));
    assertThat(scores[3]).isInfinite();
    assertThat(layer.unitSaliency(3)[1])
        .isCloseTo(layer.saliency(4) + layer.saliency(5), within(1e-12));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> layer.unitSaliency(4))
        .withMessage("6 weights do not fall into units of 4");
  }

  @Test
  void layersWithoutWeightsOrInformationHaveAPrecision() {
    assertThat(LaplaceLayer.fit(new float[2], new double[2])).isInfinite();
    LaplaceLayer blind = LaplaceLayer.of(new float[] {1, 2}, new double[2]);
    assertThat(blind.precision()).isZero();
    assertThat(blind.gain(1)).isZero();
    assertThat(blind.scores()[0]).isInfinite();
  }
}
