package dev.ockham.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.evaluate.Evaluator;
import dev.ockham.core.metrics.Classification;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.prune.UnitSelection;
import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.model.Model;
import dev.ockham.train.SmallData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
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
    UnitSelection live = Checkpoint.read(run.folder()).live(architecture);
    assertThat(epochs.getFirst().unitsInTraining()).isEqualTo("48-24-4");
    assertThat(epochs.get(4).unitsInTraining()).isNotEqualTo("48-24-4");
    assertThat(live.live().weights()).isLessThan(architecture.weights() / 2);

    // What is left has its old numbers, and what has left is gone at every threshold.
    Snapshot snapshot = run.snapshot();
    assertThat(snapshot.architecture()).isEqualTo(architecture);
    long left = snapshot.masksAt(Double.POSITIVE_INFINITY).stream().mapToLong(Mask::kept).sum();
    assertThat(left).isEqualTo(live.live().weights());
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
    assertThat(epochs.getFirst().unitsInTraining()).isEqualTo("48-24-4");
    assertThat(Evaluator.classify(next.pruned().model(), data.train()).errorPercent())
        .isLessThan(5);
  }

  @Test
  void channelsLeaveToo() throws Exception {
    RunSpec spec =
        CrashingTrainer.shrinking()
            .with("architecture", "net:1x8x8-conv12x3-pool2-relu-flatten-dense24-relu-dense4");
    UnitSelection live = losesUnits(spec, "12-24-4");
    assertThat(live.units("conv1").length).isLessThan(12);
  }

  @Test
  void unitsLeaveThroughBatchNorms() throws Exception {
    RunSpec spec =
        CrashingTrainer.shrinking()
            .with(
                "architecture", "net:1x8x8-conv12x3-bn-pool2-relu-flatten-dense24-bn-relu-dense4");
    UnitSelection live = losesUnits(spec, "12-24-4");
    assertThat(live.units("dense1").length).isLessThan(24);
    assertThat(live.units("bn2")).isEqualTo(live.units("dense1"));
    assertThat(live.live().parameter("bn2.scale").shape().size())
        .isEqualTo(live.units("dense1").length);
  }

  /** A channel leaves a sum together with all that are added up in it. */
  @Tag("long")
  @Test
  void channelsLeaveASum() throws Exception {
    RunSpec spec = CrashingTrainer.residual(temp.resolve("residual.json"));
    UnitSelection live = losesUnits(spec, "12-12-12-4");
    assertThat(live.units("add1").length).isLessThan(12);
    assertThat(live.units("conv1")).isEqualTo(live.units("add1"));
    assertThat(live.units("conv3")).isEqualTo(live.units("add1"));
  }

  /**
   * Trains, looks at what is left, and trains again, stopped and resumed at each end of an epoch.
   *
   * @param units in the first epoch
   */
  private UnitSelection losesUnits(RunSpec spec, String units) throws Exception {
    TrainedRun run = train("run", spec);
    assertThat(epochs.getFirst().unitsInTraining()).isEqualTo(units);
    assertThat(epochs.getLast().unitsInTraining()).isNotEqualTo(units);
    UnitSelection live = Checkpoint.read(run.folder()).live(run.snapshot().architecture());
    assertThat(live.live().weights()).isLessThan(live.original().weights());
    Model model = ModelFile.load(run.folder().model()).model();
    Classification byFile = Evaluator.classify(model, data.train());
    assertThat(byFile.errorPercent()).isLessThan(5);
    assertThat(Evaluator.classify(model, run.validation(data)).nll())
        .as("Java on the model file, libtorch on what is left of the live network")
        .isCloseTo((Double) run.record().last().get("pruned_validation_nll"), within(1e-4));
    assertThat(MonteCarlo.classify(run.folder(), data.train(), 4, 2, _ -> {}).errorPercent())
        .isCloseTo(byFile.errorPercent(), within(5.0));

    RunFolder folder = new RunFolder(temp.resolve("stopped"));
    RunRecord record;
    do {
      AtomicBoolean ended = new AtomicBoolean();
      TrainingListener listener =
          new TrainingListener() {
            @Override
            public void epochDone(EpochMetrics metrics) {
              ended.set(true);
            }
          };
      record = Training.train(spec, data, folder, true, listener, ended::get);
    } while (record.status() == RunRecord.Status.STOPPED);
    assertThat(Files.readAllBytes(folder.checkpoint()))
        .isEqualTo(Files.readAllBytes(run.folder().checkpoint()));
    assertThat(Files.readAllBytes(folder.model()))
        .isEqualTo(Files.readAllBytes(run.folder().model()));
    return live;
  }

  /** Of a run that has lost units, the others' places are free again. */
  @Test
  void missingUnitsCanLearnInARunThatStartsFromTheRest() throws Exception {
    RunSpec spec = CrashingTrainer.shrinking();
    TrainedRun run = train("run", spec);
    RunSpec dense =
        RunSpec.defaults()
            .with("architecture", spec.architecture())
            .with("data.name", spec.data().name())
            .with("training.init_from", run.folder().root().toString())
            .with("method.name", "none")
            .withThreads(1)
            .withEpochs(2);
    Snapshot snapshot = train("next", dense).snapshot();
    int unit = firstMissing(Checkpoint.read(run.folder()).live(snapshot.architecture()));
    float[] behind = snapshot.layers().get(1).theta();
    int units = snapshot.layers().get(1).weights().fanIn();
    assertThat(IntStream.range(0, behind.length).filter(i -> i % units == unit))
        .anyMatch(i -> behind[i] != 0);
  }

  private static int firstMissing(UnitSelection live) {
    Set<Integer> left = Arrays.stream(live.units("dense1")).boxed().collect(Collectors.toSet());
    return IntStream.range(0, 48).filter(i -> !left.contains(i)).findFirst().orElseThrow();
  }

  @Test
  void withoutShrinkingAllUnitsStayAndTheResultIsAsGood() throws Exception {
    RunSpec spec = CrashingTrainer.shrinking().with("training.shrink", false);
    TrainedRun run = train("run", spec);
    assertThat(epochs).allMatch(epoch -> epoch.unitsInTraining().equals("48-24-4"));
    assertThat(Checkpoint.read(run.folder()).live(run.snapshot().architecture()).isAll()).isTrue();
    assertThat(Evaluator.classify(run.pruned().model(), data.train()).errorPercent()).isLessThan(5);
  }
}
