package dev.ockham.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.Position;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecTree;
import dev.ockham.train.SmallData;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run that is killed or stopped at any moment and resumed ends as if nothing had happened. */
@Execution(ExecutionMode.CONCURRENT)
class ResumeTest {

  private static final int KILLS_AT_STEPS = 20;
  private static final int KILLS_IN_SAVES = 5;

  /** On a busy machine the kill may come too late to cut a save short. */
  private static final int MOST_KILLS_IN_SAVES = 20;

  private static final int SCHEDULE_KILLS = 6;

  @TempDir private Path temp;

  @Test
  void killedAtTwentyRandomSteps() throws Exception {
    RunFolder whole = uninterrupted();
    long steps = Checkpoint.read(whole).position().step();
    RunFolder killed = new RunFolder(temp.resolve("killed"));
    SplittableRandom random = new SplittableRandom(20);
    List<Long> deaths = random.longs(KILLS_AT_STEPS, 1, steps + 1).sorted().boxed().toList();
    for (long step : deaths) {
      assertThat(crash(killed, "step:" + step)).isEqualTo(CrashingTrainer.KILLED);
    }
    finishAndCompare(killed, whole);
  }

  /** What is kept must follow from the checkpoint alone. */
  @ParameterizedTest
  @ValueSource(strings = {"magnitude", "random"})
  void killedInTheMiddleOfAPruningSchedule(String method) throws Exception {
    RunFolder whole = new RunFolder(temp.resolve("whole"));
    RunSpec spec = CrashingTrainer.spec(method, 2);
    resume(whole, spec);
    long steps = Checkpoint.read(whole).position().step();
    RunFolder killed = new RunFolder(temp.resolve("killed"));
    for (int death = 1; death < SCHEDULE_KILLS; death++) {
      long step = steps * death / SCHEDULE_KILLS;
      assertThat(crash(killed, "step:" + step, method)).isEqualTo(CrashingTrainer.KILLED);
    }
    finishAndCompare(killed, whole, spec);
    assertThat(hash(whole)).isNotEqualTo(hash(uninterrupted()));
  }

  @Test
  void killedDuringSaves() throws Exception {
    RunFolder whole = uninterrupted();
    RunFolder killed = new RunFolder(temp.resolve("killed"));
    int leftOvers = 0;
    for (int i = 1; i <= KILLS_IN_SAVES || (leftOvers == 0 && i <= MOST_KILLS_IN_SAVES); i++) {
      assertThat(crash(killed, "save:" + i)).isEqualTo(CrashingTrainer.KILLED);
      leftOvers += temporaries(killed).size();
    }
    assertThat(leftOvers).as("saves that were cut short").isPositive();
    finishAndCompare(killed, whole);
    assertThat(temporaries(killed)).as("temporary files left").isEmpty();
  }

  @Test
  void killedWithBatchNorm() throws Exception {
    RunFolder whole = new RunFolder(temp.resolve("whole"));
    resume(whole, CrashingTrainer.normed());
    RunFolder killed = new RunFolder(temp.resolve("killed"));
    for (String death : List.of("step:1", "step:5", "step:14", "save:1", "step:33")) {
      assertThat(crash(killed, death, "normed")).isEqualTo(CrashingTrainer.KILLED);
    }
    finishAndCompare(killed, whole, CrashingTrainer.normed());
    assertThat(Files.readAllBytes(killed.calibration()))
        .isEqualTo(Files.readAllBytes(whole.calibration()));
  }

  /** Which weights stay at 0 must follow from the checkpoint, too. */
  @Test
  void killedWhileFineTuning() throws Exception {
    RunFolder whole = new RunFolder(temp.resolve("whole"));
    resume(whole, CrashingTrainer.tuned());
    long steps = Checkpoint.read(whole).position().step();
    RunFolder killed = new RunFolder(temp.resolve("killed"));
    for (long step : new long[] {steps / 2, steps / 2 + 1, steps * 3 / 4, steps - 1}) {
      assertThat(crash(killed, "step:" + step, "tuned")).isEqualTo(CrashingTrainer.KILLED);
    }
    finishAndCompare(killed, whole, CrashingTrainer.tuned());
  }

  /** Whose tensors are no longer those that the run began with. */
  @ParameterizedTest
  @ValueSource(strings = {"shrinking", "residual"})
  void killedAfterUnitsHaveLeft(String kind) throws Exception {
    RunSpec spec =
        kind.equals("residual")
            ? CrashingTrainer.residual(temp.resolve("residual.json"))
            : CrashingTrainer.shrinking();
    RunFolder whole = new RunFolder(temp.resolve("whole"));
    resume(whole, spec);
    long steps = Checkpoint.read(whole).position().step();
    long epoch = steps / spec.training().epochs();
    RunFolder killed = new RunFolder(temp.resolve("killed"));
    boolean lost = false;
    for (long step : new long[] {3 * epoch + 1, 4 * epoch, 5 * epoch - 1, 6 * epoch + 2}) {
      assertThat(crash(killed, "step:" + step, kind)).isEqualTo(CrashingTrainer.KILLED);
      lost |= Checkpoint.read(killed).content().metadata().containsKey("live.inputs");
    }
    assertThat(lost).as("units had left before a kill").isTrue();
    finishAndCompare(killed, whole, spec);
    assertThat(Checkpoint.read(whole).content().metadata()).containsKey("live.inputs");
  }

  /** The file of the teacher may go once the run has begun; another one in its place is noticed. */
  @Test
  void killedWhileATeacherTeaches() throws Exception {
    Path file = temp.resolve("taught.safetensors");
    RunSpec spec = CrashingTrainer.taught(file);
    RunFolder whole = new RunFolder(temp.resolve("whole"));
    resume(whole, spec);
    long steps = Checkpoint.read(whole).position().step();
    RunFolder killed = new RunFolder(temp.resolve("killed"));
    for (String death : List.of("step:1", "save:1", "step:" + steps / 3, "step:" + steps / 2)) {
      assertThat(crash(killed, death, "taught")).isEqualTo(CrashingTrainer.KILLED);
    }
    byte[] teacher = Files.readAllBytes(killed.teacher());
    Files.write(killed.teacher(), Files.readAllBytes(file));
    assertThatExceptionOfType(RunException.class)
        .isThrownBy(() -> resume(killed, spec))
        .withMessageContaining("is not the teacher that the run began with");
    Files.write(killed.teacher(), teacher);
    finishAndCompare(killed, whole, spec);
    assertThat(Files.readAllBytes(killed.teacher())).isEqualTo(Files.readAllBytes(whole.teacher()));
  }

  @Test
  void stoppedInTheMiddleOfAnEpoch() throws Exception {
    RunFolder whole = uninterrupted();
    RunFolder stopped = new RunFolder(temp.resolve("stopped"));
    AtomicInteger asked = new AtomicInteger();
    RunRecord record =
        Training.train(
            CrashingTrainer.spec(2),
            SmallData.of(400),
            stopped,
            false,
            TrainingListener.SILENT,
            () -> asked.incrementAndGet() > 40);
    assertThat(record.status()).isEqualTo(RunRecord.Status.STOPPED);
    Position position = Checkpoint.read(stopped).position();
    assertThat(position.step()).isEqualTo(40);
    assertThat(position.stepInEpoch()).isPositive();
    finishAndCompare(stopped, whole);
  }

  @Test
  void anotherSeedEndsElsewhere() throws Exception {
    RunFolder whole = uninterrupted();
    RunFolder other = new RunFolder(temp.resolve("other"));
    Training.train(
        SpecTree.of(CrashingTrainer.spec(2)).with("training.seed", "2", "test").toSpec(),
        SmallData.of(400),
        other,
        false,
        TrainingListener.SILENT,
        () -> false);
    assertThat(hash(other)).isNotEqualTo(hash(whole));
  }

  private RunFolder uninterrupted() throws IOException, TrainingException {
    RunFolder folder = new RunFolder(temp.resolve("uninterrupted"));
    resume(folder);
    return folder;
  }

  private static RunRecord resume(RunFolder folder) throws IOException, TrainingException {
    return resume(folder, CrashingTrainer.spec(2));
  }

  private static RunRecord resume(RunFolder folder, RunSpec spec)
      throws IOException, TrainingException {
    return Training.train(
        spec, SmallData.of(400), folder, true, TrainingListener.SILENT, () -> false);
  }

  private static void finishAndCompare(RunFolder resumed, RunFolder whole) throws Exception {
    finishAndCompare(resumed, whole, CrashingTrainer.spec(2));
  }

  private static void finishAndCompare(RunFolder resumed, RunFolder whole, RunSpec spec)
      throws Exception {
    assertThat(resume(resumed, spec).status()).isEqualTo(RunRecord.Status.FINISHED);
    assertThat(hash(resumed)).isEqualTo(hash(whole));
    assertThat(withoutSeconds(resumed)).isEqualTo(withoutSeconds(whole));
    assertThat(Files.readAllBytes(resumed.model())).isEqualTo(Files.readAllBytes(whole.model()));
  }

  /** Over all parameters and all optimiser state. */
  private static String hash(RunFolder folder) throws IOException {
    return Checkpoint.read(folder).content().weightsSha256();
  }

  private static List<String> withoutSeconds(RunFolder folder) throws IOException {
    return Files.readAllLines(folder.metrics()).stream()
        .map(line -> line.replaceAll(",\"seconds\":[^}]*", ""))
        .toList();
  }

  private static List<Path> temporaries(RunFolder folder) throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(folder.checkpoints(), ".*ockham-tmp")) {
      files.forEach(found::add);
    }
    return found;
  }

  /** Runs {@link CrashingTrainer} in a JVM with this one's flags; returns its exit code. */
  private static int crash(RunFolder folder, String death, String... more)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    // It lives for seconds: what compiles longer, or collects in parallel, costs more than it
    // gains.
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(CrashingTrainer.class.getName(), folder.root().toString(), death));
    command.addAll(List.of(more));
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    return process.waitFor();
  }
}
