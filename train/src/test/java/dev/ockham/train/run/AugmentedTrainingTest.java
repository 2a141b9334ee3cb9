package dev.ockham.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.arch.Architectures;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Features;
import dev.ockham.core.data.Images;
import dev.ockham.core.run.Calibration;
import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.run.EpochMetrics.Score;
import dev.ockham.core.run.MetricsLog;
import dev.ockham.core.run.Outcome;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.core.spec.SpecTree;
import dev.ockham.train.SmallData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AugmentedTrainingTest {

  private static final String ALL =
      "flip,crop:1,shift:0.1,rotate:10,brightness:0.2,cutout:2,mixup:0.4";

  @TempDir private Path temp;

  private final Dataset data = SmallData.of(400);

  private static RunSpec spec(String changes, int threads) {
    return SpecTree.of(CrashingTrainer.spec(threads))
        .with("data.augment", changes, "test")
        .with("training.epochs", "3", "test")
        .toSpec();
  }

  private RunFolder train(String name, RunSpec spec, int stopAt) throws Exception {
    RunFolder folder = new RunFolder(temp.resolve(name));
    int[] left = {stopAt};
    RunRecord record =
        Training.train(spec, data, folder, true, TrainingListener.SILENT, () -> left[0]-- == 0);
    assertThat(record.status())
        .isEqualTo(stopAt < 0 ? RunRecord.Status.FINISHED : RunRecord.Status.STOPPED);
    return folder;
  }

  private static String weights(RunFolder folder) throws Exception {
    return Checkpoint.read(folder).content().weightsSha256();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aStoppedRunEndsAsIfNothingHadHappened(int threads) throws Exception {
    RunSpec spec = spec(ALL, threads);
    RunFolder whole = train("whole", spec, -1);
    for (int steps : new int[] {1, 3, 4}) {
      train("stopped", spec, steps);
    }
    assertThat(weights(train("stopped", spec, -1))).isEqualTo(weights(whole));
  }

  @Test
  void changesReachTheWeightsAndBothEndsAreRight() throws Exception {
    RunFolder plain = train("plain", spec("none", 2), -1);
    RunFolder changed = train("changed", spec("flip", 2), -1);
    assertThat(weights(changed)).isNotEqualTo(weights(plain));
  }

  /** As of an older build, which chose others: what is validated is what is shipped. */
  @Test
  void aRunGoesOnWithTheExamplesThatItHasKept() throws Exception {
    RunSpec spec =
        CrashingTrainer.normed()
            .with("method.name", "none")
            .with("data.augment", "crop:1")
            .withEpochs(3);
    RunFolder folder = train("kept", spec, 1);
    Calibration.write(folder, Images.copyOf(1, 8, 8, new byte[128], new byte[2]));
    train("kept", spec, -1);
    Outcome outcome = Objects.requireNonNull(RunRecord.read(folder).outcome());
    Score shipped = Objects.requireNonNull(outcome.rows().getFirst().score());
    assertThat(validationNll(folder)).isCloseTo(shipped.nll(), within(1e-3));
    RunFolder chosen = train("chosen", spec, -1);
    assertThat(validationNll(chosen)).isNotCloseTo(shipped.nll(), within(0.1));
  }

  private static double validationNll(RunFolder folder) throws Exception {
    Object nll = MetricsLog.last(folder.metrics()).get("validation_nll");
    return Double.parseDouble(String.valueOf(nll));
  }

  private static double validationError(RunFolder folder) throws Exception {
    Object error = MetricsLog.last(folder.metrics()).get("validation_error_percent");
    return Double.parseDouble(String.valueOf(error));
  }

  /** Quadrants on the right are mirrored half of the time, those that are validated never. */
  @Test
  void whatIsValidatedIsNotChanged() throws Exception {
    RunFolder blind = train("blind", spec("brightness:1,cutout:1000", 2), -1);
    RunFolder seeing = train("seeing", spec("crop:1", 2), -1);
    double dark = validationError(blind);
    double light = validationError(seeing);
    // Trained on nothing but the mean, a network errs on pictures that it has never seen so.
    assertThat(dark).isGreaterThan(30);
    assertThat(light).isLessThan(10);
  }

  /** Rows of one class are alike and those of the other far away: mixed ones lie between. */
  @Test
  void featuresAreMixedInTrainingAndNeverInValidation() throws Exception {
    float[][] rows = new float[200][];
    int[] labels = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      labels[i] = i % 2;
      rows[i] = new float[] {labels[i] == 0 ? -1 : 1, i % 7};
    }
    Features floats = Features.of(rows, labels);
    Dataset own = Dataset.of("own", floats, floats);
    RunSpec plain =
        spec("none", 1)
            .with("architecture", "mlp:2-8-2")
            .with("training.epochs", 20)
            .with("training.learning_rate.initial", 0.02);
    RunSpec mixed = plain.with("data.augment", "mixup:1");
    TrainedRun without = Training.run(plain, own, temp.resolve("without"));
    TrainedRun with = Training.run(mixed, own, temp.resolve("with"));
    assertThat(weights(with.folder())).isNotEqualTo(weights(without.folder()));
    assertThat(trainLoss(with.folder())).isGreaterThan(trainLoss(without.folder()) + 0.1);
    assertThat(validationError(with.folder())).isZero();
    assertThat(MetricsLog.last(without.folder().metrics())).containsKey("nll");
    assertThat(MetricsLog.last(with.folder().metrics()))
        .containsEntry("loss_kind", "classification")
        .containsKeys("loss", "validation_nll")
        .doesNotContainKey("nll");
    String named = "\"pseudo_likelihood\" : [ \"mixup\" ]";
    assertThat(Files.readString(with.folder().record())).contains(named);
    assertThat(Files.readString(without.folder().record())).doesNotContain("pseudo_likelihood");
    assertThat(MetricsLog.read(with.folder().metrics(), Architectures.parse("mlp:2-8-2")))
        .hasSize(20)
        .noneMatch(EpochMetrics::likelihood);
    Training.run(mixed, own, temp.resolve("again"));
    assertThat(weights(new RunFolder(temp.resolve("again")))).isEqualTo(weights(with.folder()));
  }

  private static double trainLoss(RunFolder folder) throws Exception {
    Map<String, Object> last = MetricsLog.last(folder.metrics());
    return Double.parseDouble(String.valueOf(last.getOrDefault("nll", last.get("loss"))));
  }

  @Test
  void whatIsNoPictureIsNotChanged() {
    Features floats =
        Features.of(new float[][] {{1, 2}, {3, 4}, {5, 6}, {7, 8}}, new int[] {0, 1, 0, 1});
    RunSpec flip = spec("flip", 1).with("architecture", "mlp:2-3-2");
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(() -> Training.run(flip, Dataset.of("own", floats, floats), temp.resolve("x")))
        .withMessage(
            "data.augment changes pictures, but the examples of 'own' are other numbers, for which"
                + " there is only mixup");
  }
}
