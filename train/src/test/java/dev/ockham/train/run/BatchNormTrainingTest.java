package dev.ockham.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Features;
import dev.ockham.core.evaluate.Evaluator;
import dev.ockham.core.metrics.Classification;
import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecTree;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import dev.ockham.train.SmallData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks with batch norm, from training to the pruned model. */
class BatchNormTrainingTest {

  private static final String CONV =
      "net:1x8x8-conv6x3-bn-relu-pool2-flatten-dense24-bn-relu-dense4";
  private static final String DENSE = "net:1x8x8-flatten-dense32-bn-relu-dense16-bn-relu-dense4";

  @TempDir private Path temp;

  private final Dataset data = SmallData.of(600);

  @ParameterizedTest
  @ValueSource(strings = {CONV, DENSE})
  void javaOnTheFoldedModelAgreesWithLibtorchOnTheLiveOne(String architecture) throws Exception {
    TrainedRun run = train("run", "architecture", architecture, "training.epochs", "30");
    Map<String, Object> last = run.record().last();
    agrees(run.prunedAt(Double.POSITIVE_INFINITY), run, last, "validation_nll");
    agrees(run.pruned(), run, last, "pruned_validation_nll");
    assertThat(Evaluator.classify(run.pruned().model(), data.test()).errorPercent()).isLessThan(5);
    assertThat(run.pruned().model().nonZeroWeights())
        .isLessThan(run.snapshot().architecture().weights() / 2);
  }

  private void agrees(ModelFile file, TrainedRun run, Map<String, Object> last, String key)
      throws RunException {
    Classification java = Evaluator.classify(file.model(), run.validation(data));
    assertThat(java.nll()).as(key).isCloseTo((Double) last.get(key), within(1e-4));
  }

  /** Statistics of the dense network would be wrong for a pruned one. */
  @Test
  void statisticsAreEstimatedAgainForEveryThreshold() throws Exception {
    TrainedRun run = train("run", "architecture", DENSE, "training.epochs", "30");
    Snapshot snapshot = run.snapshot();
    Model whole = snapshot.masked(snapshot.masksAt(Double.POSITIVE_INFINITY));
    Model masked = snapshot.masked(snapshot.masksAt(snapshot.threshold()));
    assertThat(masked.value(firstBias(masked)).toDense())
        .isNotEqualTo(whole.value(firstBias(whole)).toDense());
    assertThat(Files.readAllBytes(run.folder().model())).isEqualTo(bytes(run.pruned()));
    assertThat(bytes(TrainedRun.read(run.folder().root()).prunedAt(-1)))
        .as("a pure function of the run's files")
        .isEqualTo(bytes(run.prunedAt(-1)));
    assertThat(ModelFile.load(run.folder().model()).model().graph().nodes()).hasSize(7);
  }

  private static String firstBias(Model model) {
    return Objects.requireNonNull(
        WeightTensor.of(model.graph()).getFirst().node().parameters().get("bias"));
  }

  private byte[] bytes(ModelFile file) throws IOException {
    Path path = temp.resolve("model");
    file.save(path);
    byte[] bytes = Files.readAllBytes(path);
    Files.delete(path);
    return bytes;
  }

  @Test
  void floatFeaturesKeepTheirOwnScales() throws Exception {
    float[][] rows = new float[400][3];
    int[] labels = new int[400];
    for (int i = 0; i < rows.length; i++) {
      labels[i] = i % 2;
      rows[i] = new float[] {1000 + labels[i] + i % 7 * 0.1f, 1e-3f * (i % 11), -5 * (i % 3)};
    }
    Dataset rowsOfNumbers = Dataset.of("rows", Features.of(rows, labels), 0.25, 0);
    RunSpec spec =
        spec("architecture", "net:3-dense8-bn-relu-dense2", "method.name", "none")
            .withEpochs(10)
            .with("data.name", "rows");
    TrainedRun run = Training.run(spec, rowsOfNumbers, temp.resolve("rows"));
    assertThat(Evaluator.classify(run.pruned().model(), run.validation(rowsOfNumbers)).nll())
        .isCloseTo((Double) run.record().last().get("validation_nll"), within(1e-4));
    assertThat(Evaluator.classify(run.pruned().model(), rowsOfNumbers.test()).errorPercent())
        .isLessThan(10);
  }

  @Test
  void monteCarloUsesStatisticsOfTheMeans() throws Exception {
    TrainedRun run = train("run", "architecture", CONV, "training.epochs", "30");
    Classification one = MonteCarlo.classify(run.folder(), data.test(), 20, 1, _ -> {});
    assertThat(MonteCarlo.classify(run.folder(), data.test(), 20, 2, _ -> {})).isEqualTo(one);
    assertThat(one.errorPercent()).isLessThan(6);
  }

  /** All weights go, and what is left sends the shifts on. */
  @Test
  void aCollapsedNetworkIsAConstant() throws Exception {
    TrainedRun run = train("run", "architecture", CONV, "training.epochs", "2");
    Model empty = run.prunedAt(Double.NEGATIVE_INFINITY).model();
    assertThat(empty.nonZeroWeights()).isZero();
    float[] logits = Plan.of(empty).run(data.test().values(0, 2), 2, 1);
    for (int k = 0; k < 4; k++) {
      assertThat(logits[k]).isFinite().isEqualTo(logits[4 + k]);
    }
  }

  @Test
  void startsFromAnotherRunsBatchNorms() throws Exception {
    TrainedRun dense =
        train("dense", "architecture", CONV, "method.name", "none", "training.epochs", "15");
    TrainedRun run =
        train(
            "run",
            "architecture",
            CONV,
            "training.init_from",
            dense.folder().root().toString(),
            "training.epochs",
            "1",
            "training.learning_rate.initial",
            "1e-30");
    for (int i = 1; i <= 2; i++) {
      float[] gamma = run.snapshot().plain().get("bn" + i + ".scale");
      assertThat(gamma).isEqualTo(dense.snapshot().plain().get("bn" + i + ".scale"));
      assertThat(gamma).doesNotContain(1f);
      assertThat(run.snapshot().plain().get("bn" + i + ".shift"))
          .isEqualTo(dense.snapshot().plain().get("bn" + i + ".shift"))
          .doesNotContain(0f);
    }
    assertThat((Double) run.record().last().get("validation_nll"))
        .isCloseTo((Double) dense.record().last().get("validation_nll"), within(1e-2));
  }

  @Test
  void onlyNetworksWithBatchNormKeepExamples() throws Exception {
    TrainedRun with = train("with", "architecture", CONV, "training.epochs", "1");
    TrainedRun without = train("without", "architecture", "mlp:64-8-4", "training.epochs", "1");
    assertThat(with.folder().calibration()).exists();
    assertThat(without.folder().calibration()).doesNotExist();
    assertThat(with.snapshot().calibration().count())
        .as("all there are to train on, since these are fewer than 1000")
        .isEqualTo(540);
    Files.delete(with.folder().calibration());
    assertThatExceptionOfType(RunException.class)
        .isThrownBy(() -> TrainedRun.read(with.folder().root()))
        .withMessageContaining("calibration.safetensors");
  }

  @Test
  void aStoppedRunGoesOnAsIfNothingHadHappened() throws Exception {
    String[] settings = {"architecture", CONV, "training.epochs", "3", "training.batch", "100"};
    TrainedRun whole = train("whole", settings);
    RunFolder stopped = new RunFolder(temp.resolve("stopped"));
    for (int stops = 1; stops <= 4; stops++) {
      int[] left = {3};
      Training.train(
          spec(settings), data, stopped, true, TrainingListener.SILENT, () -> left[0]-- == 0);
      if (stops == 2) { // as if killed between the record and this file
        Files.delete(stopped.calibration());
      }
    }
    TrainedRun resumed = train("stopped", settings);
    for (String file : List.of("model.safetensors", "calibration.safetensors")) {
      assertThat(Files.readAllBytes(stopped.root().resolve(file)))
          .as(file)
          .isEqualTo(Files.readAllBytes(whole.folder().root().resolve(file)));
    }
    assertThat(hash(resumed)).isEqualTo(hash(whole));
    assertThat(resumed.record().last().get("pruned_validation_nll"))
        .isEqualTo(whole.record().last().get("pruned_validation_nll"));
  }

  private static String hash(TrainedRun run) throws IOException {
    return Checkpoint.read(run.folder()).content().weightsSha256();
  }

  private TrainedRun train(String name, String... settings) throws IOException, TrainingException {
    return Training.run(spec(settings), data, temp.resolve(name));
  }

  private static RunSpec spec(String... settings) {
    SpecTree tree =
        SpecTree.of(RunSpec.defaults())
            .with("data.name", "quadrants", "test")
            .with("training.batch", "20", "test")
            .with("training.learning_rate.initial", "0.01", "test")
            .with("training.threads", "2", "test");
    for (int i = 0; i < settings.length; i += 2) {
      tree = tree.with(settings[i], settings[i + 1], "test");
    }
    return tree.toSpec();
  }
}
