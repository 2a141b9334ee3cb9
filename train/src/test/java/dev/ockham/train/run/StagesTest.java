package dev.ockham.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.method.Method;
import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.run.MetricsLog;
import dev.ockham.core.run.Position;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.FineTune;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.Schedule;
import dev.ockham.core.spec.SpecException;
import dev.ockham.train.SmallData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StagesTest {

  private static final FineTune HALF_A_POINT = new FineTune(8, 1e-3, 0, 2, 0.5);

  @TempDir private Path temp;

  /**
   * Of 10,000 examples, so many are wrong only now, and so many were only before. By hand: the
   * standard error is close to √(now + before) / 10,000, its bound 0.8416 of that, and what may be
   * lost 50 examples.
   */
  @ParameterizedTest
  @CsvSource({
    "0, 0, true",
    "40, 0, true", // 40 + 0.8416·6.3 = 45
    "49, 0, false", // 49 + 0.8416·7 = 55
    "140, 105, true", // 35 + 0.8416·15.7 = 48
    "140, 100, false", // 40 + 0.8416·15.5 = 53
    "100, 140, true",
  })
  void errorsMayGrowByHalfAPointWithItsBound(int worse, int better, boolean holds) {
    double[] before = new double[10_000];
    double[] now = new double[before.length];
    Arrays.fill(now, 0, worse, 1);
    Arrays.fill(before, worse, worse + better, 1);
    Arrays.fill(now, 5000, 5200, 1);
    Arrays.fill(before, 5000, 5200, 1);
    assertThat(Stages.holds(HALF_A_POINT, false, before, now)).isEqualTo(holds);
  }

  /** One in a hundred is a whole point, with a standard error as large. */
  @Test
  void whereExamplesAreFewNothingMayBeLost() {
    double[] before = new double[100];
    double[] now = new double[100];
    assertThat(Stages.holds(HALF_A_POINT, false, before, now)).isTrue();
    now[3] = 1;
    assertThat(Stages.holds(HALF_A_POINT, false, before, now)).isFalse();
    before[7] = 1;
    assertThat(Stages.holds(HALF_A_POINT, false, before, now)).isTrue();
  }

  /** 1.0404 times the mean square, without chance. */
  @Test
  void squaredErrorsMayGrowByFourPerCent() {
    double[] before = new double[50];
    double[] now = new double[50];
    Arrays.fill(before, 2);
    Arrays.fill(now, 2 * 1.04);
    assertThat(Stages.holds(HALF_A_POINT, true, before, now)).isTrue();
    Arrays.fill(now, 2 * 1.041);
    assertThat(Stages.holds(HALF_A_POINT, true, before, now)).isFalse();
  }

  /** At a loss that nothing reaches, every stage counts, and each has half of the one before. */
  @Test
  void halfOfTheWeightsGoBetweenStages() throws Exception {
    RunFolder folder = new RunFolder(temp.resolve("run"));
    train(staged(100), folder, Long.MAX_VALUE);
    List<Long> left = new ArrayList<>();
    for (EpochMetrics epoch : MetricsLog.read(folder.metrics(), architecture(folder))) {
      left.add(epoch.layers().stream().mapToLong(EpochMetrics.LayerCount::kept).sum());
    }
    assertThat(left).hasSize(10);
    long first = left.get(5);
    assertThat(first).isPositive().isLessThanOrEqualTo(weights(folder) / 4);
    assertThat(left.get(7)).isLessThanOrEqualTo(first / 2).isGreaterThan(first / 3);
    assertThat(left.get(9)).isLessThanOrEqualTo(first / 4).isGreaterThan(first / 6);
    assertThat(Checkpoint.read(folder).position().epoch()).isEqualTo(10);
  }

  /** Two stages hold and the third does not; checkpoints hold no tensors. */
  @Test
  void theLastStageThatHoldsIsTheOneThatCounts() throws Exception {
    List<Integer> kept = new ArrayList<>();
    Stages stages = scripted(kept);
    assertThat(ends(stages, 0, 1)).as("before anything is learnt").isFalse();
    assertThat(ends(stages, 1, 0)).as("the network before noise").isFalse();
    assertThat(ends(stages, 3, 1)).as("noise").isFalse();
    assertThat(ends(stages, 5, 1)).as("within a stage").isFalse();
    assertThat(ends(stages, 6, 0)).as("the first stage").isFalse();
    assertThat(ends(stages, 8, 0)).as("the second stage").isFalse();
    assertThat(ends(stages, 10, 1)).as("the third stage").isTrue();
    stages.restore(at(10));
    assertThat(Checkpoint.read(folder()).position().epoch()).isEqualTo(8);
    assertThat(kept).containsExactly(8, 10);
  }

  @Test
  void theFirstStageStaysInAnyCase() throws Exception {
    List<Integer> kept = new ArrayList<>();
    Stages stages = scripted(kept);
    assertThat(ends(stages, 1, 0)).isFalse();
    assertThat(ends(stages, 6, 1)).isTrue();
    stages.restore(at(6));
    assertThat(Checkpoint.read(folder()).position().epoch()).isEqualTo(6);
    assertThat(kept).as("what it may cost").containsExactly(-1);
  }

  /** What the network before noise gets wrong is that of the best epoch. */
  @Test
  void theBestEpochBeforeNoiseIsTheOneToCompareWith() throws Exception {
    Stages stages = scripted(new ArrayList<>());
    assertThat(ends(stages, 1, 0)).isFalse();
    byte[] best = Files.readAllBytes(folder().mistakesBefore());
    assertThat(ends(stages, 1, 1)).isFalse();
    assertThat(Files.readAllBytes(folder().mistakesBefore())).isEqualTo(best);
  }

  private RunFolder folder() {
    return new RunFolder(temp.resolve("scripted"));
  }

  private Stages scripted(List<Integer> kept) throws Exception {
    Files.createDirectories(folder().checkpoints());
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void kept(int best, int last) {
            kept.addAll(List.of(best, last));
          }

          @Override
          public void losesMore(double points) {
            kept.add(-1);
          }
        };
    return new Stages(folder(), Plan.of(staged(0.5), 100), false, listener);
  }

  private boolean ends(Stages stages, int epoch, double mistake) throws Exception {
    Checkpoint.write(folder(), at(epoch), Map.of());
    return stages.ends(
        at(epoch), new Stages.Look(() -> new double[] {mistake, mistake, 0}, () -> true));
  }

  private static Position at(int epoch) {
    return new Position(epoch, 0, 10L * epoch, 0, 0, 0, 0);
  }

  @Test
  void killedAnywhereItEndsTheSame() throws Exception {
    RunSpec spec = staged(100);
    RunFolder whole = new RunFolder(temp.resolve("whole"));
    train(spec, whole, Long.MAX_VALUE);
    long steps = Checkpoint.read(whole).position().step();
    RunFolder stopped = new RunFolder(temp.resolve("stopped"));
    for (long at = steps / 10; at < steps; at += steps / 7) {
      train(spec, stopped, at);
    }
    train(spec, stopped, Long.MAX_VALUE);
    assertThat(Files.readAllBytes(stopped.model())).isEqualTo(Files.readAllBytes(whole.model()));
    assertThat(Checkpoint.read(stopped).content().weightsSha256())
        .isEqualTo(Checkpoint.read(whole).content().weightsSha256());
    assertThat(Files.readAllBytes(stopped.mistakesBefore()))
        .isEqualTo(Files.readAllBytes(whole.mistakesBefore()));
  }

  /** A schedule that was left open is recorded in numbers, which give the same bytes. */
  @Test
  void aScheduleLeftToTheRunIsRecordedInNumbers() throws Exception {
    RunSpec open =
        CrashingTrainer.spec("sparse-vd", 1)
            .with("training.pretrain_epochs", 0)
            .with("training.schedule", "auto")
            .withEpochs(20);
    RunFolder folder = new RunFolder(temp.resolve("open"));
    train(open, folder, 100);
    RunSpec recorded = RunRecord.read(folder).spec();
    assertThat(recorded.training().schedule()).isEqualTo(Schedule.STATED);
    assertThat(recorded.training().pretrainEpochs()).isEqualTo(3);
    assertThat(recorded.training().fineTune().stages()).isEqualTo(3);
    assertThat(recorded.training().klWeight().last()).isBetween(0.01, 1.0);
    train(open, folder, Long.MAX_VALUE);
    assertThat(RunRecord.read(folder).spec()).isEqualTo(recorded);

    RunFolder stated = new RunFolder(temp.resolve("stated"));
    train(recorded, stated, Long.MAX_VALUE);
    assertThat(Files.readAllBytes(stated.model())).isEqualTo(Files.readAllBytes(folder.model()));
  }

  @Test
  void stagesNeedExamplesToJudgeThem() {
    RunSpec spec = staged(0.5).with("data.validation", 0);
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(() -> train(spec, new RunFolder(temp.resolve("none")), Long.MAX_VALUE))
        .withMessageContaining("training.fine_tune.stages is 3");
  }

  /** Ten epochs: one without noise, three with it, three stages of two. */
  private static RunSpec staged(double mostLoss) {
    return CrashingTrainer.spec(Method.SPARSE_VD.name(), 1)
        .withEpochs(10)
        .with("training.gradual_pruning.from", 0)
        .with("training.gradual_pruning.sparsity", 0.75)
        .with("training.fine_tune.epochs", 6)
        .with("training.fine_tune.stages", 3)
        .with("training.fine_tune.most_loss", mostLoss);
  }

  private static void train(RunSpec spec, RunFolder folder, long stopAt) throws Exception {
    AtomicLong step = new AtomicLong();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void stepped(Position position) {
            step.set(position.step());
          }
        };
    Training.train(spec, SmallData.of(400), folder, true, listener, () -> step.get() >= stopAt);
  }

  private static Architecture architecture(RunFolder folder) throws Exception {
    return Snapshot.read(folder).architecture();
  }

  private static long weights(RunFolder folder) throws Exception {
    return architecture(folder).weightTensors().stream().mapToLong(WeightTensor::weights).sum();
  }
}
