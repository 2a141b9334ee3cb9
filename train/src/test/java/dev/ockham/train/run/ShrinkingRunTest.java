package dev.ockham.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.evaluate.Evaluator;
import dev.ockham.core.metrics.Classification;
import dev.ockham.core.prune.LiveUnits;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.train.SmallData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a run whose network has lost units on the way. */
class ShrinkingRunTest {

  @TempDir private Path temp;

  private final Dataset data = SmallData.of(400);
  private final List<EpochMetrics> epochs = new ArrayList<>();

  private TrainedRun train(String name, RunSpec spec) throws Exception {
    epochs.clear();
    return Training.run(
        spec,
        data,
        temp.resolve(name),
        new TrainingListener() {
          @Override
          public void epochDone(EpochMetrics metrics) {
            epochs.add(metrics);
          }
        });
  }

  @Test
  void unitsLeaveAndEverythingElseWorksAsBefore() throws Exception {
    RunSpec spec = CrashingTrainer.shrinking();
    TrainedRun run = train("run", spec);

    Architecture architecture = Architectures.parse(spec.architecture());
    LiveUnits live = Checkpoint.read(run.folder()).live(architecture);
    assertThat(epochs.getFirst().liveUnits()).isEqualTo("48-24-4");
    assertThat(epochs.get(4).liveUnits()).isNotEqualTo("48-24-4");
    assertThat(live.architecture().weights()).isLessThan(architecture.weights() / 2);

    // What is left has its old numbers, and what has left is gone at every threshold.
    Snapshot snapshot = run.snapshot();
    assertThat(snapshot.architecture()).isEqualTo(architecture);
    long left = snapshot.masksAt(Double.POSITIVE_INFINITY).stream().mapToLong(Mask::kept).sum();
    assertThat(left).isEqualTo(live.architecture().weights());
    assertThat(snapshot.masksTo(0).masks().stream().mapToLong(Mask::kept).sum()).isEqualTo(left);
    Classification byFile =
        Evaluator.classify(ModelFile.load(run.folder().model()).model(), data.train());
    Classification bySnapshot =
        Evaluator.classify(snapshot.pruned(snapshot.masksAt(snapshot.threshold())), data.train());
    assertThat(byFile).isEqualTo(bySnapshot);
    assertThat(byFile.errorPercent()).isLessThan(5);
    assertThat(MonteCarlo.classify(run.folder(), data.train(), 4, 2, _ -> {}).errorPercent())
        .isCloseTo(byFile.errorPercent(), within(5.0));

    TrainedRun next =
        train("next", spec.with("training.init_from", run.folder().root().toString()));
    assertThat(epochs.getFirst().liveUnits()).isEqualTo("48-24-4");
    assertThat(Evaluator.classify(next.pruned().model(), data.train()).errorPercent())
        .isLessThan(5);
  }

  @Test
  void withoutShrinkingAllUnitsStayAndTheResultIsAsGood() throws Exception {
    RunSpec spec = CrashingTrainer.shrinking().with("training.shrink", false);
    TrainedRun run = train("run", spec);
    assertThat(epochs).allMatch(epoch -> epoch.liveUnits().equals("48-24-4"));
    assertThat(Checkpoint.read(run.folder()).live(run.snapshot().architecture()).isAll()).isTrue();
    assertThat(Evaluator.classify(run.pruned().model(), data.train()).errorPercent()).isLessThan(5);
  }
}
