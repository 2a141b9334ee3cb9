package dev.ockham.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Every measure against scikit-learn's, which {@code oracle.py} beside the numbers wrote down. */
class OracleTest {

  private static final Map<String, double[]> ORACLE = oracle();

  private final ClassPredictions classes =
      new ClassPredictions(of("probabilities"), 4, ints("labels"));

  @Test
  void precisionRecallAndF1() {
    for (int k = 0; k < 4; k++) {
      var quality = classes.confusion().of(k);
      close(quality.precision(), of("precision")[k]);
      close(quality.recall(), of("recall")[k]);
      close(quality.f1(), of("f1")[k]);
    }
    close(classes.confusion().balancedAccuracy(), of("balanced_accuracy")[0]);
  }

  @Test
  void confusionMatrix() {
    for (int label = 0; label < 4; label++) {
      for (int predicted = 0; predicted < 4; predicted++) {
        assertThat(classes.confusion().count(label, predicted))
            .isEqualTo((long) of("confusion")[4 * label + predicted]);
      }
    }
  }

  @Test
  void rankingOfEachClass() {
    for (int k = 0; k < 3; k++) {
      close(classes.auroc(k), of("auroc")[k]);
      close(classes.averagePrecision(k), of("average_precision")[k]);
    }
    assertThat(classes.auroc(3)).isNaN();
    assertThat(classes.averagePrecision(3)).isNaN();
    close(classes.macroAuroc(), Arrays.stream(of("auroc")).average().orElseThrow());
  }

  @Test
  void likelihoodBrierAndEntropy() {
    close(classes.classification().nll(), of("nll")[0]);
    close(classes.brier(), of("brier")[0]);
    assertThat(classes.entropies()).containsExactly(of("entropy"), within(1e-12));
    assertThat(classes.reliability().ece())
        .isCloseTo(classes.classification().ece(), within(1e-14));
  }

  @Test
  void binaryScoresWithTies() {
    double[] scores = of("binary_scores");
    boolean[] positive = truths("binary_labels");
    close(Ranking.auroc(scores, positive), of("binary_auroc")[0]);
    close(Ranking.averagePrecision(scores, positive), of("binary_ap")[0]);
    // Of two classes the sum over both is twice what scikit-learn counts of one.
    double[] both = new double[2 * scores.length];
    for (int i = 0; i < scores.length; i++) {
      both[2 * i + 1] = 1 / (1 + Math.exp(-scores[i]));
      both[2 * i] = 1 - both[2 * i + 1];
    }
    var predictions = new ClassPredictions(both, 2, ints("binary_labels"));
    close(predictions.brier() / 2, of("binary_brier")[0]);
  }

  @Test
  void severalLabels() {
    var labels = new LabelPredictions(of("multi_probabilities"), truths("multi_truth"), 3);
    for (int k = 0; k < 3; k++) {
      var quality = labels.of(k);
      close(quality.told().precision(), of("multi_precision")[k]);
      close(quality.told().recall(), of("multi_recall")[k]);
      close(quality.told().f1(), of("multi_f1")[k]);
      close(quality.auroc(), of("multi_auroc")[k]);
      close(quality.averagePrecision(), of("multi_ap")[k]);
    }
    close(labels.errorPercent() / 100, of("multi_hamming")[0]);
    close(labels.exact(), of("multi_exact")[0]);
    close(labels.nll(), of("multi_nll")[0]);
  }

  @Test
  void numbers() {
    var numbers = new NumberPredictions(of("means"), of("variances"), of("targets"), 2);
    double nll = 0;
    for (int k = 0; k < 2; k++) {
      var quality = numbers.of(k);
      close(quality.rmse(), of("rmse")[k]);
      close(quality.mae(), of("mae")[k]);
      close(quality.r2(), of("r2")[k]);
      close(Objects.requireNonNull(quality.nll()), of("gaussian_nll")[k]);
      close(Objects.requireNonNull(quality.coverage().get(0.9)), of("coverage90")[k]);
      nll += of("gaussian_nll")[k];
    }
    close(numbers.nll(), nll);
  }

  private static void close(double found, double expected) {
    assertThat(found).isCloseTo(expected, within(1e-10 * Math.max(1, Math.abs(expected))));
  }

  private static double[] of(String key) {
    return Objects.requireNonNull(ORACLE.get(key), key);
  }

  private static int[] ints(String key) {
    return Arrays.stream(of(key)).mapToInt(x -> (int) x).toArray();
  }

  private static boolean[] truths(String key) {
    double[] numbers = of(key);
    boolean[] truths = new boolean[numbers.length];
    for (int i = 0; i < truths.length; i++) {
      truths[i] = numbers[i] == 1;
    }
    return truths;
  }

  private static Map<String, double[]> oracle() {
    Map<String, double[]> oracle = new HashMap<>();
    try (InputStream in =
        Objects.requireNonNull(OracleTest.class.getResourceAsStream("oracle.txt"))) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        String[] words = line.split(" ");
        oracle.put(
            words[0], Arrays.stream(words).skip(1).mapToDouble(Double::parseDouble).toArray());
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return oracle;
  }
}
