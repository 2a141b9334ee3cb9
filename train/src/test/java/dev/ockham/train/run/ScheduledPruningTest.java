package dev.ockham.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.evaluate.Evaluator;
import dev.ockham.core.method.Method;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.train.SmallData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights that go on a schedule: how many, which, and that they stay away. */
class ScheduledPruningTest {

  private static final String DENSE = "mlp:64-32-16-4";
  private static final String CONV = "net:1x8x8-conv6x3-relu-pool2-flatten-dense12-relu-dense4";
  private static final double SPARSITY = 0.77;

  @TempDir private Path temp;

  private final Dataset data = SmallData.of(600);
  private final List<EpochMetrics> epochs = new ArrayList<>();

  /** Which weights were not 0 after each epoch, all layers in a row. */
  private final List<BitSet> kept = new ArrayList<>();

  @ParameterizedTest
  @CsvSource({
    "magnitude, layer, " + DENSE,
    "magnitude, global, " + DENSE,
    "random, layer, " + DENSE,
    "random, global, " + CONV,
    "magnitude, layer, " + CONV
  })
  void theLastEpochHasTheWantedSparsityAndTheWayThereIsMonotone(
      String method, String scope, String architecture) throws Exception {
    Snapshot snapshot =
        train(method, "architecture", architecture, "method.pruning.scope", scope).snapshot();
    long weights = snapshot.architecture().weights();
    List<Long> zeros = snapshot.layers().stream().map(l -> zeros(l.theta())).toList();
    if (scope.equals("layer")) {
      for (int i = 0; i < zeros.size(); i++) {
        int count = snapshot.layers().get(i).theta().length;
        assertThat(zeros.get(i)).isEqualTo((long) Math.ceil(SPARSITY * count));
      }
    } else {
      assertThat(zeros.stream().mapToLong(z -> z).sum())
          .isEqualTo((long) Math.ceil(SPARSITY * weights));
    }
    for (int i = 1; i < kept.size(); i++) {
      BitSet grown = (BitSet) kept.get(i).clone();
      grown.andNot(kept.get(i - 1));
      assertThat(grown.cardinality()).as("weights that came back").isZero();
    }
    assertThat(epochs.getFirst().sparsity()).isZero();
    assertThat(epochs.get(epochs.size() / 2).sparsity()).isBetween(0.1, SPARSITY - 0.01);
    assertThat(epochs.getLast().layers().stream().mapToLong(EpochMetrics.LayerCount::kept).sum())
        .isEqualTo(kept.getLast().cardinality());
  }

  @Test
  void globalPruningSparesSomeLayersAndLayerwisePruningNone() throws Exception {
    Snapshot global = train("magnitude", "method.pruning.scope", "global").snapshot();
    Snapshot layerwise = train("magnitude", "method.pruning.scope", "layer").snapshot();
    double last = sparsity(global.layers().getLast().theta());
    assertThat(last).isLessThan(SPARSITY - 0.1);
    assertThat(sparsity(layerwise.layers().getLast().theta())).isGreaterThanOrEqualTo(SPARSITY);
  }

  @Test
  void theLastLayersOfMagnitudeAndRandomDifferAndMagnitudeIsBetter() throws Exception {
    TrainedRun magnitude = train("magnitude", "method.pruning.sparsity", "0.95");
    BitSet large = kept.getLast();
    TrainedRun random = train("random", "method.pruning.sparsity", "0.95");
    assertThat(kept.getLast()).isNotEqualTo(large);
    assertThat(error(magnitude)).isLessThan(5).isLessThan(error(random));
  }

  @Tag("long")
  @Test
  void randomPruningDependsOnTheSeedAloneAndMagnitudePruningDoesNot() throws Exception {
    String[] otherwise = {
      "training.threads", "1", "training.learning_rate.initial", "0.002", "training.batch", "30"
    };
    train("random");
    BitSet chosen = kept.getLast();
    train("random", otherwise);
    assertThat(kept.getLast()).isEqualTo(chosen);
    train("random", "training.seed", "2");
    assertThat(kept.getLast()).isNotEqualTo(chosen);
    train("magnitude");
    BitSet large = kept.getLast();
    train("magnitude", otherwise);
    assertThat(kept.getLast()).isNotEqualTo(large);
  }

  @ParameterizedTest
  @ValueSource(strings = {"magnitude", "random"})
  void prunesFurtherWithoutTraining(String method) throws Exception {
    TrainedRun run = train(method);
    Snapshot snapshot = run.snapshot();
    long weights = snapshot.architecture().weights();
    assertThat(kept(snapshot.masksTo(0.95).masks())).isEqualTo(weights - ceil(0.95 * weights));
    long nonZero = kept.getLast().cardinality();
    assertThat(kept(snapshot.masksTo(0.2).masks())).as("what is gone is gone").isEqualTo(nonZero);
    assertThat(kept(snapshot.masksAt(snapshot.threshold()))).isEqualTo(nonZero);
    assertThat(run.pruned().model().nonZeroWeights()).isLessThanOrEqualTo(nonZero);
  }

  @ParameterizedTest
  @CsvSource({"magnitude, 1.2", "random, 0.1"})
  void validationScoresWeightsAsTheCheckpointDoes(String method, String threshold)
      throws Exception {
    Snapshot snapshot = train(method, "method.threshold", threshold).snapshot();
    List<Mask> masks = snapshot.masksAt(snapshot.threshold());
    for (int i = 0; i < masks.size(); i++) {
      assertThat(epochs.getLast().layers().get(i).kept()).isEqualTo(masks.get(i).kept());
    }
    assertThat(kept(masks)).isLessThan(kept.getLast().cardinality());
  }

  @Test
  void weightsThatAnotherRunHasSetToZeroStayThere() throws Exception {
    TrainedRun sparse = train("magnitude", "method.pruning.sparsity", "0.5");
    BitSet before = kept.getLast();
    train("random", "training.init_from", sparse.folder().root().toString());
    BitSet back = kept.getFirst();
    assertThat(back).isEqualTo(before);
    back = (BitSet) kept.getLast().clone();
    back.andNot(before);
    assertThat(back.isEmpty()).isTrue();
  }

  @Test
  void everyWeightGoneIsACollapseAndSaysWhatToChange() {
    assertThatThrownBy(() -> train("magnitude", "method.pruning.sparsity", "1"))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("collapse")
        .hasMessageContaining("lower method.pruning.sparsity, or go on");
  }

  @Test
  void divergenceIsSaidAlsoInTheMiddleOfASchedule() {
    assertThatThrownBy(() ->
            train(
                "magnitude",
                "training.learning_rate.initial",
                "1e38",
                "method.pruning.from",
                "0",
                "method.pruning.every",
                "1"))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("learning_rate");
  }

  private TrainedRun train(String method, String... settings)
      throws IOException, TrainingException {
    epochs.clear();
    kept.clear();
    RunSpec spec =
        RunSpec.defaults()
            .with("architecture", DENSE)
            .with("method.name", Method.named(method).name())
            .with("method.pruning.sparsity", SPARSITY)
            .with("method.pruning.every", 7)
            .with("training.epochs", 12)
            .with("training.batch", 20)
            .with("training.learning_rate.initial", 0.01)
            .with("training.threads", 2);
    for (int i = 0; i < settings.length; i += 2) {
      spec = spec.with(settings[i], settings[i + 1]);
    }
    RunFolder folder = new RunFolder(temp.resolve("run" + System.nanoTime()));
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void epochDone(EpochMetrics metrics) {
            epochs.add(metrics);
            kept.add(nonZero(folder));
          }
        };
    return Training.run(spec, data, folder.root(), listener);
  }

  private static BitSet nonZero(RunFolder folder) {
    BitSet set = new BitSet();
    int at = 0;
    try {
      for (Snapshot.Layer layer : Snapshot.read(folder).layers()) {
        for (float weight : layer.theta()) {
          set.set(at++, weight != 0);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return set;
  }

  private double error(TrainedRun run) {
    return Evaluator.classify(run.pruned().model(), data.test(), 2, _ -> {}).errorPercent();
  }

  private static long kept(List<Mask> masks) {
    return masks.stream().mapToLong(Mask::kept).sum();
  }

  private static long ceil(double value) {
    return (long) Math.ceil(value);
  }

  private static long zeros(float[] weights) {
    long zeros = 0;
    for (float weight : weights) {
      zeros += weight == 0 ? 1 : 0;
    }
    return zeros;
  }

  private static double sparsity(float[] weights) {
    return (double) zeros(weights) / weights.length;
  }
}
