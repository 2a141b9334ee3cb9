package dev.ockham.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.evaluate.Evaluator;
import dev.ockham.core.metrics.Classification;
import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecTree;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.graph.Parity;
import dev.ockham.runtime.graph.ReferenceForward;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import dev.ockham.train.SmallData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrainingTest {

  @TempDir private Path temp;

  private final Dataset data = SmallData.of(600);
  private final List<EpochMetrics> epochs = new ArrayList<>();
  private final List<String> collapsed = new ArrayList<>();

  private final TrainingListener listener =
      new TrainingListener() {
        @Override
        public void epochDone(EpochMetrics metrics) {
          epochs.add(metrics);
        }

        @Override
        public void collapsed(String layer, int epoch) {
          collapsed.add(layer);
        }
      };

  @ParameterizedTest
  @ValueSource(strings = {"exact", "molchanov", "ard"})
  void sparseVdLearnsAndPrunes(String kl) throws Exception {
    RunFolder folder = train("run", "method.kl", kl, "training.epochs", "60");
    EpochMetrics last = epochs.getLast();
    assertThat(last.sparsity()).isGreaterThan(0.7);
    assertThat(error(ModelFile.load(folder.model()).model())).isLessThan(5);
    assertThat(last.klNats()).isLessThan(epochs.getFirst().klNats());
  }

  @ParameterizedTest
  @ValueSource(strings = {"kingma-cubic", "lower-bound"})
  void formsForSmallAlphaNeverPassIt(String kl) throws Exception {
    RunFolder folder = train("run", "method.kl", kl, "training.epochs", "20");
    assertThat(epochs.getLast().sparsity()).isZero();
    for (float[] layer : Snapshot.read(folder).requireScores()) {
      for (float logAlpha : layer) {
        assertThat(logAlpha).isLessThanOrEqualTo(1e-5f);
      }
    }
  }

  @Test
  void theDenseTwinLearnsWithTheSameCode() throws Exception {
    RunFolder folder = train("run", "method.name", "none", "training.epochs", "10");
    assertThat(error(ModelFile.load(folder.model()).model())).isLessThan(5);
    assertThat(epochs.getLast().klNats()).isZero();
    assertThat(Snapshot.read(folder).masksAt(3).getFirst().kept()).isEqualTo(64 * 32);
    assertThatThrownBy(() -> Snapshot.read(folder).masksTo(0.5))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("none");
  }

  @Test
  void maskedAndPrunedNetworksAreTheSameFunction() throws Exception {
    Snapshot snapshot = Snapshot.read(train("run", "training.epochs", "60"));
    Model masked = snapshot.masked(snapshot.masksAt(3));
    Model pruned = snapshot.pruned(snapshot.masksAt(3));
    float[] images = data.test().values(0, 40);
    float[] expected = Plan.of(masked).run(images, 40, 2);
    float[] actual = Plan.of(pruned).run(images, 40, 1);
    Parity.require("pruned", ReferenceForward.widened(expected), ReferenceForward.widened(actual));
    assertThat(pruned.weightCount()).isLessThan(masked.weightCount());
  }

  @Test
  void monteCarloAveragesAroundTheMean() throws Exception {
    RunFolder folder = train("run", "training.epochs", "30");
    Classification one = MonteCarlo.classify(folder, data.test(), 1, 2, _ -> {});
    Classification many = MonteCarlo.classify(folder, data.test(), 50, 2, _ -> {});
    Classification again = MonteCarlo.classify(folder, data.test(), 50, 1, _ -> {});
    assertThat(many.nll()).as("averaging helps").isLessThan(one.nll());
    assertThat(again).as("threads do not matter").isEqualTo(many);
    assertThat(many.errorPercent()).isLessThan(6);
  }

  @Test
  void collapseStopsAndNamesTheLayer() throws Exception {
    assertThatThrownBy(() -> train("run", collapsing()))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("collapse")
        .hasMessageContaining("'dense1'");
    RunFolder folder = new RunFolder(temp.resolve("run"));
    assertThat(RunRecord.read(folder).status()).isEqualTo(RunRecord.Status.COLLAPSED);
    assertThat(folder.checkpoint()).exists();
    assertThatThrownBy(() ->
            Training.train(
                spec(collapsing()), data, folder, true, TrainingListener.SILENT, () -> false))
        .as("resumed, it has collapsed still")
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("'dense1'");
    assertThat(RunRecord.read(folder).status()).isEqualTo(RunRecord.Status.COLLAPSED);
  }

  @Test
  void anEmptyNetworkSavesAndEvaluates() throws Exception {
    List<String> settings = new ArrayList<>(List.of(collapsing()));
    settings.addAll(List.of("training.on_collapse", "continue"));
    RunFolder folder = train("run", settings.toArray(String[]::new));
    assertThat(collapsed).as("said once").hasSize(1);
    Model empty = ModelFile.load(folder.model()).model();
    assertThat(empty.nonZeroWeights()).isZero();
    assertThat(error(empty)).isBetween(60.0, 90.0);
  }

  private static String[] collapsing() {
    return new String[] {
      "training.kl_weight.last", "100000",
      "training.kl_weight.shape", "constant",
      "training.learning_rate.initial", "0.05",
      "training.epochs", "40"
    };
  }

  @Test
  void startsFromAnotherRun() throws Exception {
    RunFolder dense = train("dense", "method.name", "none", "training.epochs", "10");
    epochs.clear();
    train("run", "training.init_from", dense.root().toString(), "training.epochs", "1");
    assertThat(epochs.getFirst().nll()).isLessThan(0.3);
  }

  @Test
  void refusesToStartFromARunWithInputsOfAnotherSize() throws Exception {
    RunFolder other = train("other", "training.epochs", "1", "data.input_deviation", "0.5");
    assertThatThrownBy(() -> train("run", "training.init_from", other.root().toString()))
        .isInstanceOf(RunException.class)
        .hasMessageContaining(other.root() + " has data.input_deviation 0.5, not 1.0");
  }

  @Test
  void inputsAndInitialWeightsAreOfTheSizeThatIsSet() throws Exception {
    RunFolder usual = stoppedAtOnce("usual");
    RunFolder small =
        stoppedAtOnce("small", "data.input_deviation", "0.25", "training.initial_weights", "small");
    assertThat(RunRecord.read(small).data().inputScale())
        .isCloseTo(RunRecord.read(usual).data().inputScale() / 4, within(1e-12));
    assertThat(RunRecord.read(small).data().inputMean())
        .isEqualTo(RunRecord.read(usual).data().inputMean());
    Snapshot.Layer he = Snapshot.read(usual).layers().getFirst();
    assertThat(deviation(he.theta()))
        .isCloseTo(Math.sqrt(2.0 / he.weights().fanIn()), withinPercentage(5));
    assertThat(deviation(Snapshot.read(small).layers().getFirst().theta()))
        .isCloseTo(0.01, withinPercentage(5));
  }

  private RunFolder stoppedAtOnce(String name, String... settings) throws Exception {
    RunFolder folder = new RunFolder(temp.resolve(name));
    Training.train(spec(settings), data, folder, false, listener, () -> true);
    return folder;
  }

  private static double deviation(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares / values.length);
  }

  @Test
  void refusesAFolderThatHoldsARun() throws Exception {
    RunFolder folder = train("run", "training.epochs", "1");
    byte[] before = Files.readAllBytes(folder.checkpoint());
    assertThatThrownBy(() -> train("run", "training.epochs", "2"))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("already holds a run");
    assertThatThrownBy(() -> resume("run", "training.epochs", "2"))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("training.epochs is 1, not 2");
    assertThat(Files.readAllBytes(folder.checkpoint())).isEqualTo(before);
    assertThat(resume("run", "training.epochs", "1").status()).isEqualTo(RunRecord.Status.FINISHED);
  }

  @Test
  void refusesOtherDataOnResume() throws Exception {
    RunSpec spec = spec("training.epochs", "1");
    RunFolder folder = new RunFolder(temp.resolve("run"));
    Training.train(spec, data, folder, false, listener, () -> true);
    assertThatThrownBy(
            () -> Training.train(spec, SmallData.of(500), folder, true, listener, () -> false))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("sha256");
  }

  @Test
  void divergenceStopsWithTheLastGoodCheckpoint() throws Exception {
    assertThatThrownBy(() ->
            train(
                "run",
                "method.name",
                "none",
                "training.learning_rate.initial",
                "1e20",
                "training.epochs",
                "20"))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("epoch")
        .hasMessageContaining("learning_rate");
    requireFailedButFinite(new RunFolder(temp.resolve("run")));
  }

  /** The NLL that a step returns is that before its update. */
  @Test
  void divergenceAtTheLastStepOfAnEpochIsNotSaved() {
    assertThatThrownBy(() ->
            train(
                "run",
                "method.name",
                "none",
                "training.learning_rate.initial",
                "1e38",
                "training.batch",
                "100000",
                "training.epochs",
                "2"))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("epoch 1")
        .hasMessageContaining("learning_rate");
    RunFolder folder = new RunFolder(temp.resolve("run"));
    assertThat(folder.checkpoint()).doesNotExist();
    assertThat(folder.metrics()).doesNotExist();
  }

  private static void requireFailedButFinite(RunFolder folder) throws IOException {
    assertThat(RunRecord.read(folder).status()).isEqualTo(RunRecord.Status.FAILED);
    if (Files.exists(folder.checkpoint())) {
      Snapshot.read(folder)
          .layers()
          .forEach(layer -> assertThat(layer.theta()).doesNotContain(Float.NaN));
    }
  }

  @Test
  void worksWithoutValidationImages() throws Exception {
    train("run", "data.validation", "0", "training.epochs", "1");
    assertThat(epochs.getLast().validation()).isNull();
  }

  private RunFolder train(String name, String... settings) throws IOException, TrainingException {
    RunFolder folder = new RunFolder(temp.resolve(name));
    Training.train(spec(settings), data, folder, false, listener, () -> false);
    return folder;
  }

  private RunRecord resume(String name, String... settings) throws IOException, TrainingException {
    return Training.train(
        spec(settings), data, new RunFolder(temp.resolve(name)), true, listener, () -> false);
  }

  private static RunSpec spec(String... settings) {
    SpecTree tree =
        SpecTree.of(RunSpec.defaults())
            .with("architecture", "mlp:64-32-16-4", "test")
            .with("data.name", "quadrants", "test")
            .with("training.batch", "20", "test")
            .with("training.learning_rate.initial", "0.01", "test")
            .with("training.threads", "2", "test");
    for (int i = 0; i < settings.length; i += 2) {
      tree = tree.with(settings[i], settings[i + 1], "test");
    }
    return tree.toSpec();
  }

  private double error(Model model) {
    return Evaluator.classify(model, data.test(), 2, _ -> {}).errorPercent();
  }
}
