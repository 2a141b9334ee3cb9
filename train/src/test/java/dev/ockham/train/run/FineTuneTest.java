package dev.ockham.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.method.Method;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.train.SmallData;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FineTuneTest {

  @TempDir private Path temp;

  @ParameterizedTest
  @ValueSource(strings = {"sparse-vd", "ard", "bnn"})
  void whatIsPrunedStaysAtZeroAndTheRestMoves(String method) throws Exception {
    RunSpec tuned =
        CrashingTrainer.spec(method, 1).withThreshold(-2).with("training.fine_tune.epochs", 3);
    RunFolder folder = new RunFolder(temp.resolve("run"));
    long firstTuned = 3 * steps(tuned) / 6;
    Training.train(
        tuned, SmallData.of(400), folder, false, TrainingListener.SILENT, stopAfter(firstTuned));
    Snapshot before = Snapshot.read(folder);
    Training.train(tuned, SmallData.of(400), folder, true, TrainingListener.SILENT, () -> false);
    Snapshot after = Snapshot.read(folder);

    List<Mask> kept = before.masksAt(before.threshold());
    int gone = 0;
    int moved = 0;
    for (int layer = 0; layer < kept.size(); layer++) {
      float[] was = before.layers().get(layer).theta();
      float[] is = after.layers().get(layer).theta();
      for (int i = 0; i < is.length; i++) {
        if (!kept.get(layer).keeps(i)) {
          assertThat(is[i]).isZero();
          assertThat(after.masksAt(after.threshold()).get(layer).keeps(i)).isFalse();
          gone++;
        } else if (is[i] != was[i]) {
          moved++;
        }
      }
    }
    assertThat(gone).isPositive();
    assertThat(moved).isPositive();
  }

  /** Stopped where an epoch begins, a run shows what that epoch starts with. */
  @ParameterizedTest
  @ValueSource(strings = {"sparse-vd", "ard", "bnn"})
  void gradualPruningSetsWeightsToZeroBeforeAnEpoch(String method) throws Exception {
    RunSpec gradual =
        CrashingTrainer.spec(method, 1)
            .withThreshold(-2)
            .with("training.shrink", false)
            .with("training.gradual_pruning.from", 0.5)
            .with("training.gradual_pruning.first", 0);
    RunSpec never =
        CrashingTrainer.spec(method, 1).withThreshold(-2).with("training.shrink", false);
    double threshold = -0.4; // Epoch 4 of 1 to 5 is a fifth of the way from 0 to -2.
    Snapshot pruned = stoppedBeforeTheFifthEpoch(gradual, "gradual");
    Snapshot whole = stoppedBeforeTheFifthEpoch(never, "never");

    long gone = 0;
    for (int layer = 0; layer < pruned.layers().size(); layer++) {
      Mask kept = pruned.masksAt(threshold).get(layer);
      float[] theta = pruned.layers().get(layer).theta();
      for (int i = 0; i < theta.length; i++) {
        assertThat(theta[i] == 0).as("layer %s, weight %s", layer, i).isEqualTo(!kept.keeps(i));
      }
      gone += theta.length - kept.kept();
      for (float was : whole.layers().get(layer).theta()) {
        assertThat(was).isNotZero();
      }
    }
    assertThat(gone).isPositive();
  }

  @ParameterizedTest
  @CsvSource({"sparse-vd, 2, true", "sparse-vd, 0, false", "sparse-vd, 0, true", "ard, 2, false"})
  void gradualPruningEndsAtItsSparsity(String method, int tuned, boolean shrink) throws Exception {
    RunSpec spec =
        CrashingTrainer.spec(method, 1)
            .withThreshold(20)
            .with("training.shrink", shrink)
            .with("training.fine_tune.epochs", tuned)
            .with("training.gradual_pruning.from", 0.2)
            .with("training.gradual_pruning.until", 0.8)
            .with("training.gradual_pruning.sparsity", 0.97);
    Snapshot end = trained(spec, "run");
    long all = end.architecture().weights();
    long left = 0;
    for (Snapshot.Layer layer : end.layers()) {
      for (float theta : layer.theta()) {
        left += theta == 0 ? 0 : 1;
      }
    }
    assertThat(left).isEqualTo(Mask.keptAt(0.97, all));
  }

  /** At a learning rate that does not move weights, but for what is theirs to lose. */
  @ParameterizedTest
  @ValueSource(strings = {"sparse-vd", "ard"})
  void weightDecayMakesEveryWeightSmaller(String method) throws Exception {
    RunSpec plain =
        CrashingTrainer.spec(method, 1)
            .with("training.shrink", false)
            .with("training.fine_tune.epochs", 2)
            .with("training.fine_tune.learning_rate", 1e-9);
    RunSpec decaying = plain.with("training.fine_tune.weight_decay", 1e7);
    double left = 1;
    int steps = 2 * Plan.of(decaying, 360).stepsPerEpoch();
    for (int step = 0; step < steps; step++) {
      left *= 1 - 1e-9 * (1 - (double) step / steps) * 1e7;
    }
    Snapshot whole = trained(plain, "plain");
    Snapshot smaller = trained(decaying, "decaying");
    assertThat(smaller.plain().keySet())
        .containsExactly("dense1.bias", "dense2.bias", "dense3.bias");
    smaller
        .plain()
        .forEach((bias, values) ->
            assertThat(values)
                .containsExactly(Objects.requireNonNull(whole.plain().get(bias)), within(1e-6f)));

    for (int layer = 0; layer < whole.layers().size(); layer++) {
      float[] was = whole.layers().get(layer).theta();
      float[] is = smaller.layers().get(layer).theta();
      for (int i = 0; i < is.length; i++) {
        assertThat((double) is[i]).isCloseTo(left * was[i], within(1e-6));
      }
    }
  }

  private Snapshot trained(RunSpec spec, String name) throws Exception {
    RunFolder folder = new RunFolder(temp.resolve(name));
    Training.train(spec, SmallData.of(400), folder, false, TrainingListener.SILENT, () -> false);
    return Snapshot.read(folder);
  }

  private Snapshot stoppedBeforeTheFifthEpoch(RunSpec spec, String name) throws Exception {
    RunFolder folder = new RunFolder(temp.resolve(name));
    Training.train(
        spec,
        SmallData.of(400),
        folder,
        false,
        TrainingListener.SILENT,
        stopAfter(4 * steps(spec) / 6));
    return Snapshot.read(folder);
  }

  private static long steps(RunSpec spec) {
    return Plan.of(spec, 360).steps();
  }

  private static BooleanSupplier stopAfter(long steps) {
    long[] asked = {0};
    return () -> asked[0]++ >= steps;
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "vd-a", "magnitude", "sbp", "l0"})
  void refusedWhereNoWeightsArePrunedAtTheEnd(String method) {
    RunSpec spec = RunSpec.defaults().with("method.name", method);
    assertThatThrownBy(() -> spec.with("training.fine_tune.epochs", 1))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("training.fine_tune.epochs is 1")
        .hasMessageContaining(method);
    assertThatThrownBy(() -> spec.with("training.gradual_pruning.from", 0.5))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("training.gradual_pruning.from is 0.5")
        .hasMessageContaining(method);
  }

  @Test
  void aSparsityNeedsNoisyEpochsAndAVarianceOfEachWeight() {
    RunSpec spec =
        RunSpec.defaults()
            .bayesian(Method.SPARSE_VD)
            .withEpochs(4)
            .with("training.gradual_pruning.from", 0.5)
            .with("training.gradual_pruning.sparsity", 0.9);
    assertThatThrownBy(() -> spec.with("training.pretrain_epochs", 4))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("training.pretrain_epochs, 4, leaves no noisy epoch");
    assertThatThrownBy(() -> spec.with("method.name", "sparse-vd-multiplicative"))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("training.gradual_pruning.sparsity is 0.9, but method");
  }

  @Test
  void needsAnEpochBeforeIt() {
    RunSpec spec =
        RunSpec.defaults()
            .bayesian(Method.SPARSE_VD)
            .withEpochs(4)
            .with("training.pretrain_epochs", 1);
    assertThatThrownBy(() -> spec.with("training.fine_tune.epochs", 3))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("nothing is left of training.epochs, 4");
    assertThatThrownBy(() -> spec.with("training.fine_tune.epochs", -1))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("training.fine_tune.epochs");
  }

  @Test
  void weightDecayNeedsEpochsAndLeavesAtLeastHalf() {
    RunSpec spec = RunSpec.defaults().bayesian(Method.SPARSE_VD);
    assertThatThrownBy(() -> spec.with("training.fine_tune.weight_decay", 0.1))
        .isInstanceOf(SpecException.class)
        .hasMessage("training.fine_tune.weight_decay is 0.1, but training.fine_tune.epochs is 0");
    RunSpec tuned = spec.with("training.fine_tune.epochs", 3);
    assertThatThrownBy(() -> tuned.with("training.fine_tune.weight_decay", 501))
        .isInstanceOf(SpecException.class)
        .hasMessage("training.fine_tune.weight_decay is 501; it must be from 0 to 500");
    assertThatThrownBy(() -> tuned.with("training.fine_tune.weight_decay", -1))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("training.fine_tune.weight_decay is -1");
    assertThat(tuned.with("training.fine_tune.weight_decay", 0.1).dense().training().fineTune())
        .isEqualTo(RunSpec.defaults().training().fineTune());
  }
}
