package dev.ockham.lab.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class SamplesTest {

  @Test
  void momentsOfAFewNumbersByHand() {
    Moments m = Moments.of(new double[] {1, 2, 3, 6});
    assertThat(m.mean()).isEqualTo(3);
    assertThat(m.variance()).isCloseTo(14.0 / 3, within(1e-12));
    assertThat(m.meanError()).isCloseTo(Math.sqrt(14.0 / 12), within(1e-12));
    assertThat(m.varianceError()).isCloseTo(Math.sqrt((98.0 / 4 - 12.25) / 4), within(1e-12));
    assertThat(m.excessKurtosis()).isCloseTo(24.5 / 12.25 - 3, within(1e-12));
    assertThatThrownBy(() -> Moments.of(new double[1]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void correlationIsOneForALineAndItsSignTurns() {
    double[] x = {1, 4, 2, 8};
    assertThat(Moments.correlation(x, new double[] {3, 9, 5, 17})).isCloseTo(1, within(1e-12));
    assertThat(Moments.correlation(x, new double[] {-1, -4, -2, -8})).isCloseTo(-1, within(1e-12));
  }

  @Test
  void theNormalDistributionHasItsKnownQuantiles() {
    assertThat(StandardNormal.cumulative(0)).isEqualTo(0.5);
    assertThat(StandardNormal.cumulative(1.959963984540054)).isCloseTo(0.975, within(1e-12));
    assertThat(StandardNormal.density(0)).isCloseTo(0.3989422804, within(1e-9));
  }

  @Test
  void kolmogorovsDistanceOfOnePointIsHalfAtTheMedian() {
    assertThat(StandardNormal.kolmogorovDistance(new double[] {0})).isEqualTo(0.5);
    assertThat(StandardNormal.kolmogorovDistance(new double[] {-1, 1}))
        .isCloseTo(StandardNormal.cumulative(1) - 0.5, within(1e-12));
  }

  @Test
  void aHistogramIntegratesToTheShareInside() {
    Histogram h = Histogram.of(new double[] {-5, 0.1, 0.2, 0.6}, 0, 1, 2);
    assertThat(h.densities()).containsExactly(new double[] {1, 0.5}, within(1e-12));
    assertThat(h.edges()).containsExactly(0, 0.5, 1);
  }

  @Test
  void quadratureKnowsPolesAtTheEnds() {
    assertThat(Quadrature.between(0, 1, Math::log)).isCloseTo(-1, within(1e-12));
    assertThat(Quadrature.between(0, 4, x -> 1 / Math.sqrt(x))).isCloseTo(4, within(1e-9));
    assertThat(Quadrature.between(-12, 12, StandardNormal::density)).isCloseTo(1, within(1e-12));
  }

  @Test
  void spreadIsMeanAndDeviationOfTheRuns() {
    Spread spread = Spread.of(List.of(1.0, 2.0, 6.0), x -> x);
    assertThat(spread.mean()).isEqualTo(3);
    assertThat(spread.deviation()).isCloseTo(Math.sqrt(7), within(1e-15));
    assertThat(spread.text(1)).isEqualTo("3.0 ± 2.6");
    assertThat(Spread.of(List.of(5.0), x -> x).deviation()).isZero();
  }
}
