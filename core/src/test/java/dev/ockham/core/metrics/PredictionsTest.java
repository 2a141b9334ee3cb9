package dev.ockham.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class PredictionsTest {

  @Test
  void riskRisesAsLessSurePredictionsAreGiven() {
    // Surest first: right, right, wrong, right.
    var curve =
        RiskCoverage.of(
            new double[] {0.6, 0.9, 0.8, 0.5}, new boolean[] {true, false, false, false});
    assertThat(curve.points())
        .containsExactly(
            new RiskCoverage.Point(0.25, 0),
            new RiskCoverage.Point(0.5, 0),
            new RiskCoverage.Point(0.75, 1.0 / 3),
            new RiskCoverage.Point(1, 0.25));
    assertThat(curve.area()).isCloseTo((1.0 / 3 + 0.25) / 4, within(1e-15));
    assertThat(curve.riskAt(0.7)).isEqualTo(1.0 / 3);
  }

  @Test
  void equalCertaintyHasNoOrder() {
    boolean[] first = {true, false, false, true};
    boolean[] last = {false, true, true, false};
    double[] same = {0.5, 0.5, 0.5, 0.5};
    assertThat(RiskCoverage.of(same, first)).isEqualTo(RiskCoverage.of(same, last));
    assertThat(RiskCoverage.of(same, first).area()).isCloseTo(0.5, within(1e-15));
  }

  @Test
  void disagreementIsMutualInformationAndDoubtIsNot() {
    double[][] agree = {{0.5, 0.5}, {0.5, 0.5}};
    double[][] disagree = {{1, 0}, {0, 1}};
    assertThat(Distributions.mutualInformation(agree)).isZero();
    assertThat(Distributions.mutualInformation(disagree)).isCloseTo(Math.log(2), within(1e-15));
    assertThat(Distributions.entropy(new double[] {9, 0.25, 0.25, 0.5}, 1, 3))
        .isCloseTo(1.5 * Math.log(2), within(1e-15));
  }

  @Test
  void theBootstrapOfAMeanIsAsWideAsItsDeviationSays() {
    double[] numbers = new double[400];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = i % 2; // deviation 1/2, of the mean 1/40
    }
    var interval =
        PairedBootstrap.of(
                400,
                3,
                indices -> {
                  double sum = 0;
                  for (int i : indices) {
                    sum += numbers[i];
                  }
                  return new double[] {sum / indices.length};
                })
            .getFirst();
    assertThat(interval.to() - interval.from()).isCloseTo(2 * 1.96 / 40, within(0.008));
    assertThat((interval.to() + interval.from()) / 2).isCloseTo(0.5, within(0.006));
  }

  @Test
  void aClassThatPruningHurtIsTold() {
    int[] labels = new int[300];
    double[] before = new double[600];
    double[] after = new double[600];
    for (int i = 0; i < 300; i++) {
      labels[i] = i % 3 == 0 ? 1 : 0;
      before[2 * i + labels[i]] = 1;
      // Afterwards every second of class 1 is taken for class 0.
      after[2 * i + (i % 6 == 0 ? 0 : labels[i])] = 1;
    }
    List<ClassPredictions.ClassChange> changes =
        new ClassPredictions(after, 2, labels).since(new ClassPredictions(before, 2, labels), 1);
    assertThat(changes.get(1).after().recall()).isEqualTo(0.5);
    assertThat(changes.get(1).f1Loss()).isCloseTo(1.0 / 3, within(1e-12));
    assertThat(changes.get(1).interval().excludes(0)).isTrue();
    assertThat(changes.get(1).f1Loss()).isGreaterThan(changes.get(0).f1Loss());
    var same =
        new ClassPredictions(before, 2, labels).since(new ClassPredictions(before, 2, labels), 1);
    assertThat(same.get(1).interval()).isEqualTo(new PairedBootstrap.Interval(0, 0));
  }

  @Test
  void pairsThatDoNotBelongTogetherAreRefused() {
    var one = new ClassPredictions(new double[] {1, 0}, 2, new int[] {0});
    var other = new ClassPredictions(new double[] {1, 0}, 2, new int[] {1});
    assertThatIllegalArgumentException().isThrownBy(() -> one.since(other, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ClassPredictions(new double[] {1, 0}, 2, new int[] {2}))
        .withMessageContaining("labels[0] is 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new NumberPredictions(new double[1], new double[] {0}, new double[1], 1))
        .withMessageContaining("variances[0] is 0.0");
  }
}
