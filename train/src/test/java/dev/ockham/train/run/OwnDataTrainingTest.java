package dev.ockham.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Features;
import dev.ockham.core.evaluate.Evaluator;
import dev.ockham.core.method.Method;
import dev.ockham.core.metrics.Classification;
import dev.ockham.core.prune.InputsRead;
import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.graph.Standardize;
import dev.ockham.runtime.plan.Plan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Float features go through training, resuming, pruning and prediction like images. */
class OwnDataTrainingTest {

  private static final int FEATURES = 10;

  @TempDir private Path temp;

  private final Dataset data = planted(2000, 1);

  private final RunSpec spec =
      RunSpec.of(Architectures.parse("net:10-dense16-relu-dense2"))
          .bayesian(Method.SPARSE_VD)
          .withEpochs(60)
          .withBatch(50)
          .withLearningRate(0.01)
          .withThreads(1);

  /**
   * The label says whether the first two features are both high or both low. Features are of very
   * different sizes, so that one scale for all would hide most of them.
   */
  private static Dataset planted(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[][] rows = new float[count][FEATURES];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      double[] normal = new double[FEATURES];
      for (int k = 0; k < FEATURES; k++) {
        normal[k] = random.nextGaussian();
        rows[i][k] = (float) (1000 * k + Math.pow(10, k % 4 - 2) * normal[k]);
      }
      labels[i] = normal[0] * normal[1] > 0 ? 1 : 0;
    }
    return Dataset.of("planted", Features.of(rows, labels), 0.25, 0);
  }

  @Test
  void bringsFeaturesToTheDeviationThatIsSet() throws Exception {
    TrainedRun usual = Training.run(spec.withEpochs(1), data, temp.resolve("usual"));
    TrainedRun half =
        Training.run(
            spec.withEpochs(1).with("data.input_deviation", 0.5), data, temp.resolve("half"));
    for (int k = 0; k < FEATURES; k++) {
      assertThat(scales(half)[k]).isEqualTo(scales(usual)[k] / 2);
    }
    ModelFile whole = half.prunedAt(Double.POSITIVE_INFINITY);
    assertThat(Evaluator.classify(whole.model(), half.validation(data)).nll())
        .as("Java on the exported model, libtorch on the live one")
        .isCloseTo((Double) half.record().last().get("validation_nll"), within(1e-4));
  }

  private static float[] scales(TrainedRun run) {
    return run.snapshot().scaling().scale();
  }

  @Test
  void findsTheFeaturesThatMatter() throws Exception {
    List<EpochMetrics> epochs = new ArrayList<>();
    TrainedRun run =
        Training.run(
            spec,
            data,
            temp.resolve("run"),
            new TrainingListener() {
              @Override
              public void epochDone(EpochMetrics metrics) {
                epochs.add(metrics);
              }
            });
    assertThat(epochs).hasSize(60);
    assertThat(run.record().status()).isEqualTo(RunRecord.Status.FINISHED);
    assertThat(run.record().spec().data().name()).isEqualTo("planted");

    Architecture network = run.snapshot().architecture();
    assertThat(Checkpoint.read(run.folder()).live(network).inputs().length)
        .as("features that are left in training")
        .isLessThan(FEATURES);

    ModelFile pruned = run.pruned();
    assertThat(InputsRead.of(run.prunedAt(-2).model())).containsExactly(0, 1);
    assertThat(pruned.model().graph().nodes().getFirst().operator())
        .isInstanceOf(Standardize.class);
    assertThat(Evaluator.classify(pruned.model(), data.test()).errorPercent()).isLessThan(8);
    Path file = temp.resolve("model.safetensors");
    pruned.save(file);
    assertThat(Files.readAllBytes(file)).isEqualTo(Files.readAllBytes(run.folder().model()));
    assertThat(Plan.of(ModelFile.load(file).model()).run(data.test().values(0, 5), 5, 1))
        .isEqualTo(Plan.of(pruned.model()).run(data.test().values(0, 5), 5, 1));

    ModelFile whole = run.prunedAt(Double.POSITIVE_INFINITY);
    Classification validation = Evaluator.classify(whole.model(), run.validation(data));
    assertThat(validation.nll())
        .as("Java on the exported model, libtorch on the live one")
        .isCloseTo((Double) run.record().last().get("validation_nll"), within(1e-4));
    assertThat(run.prunedTo(0.5).model().nonZeroWeights()).isLessThanOrEqualTo((160 + 32) / 2);
    assertThat(run.prunedTo(0.5).provenance()).containsKey("threshold");

    Classification drawn = MonteCarlo.classify(run.folder(), data.test(), 3, 1, _ -> {});
    assertThat(drawn.errorPercent()).isLessThan(10);
    assertThatExceptionOfType(RunException.class)
        .isThrownBy(() -> run.validation(planted(100, 9)))
        .withMessageContaining("'planted' has");
  }

  @Test
  void aStoppedRunGoesOnAsIfNothingHadHappened() throws Exception {
    RunSpec shorter = spec.withEpochs(4).with("data.name", "planted");
    TrainedRun whole = Training.run(shorter, data, temp.resolve("whole"));
    RunFolder stopped = new RunFolder(temp.resolve("stopped"));
    AtomicInteger asked = new AtomicInteger();
    Training.train(
        shorter, data, stopped, false, TrainingListener.SILENT, () -> asked.incrementAndGet() > 50);
    assertThat(RunRecord.read(stopped).status()).isEqualTo(RunRecord.Status.STOPPED);

    TrainedRun resumed = Training.run(shorter, data, stopped.root());

    assertThat(hash(resumed)).isEqualTo(hash(whole));
    assertThat(Training.run(shorter, data, stopped.root()).record().last())
        .as("a finished run is returned as it is")
        .isEqualTo(resumed.record().last());
    assertThatExceptionOfType(RunException.class)
        .isThrownBy(() -> Training.run(shorter.withEpochs(5), data, stopped.root()))
        .withMessageContaining("training.epochs is 4, not 5");
    assertThatExceptionOfType(RunException.class)
        .isThrownBy(() -> Training.run(shorter, planted(2000, 2), stopped.root()))
        .withMessageContaining("sha256");
  }

  private static String hash(TrainedRun run) throws Exception {
    return Checkpoint.read(run.folder()).content().weightsSha256();
  }

  @Test
  void aNetworkOfAnotherSizeIsRefused() {
    RunSpec wrong = RunSpec.of(Architectures.parse("net:9-dense2"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Training.run(wrong, data, temp.resolve("run")))
        .withMessage(
            "architecture 'net:9-dense2' takes 9 inputs, but 'planted' has examples of 10"
                + " features");
    assertThat(temp.resolve("run")).doesNotExist();
  }
}
