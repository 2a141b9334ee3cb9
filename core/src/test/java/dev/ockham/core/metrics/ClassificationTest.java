package dev.ockham.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassificationTest {

  @Test
  void agreesWithNumbersWorkedOutByHand() {
    var sum = new Classification.Accumulator();
    sum.addProbabilities(new double[] {0.70, 0.20, 0.10}, 0, 3, 0); // right, confidence 0.70
    sum.addProbabilities(new double[] {0.68, 0.20, 0.12}, 0, 3, 1); // wrong, same bin
    sum.addProbabilities(new double[] {0.05, 0.05, 0.90}, 0, 3, 2); // right, 0.90
    sum.addProbabilities(new double[] {0.30, 0.40, 0.30}, 0, 3, 0); // wrong, 0.40
    Classification result = sum.result();
    assertThat(result.examples()).isEqualTo(4);
    assertThat(result.errorPercent()).isEqualTo(50);
    double nll = -(Math.log(0.70) + Math.log(0.20) + Math.log(0.90) + Math.log(0.30)) / 4;
    assertThat(result.nll()).isCloseTo(nll, within(1e-14));
    // bins: |1.38 - 1| + |0.90 - 1| + |0.40 - 0|, over 4 examples
    assertThat(result.ece()).isCloseTo((0.38 + 0.10 + 0.40) / 4, within(1e-14));
  }

  @Test
  void logitsAndTheirProbabilitiesAgree() {
    float[] logits = {9, 9, 1.5f, -2f, 0.25f, 9};
    double sum = Math.exp(1.5) + Math.exp(-2) + Math.exp(0.25);
    double[] probabilities = {Math.exp(1.5) / sum, Math.exp(-2) / sum, Math.exp(0.25) / sum};
    for (int label = 0; label < 3; label++) {
      var byLogits = new Classification.Accumulator();
      byLogits.addLogits(logits, 2, 3, label);
      var byProbabilities = new Classification.Accumulator();
      byProbabilities.addProbabilities(probabilities, 0, 3, label);
      assertThat(byLogits.result().nll()).isCloseTo(byProbabilities.result().nll(), within(1e-14));
      assertThat(byLogits.result().ece()).isCloseTo(byProbabilities.result().ece(), within(1e-14));
      assertThat(byLogits.result().errorPercent()).isEqualTo(label == 0 ? 0 : 100);
    }
  }

  @Test
  void hugeLogitsNeitherOverflowNorVanish() {
    var sum = new Classification.Accumulator();
    sum.addLogits(new float[] {3e38f, -3e38f}, 0, 2, 0);
    assertThat(sum.result().nll()).isEqualTo(0);
    sum.addLogits(new float[] {1000, 0}, 0, 2, 1);
    assertThat(sum.result().nll()).isEqualTo(500);
  }

  @Test
  void aProbabilityOf0IsAFiniteLoss() {
    var sum = new Classification.Accumulator();
    sum.addProbabilities(new double[] {1, 0}, 0, 2, 1);
    assertThat(sum.result().nll()).isCloseTo(-Math.log(Double.MIN_NORMAL), within(1e-12));
    assertThat(sum.result().ece()).isEqualTo(1);
  }

  @Test
  void aTieGoesToTheFirstClass() {
    var sum = new Classification.Accumulator();
    sum.addProbabilities(new double[] {0.5, 0.5}, 0, 2, 0);
    sum.addLogits(new float[] {1, 1}, 0, 2, 0);
    assertThat(sum.result().errorPercent()).isEqualTo(0);
  }

  /**
   * Bins are ((k − 1)/15, k/15]. One right example at the edge k/15 and one wrong example just
   * below it share a bin, so their gaps partly cancel; one just above it does not.
   */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14})
  void aConfidenceOnAnEdgeBelongsToTheBinBelow(int k) {
    double edge = k / 15.0;
    assertThat(eceOfRightAndWrong(edge, edge - 1e-6))
        .isCloseTo(Math.abs(2 * edge - 1) / 2, within(1e-5));
    assertThat(eceOfRightAndWrong(edge, edge + 1e-6))
        .isCloseTo((1 - edge + edge) / 2, within(1e-5));
  }

  /** Sixteen classes, so that any confidence above 1/16 can be the largest probability. */
  private static double eceOfRightAndWrong(double right, double wrong) {
    var sum = new Classification.Accumulator();
    sum.addProbabilities(withTop(right), 0, 16, 0);
    sum.addProbabilities(withTop(wrong), 0, 16, 1);
    return sum.result().ece();
  }

  private static double[] withTop(double confidence) {
    double[] probabilities = new double[16];
    Arrays.fill(probabilities, (1 - confidence) / 15);
    probabilities[0] = confidence;
    return probabilities;
  }

  @Test
  void nothingCountedHasNoResult() {
    assertThatIllegalStateException()
        .isThrownBy(() -> new Classification.Accumulator().result())
        .withMessageContaining("no examples");
  }
}
