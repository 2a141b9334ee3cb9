package dev.ockham.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.core.arch.Architectures;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Features;
import dev.ockham.core.evaluate.Evaluator;
import dev.ockham.core.method.Method;
import dev.ockham.core.prune.InputsRead;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.model.Model;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A linear problem of thirty features of which four matter: the methods that prune find them. */
class PlantedSupportTest {

  private static final int FEATURES = 30;
  private static final int[] SUPPORT = {2, 7, 19, 28};
  private static final double[] WEIGHTS = {3, -2.5, 2, -3};

  /**
   * Scores of noise are above it and those of signal below. Noise that fits the labels by chance
   * stays at ratios of about 1, so 3 would be too much to ask of it.
   */
  private static final float GAP = -3;

  @TempDir private Path temp;

  /** Logistic regression: P(1) = σ(w·x + ½). */
  private static Dataset planted(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[][] rows = new float[count][FEATURES];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      double logit = 0.5;
      for (int k = 0; k < FEATURES; k++) {
        rows[i][k] = (float) random.nextGaussian();
      }
      for (int k = 0; k < SUPPORT.length; k++) {
        logit += WEIGHTS[k] * rows[i][SUPPORT[k]];
      }
      labels[i] = random.nextDouble() < 1 / (1 + Math.exp(-logit)) ? 1 : 0;
    }
    return Dataset.of("planted", Features.of(rows, labels), 0.25, 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sparse-vd", "ard", "sparse-vd-multiplicative"})
  void theSupportIsFoundWeightByWeight(String method) throws Exception {
    Dataset data = planted(2000, 4);
    RunSpec spec =
        RunSpec.of(Architectures.parse("net:30-dense2"))
            .bayesian(Method.named(method))
            .withEpochs(20)
            .withBatch(40)
            .withLearningRate(0.05)
            .withThreads(1);
    TrainedRun run = Training.run(spec, data, temp.resolve("run"));

    Snapshot.Layer layer = run.snapshot().layers().getFirst();
    float[] logAlpha = run.snapshot().requireScores().getFirst();
    for (int feature = 0; feature < FEATURES; feature++) {
      int place = Arrays.binarySearch(SUPPORT, feature);
      for (int output = 0; output < 2; output++) {
        int weight = output * FEATURES + feature;
        if (place < 0) {
          assertThat(logAlpha[weight]).as("noise, feature %s", feature).isGreaterThan(GAP + 0.5f);
        } else {
          assertThat(logAlpha[weight]).as("signal, feature %s", feature).isLessThan(GAP - 0.5f);
          assertThat(Math.signum(layer.theta()[weight]))
              .as("sign of feature %s", feature)
              .isEqualTo((float) Math.signum(output == 1 ? WEIGHTS[place] : -WEIGHTS[place]));
        }
      }
    }
    Model pruned = run.prunedAt(GAP).model();
    assertThat(pruned.nonZeroWeights()).isEqualTo(2L * SUPPORT.length);
    assertThat(InputsRead.of(pruned)).containsExactly(SUPPORT);
    double best = bestError(data);
    assertThat(Evaluator.classify(pruned, data.test()).errorPercent())
        .as("the planted rule itself errs by %s %%", best)
        .isLessThan(best + 2.5);
  }

  static Stream<Method> methodsWithGatesOnUnits() {
    return Method.all().stream().filter(Method::structured);
  }

  /**
   * Every feature of the rule has a lower score than every other, and pruning leaves just those.
   */
  @ParameterizedTest
  @MethodSource("methodsWithGatesOnUnits")
  void theSupportIsFoundUnitByUnit(Method method) throws Exception {
    Dataset data = planted(2000, 4);
    RunSpec spec =
        RunSpec.of(Architectures.parse("net:30-dense2"))
            .with("method.name", method.name())
            .with("method.gate_rate", 1)
            .withEpochs(20)
            .withBatch(40)
            .withLearningRate(0.05)
            .with("training.on_collapse", "continue")
            .withThreads(1);
    TrainedRun run = Training.run(spec, data, temp.resolve("run"));

    float[] scores = run.snapshot().requireScores().getFirst();
    float highest = Float.NEGATIVE_INFINITY;
    float lowest = Float.POSITIVE_INFINITY;
    for (int feature = 0; feature < FEATURES; feature++) {
      if (Arrays.binarySearch(SUPPORT, feature) >= 0) {
        highest = Math.max(highest, scores[feature]);
      } else {
        lowest = Math.min(lowest, scores[feature]);
      }
    }
    assertThat(highest).as("scores of signal and of noise").isLessThan(lowest);
    Model pruned = run.prunedAt((highest + lowest) / 2).model();
    assertThat(InputsRead.of(pruned)).containsExactly(SUPPORT);
    // Gates that look at the example bend what is linear here.
    assertThat(Evaluator.classify(pruned, data.test()).errorPercent())
        .isLessThan(bestError(data) + (method.gate().dependent() ? 8 : 3));
  }

  /** In percent, of whoever knows the weights. */
  private static double bestError(Dataset data) {
    int wrong = 0;
    for (int i = 0; i < data.test().count(); i++) {
      float[] row = data.test().values(i, i + 1);
      double logit = 0.5;
      for (int k = 0; k < SUPPORT.length; k++) {
        logit += WEIGHTS[k] * row[SUPPORT[k]];
      }
      wrong += (logit > 0 ? 1 : 0) == data.test().label(i) ? 0 : 1;
    }
    return 100.0 * wrong / data.test().count();
  }
}
