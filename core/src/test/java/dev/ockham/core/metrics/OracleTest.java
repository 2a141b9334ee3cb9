package dev.ockham.core.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.kernel.CrossEntropy;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.NumberLoss;
import dev.ockham.core.kernel.SigmoidCrossEntropy;
import dev.ockham.core.kernel.TargetDistance;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
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

  @Test
  void calibrationAndRisk() {
    List<Reliability.Bin> bins =
        classes.reliability().bins().stream().filter(bin -> bin.examples() > 0).toList();
    assertThat(bins).hasSize(of("calibration_right").length);
    for (int b = 0; b < bins.size(); b++) {
      close(bins.get(b).accuracy(), of("calibration_right")[b]);
      close(bins.get(b).confidence(), of("calibration_confidence")[b]);
    }
    close(classes.reliability().ece(), of("ece")[0]);
    close(RiskCoverage.of(of("sure"), truths("wrong")).area(), of("risk_area")[0]);
    var labels = new LabelPredictions(of("multi_probabilities"), truths("multi_truth"), 3);
    close(labels.brier(), of("multi_brier")[0]);
  }

  @Test
  void whatDrawnNetworksDisagreeAbout() {
    double[] draws = of("draws");
    for (int example = 0; example < 8; example++) {
      double[][] samples = new double[5][];
      for (int s = 0; s < 5; s++) {
        samples[s] = Arrays.copyOfRange(draws, (s * 8 + example) * 4, (s * 8 + example + 1) * 4);
      }
      close(Distributions.mutualInformation(samples), of("mutual_information")[example]);
    }
  }

  @Test
  void intervals() {
    var numbers = new NumberPredictions(of("means"), of("variances"), of("targets"), 2);
    for (int i = 0; i < of("levels").length; i++) {
      close(NormalInterval.reach(of("levels")[i]), of("reach")[i]);
      close(numbers.covered(of("levels")[i]), of("covered")[i]);
    }
  }

  /** Sums that training makes small; gradients are tested elsewhere. */
  @Test
  void losses() {
    MemorySegment z = floats("loss_logits");
    MemorySegment gradient = MemorySegment.ofArray(new float[36]);
    int[] labels = ints("loss_classes");
    Kernels kernels = Kernels.create();
    near(CrossEntropy.nll(kernels, z, labels, 3, 1, gradient), "loss_plain");
    near(
        CrossEntropy.smoothed(kernels, z, labels, 3, of("loss_weights"), 0.1, 1, gradient),
        "loss_smoothed");
    near(SigmoidCrossEntropy.nll(z, truths("loss_holds"), 3, 1, gradient), "loss_labels");
    MemorySegment y = floats("loss_values");
    float[] targets = z.toArray(ValueLayout.JAVA_FLOAT);
    MemorySegment other = MemorySegment.ofArray(new float[36]);
    near(
        NumberLoss.gaussian(y, floats("loss_log_variances"), targets, 3, 1, gradient, other),
        "loss_gaussian");
    near(NumberLoss.huber(y, targets, 3, 1.25, 1, gradient), "loss_huber");
    int[] rows = IntStream.range(0, 12).toArray();
    near(TargetDistance.squared(y, z, rows, 3, 0.3, 1, gradient), "loss_squared");
  }

  private static MemorySegment floats(String key) {
    double[] wide = of(key);
    float[] floats = new float[wide.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) wide[i];
    }
    return MemorySegment.ofArray(floats);
  }

  /** As {@link #close}, of what was summed from floats. */
  private static void near(double found, String key) {
    assertThat(found).as(key).isCloseTo(of(key)[0], within(1e-5 * Math.abs(of(key)[0])));
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
