package dev.ockham.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ockham.core.prune.UnitSelection;
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
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A run that is killed or stopped at any moment and resumed ends as if nothing had happened.
 *
 * <p>A kill is the end of a process, which costs seconds to start. So each kind of run has some of
 * those, and the files that other kills would leave, since a run has nothing else; {@code
 * -Dockham.kills=processes} kills a process each time.
 */
@Execution(ExecutionMode.CONCURRENT)
class ResumeTest {

  private static final boolean PROCESSES_ALWAYS =
      System.getProperty("ockham.kills", "").equals("processes");

  private static final int KILLS_AT_STEPS = PROCESSES_ALWAYS ? 12 : 8;

  private static final int KILLS_IN_SAVES = PROCESSES_ALWAYS ? 5 : 2;

  /** On a busy machine the kill may come too late to cut a save short. */
  private static final int MOST_KILLS_IN_SAVES = 20;

  private static final int LOOKS_FOR_A_SAVE = 5;

  private static final int SCHEDULE_KILLS = 6;

  @TempDir private Path temp;

  @Tag("long")
  @Test
  void killedAtRandomSteps() throws Exception {
    RunFolder whole = uninterrupted();
    long steps = Checkpoint.read(whole).position().step();
    RunFolder killed = new RunFolder(temp.resolve("killed"));
    SplittableRandom random = new SplittableRandom(20);
    List<Long> deaths = random.longs(KILLS_AT_STEPS, 1, steps + 1).sorted().boxed().toList();
    for (int death = 0; death < deaths.size(); death++) {
      boolean process = death == KILLS_AT_STEPS / 2;
      kill(killed, deaths.get(death), process, CrashingTrainer.spec(2), "sparse-vd");
    }
    finishAndCompare(killed, whole);
  }

  /** What is kept must follow from the checkpoint alone. */
  @Tag("long")
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
      kill(killed, step, death == SCHEDULE_KILLS / 2, spec, method);
    }
    finishAndCompare(killed, whole, spec);
    assertThat(hash(whole)).isNotEqualTo(hash(uninterrupted()));
  }

  @Tag("long")
  @Test
  void killedDuringSaves() throws Exception {
    RunFolder whole = uninterrupted();
    RunFolder killed = new RunFolder(temp.resolve("killed"));
    int leftOvers = 0;
    for (int i = 1; i <= KILLS_IN_SAVES || (leftOvers == 0 && i <= MOST_KILLS_IN_SAVES); i++) {
      crashInSave(killed, i);
      leftOvers += temporaries(killed).size();
    }
    assertThat(leftOvers).as("saves that were cut short").isPositive();
    finishAndCompare(killed, whole);
    assertThat(temporaries(killed)).as("temporary files left").isEmpty();
  }

  @Tag("long")
  @Test
  void killedWithBatchNorm() throws Exception {
    RunFolder whole = new RunFolder(temp.resolve("whole"));
    resume(whole, CrashingTrainer.normed());
    RunFolder killed = new RunFolder(temp.resolve("killed"));
    RunSpec spec = CrashingTrainer.normed();
    kill(killed, 1, false, spec, "normed");
    kill(killed, 5, false, spec, "normed");
    kill(killed, 14, false, spec, "normed");
    crashInSave(killed, 1, "normed");
    kill(killed, 33, false, spec, "normed");
    finishAndCompare(killed, whole, CrashingTrainer.normed());
    assertThat(Files.readAllBytes(killed.calibration()))
        .isEqualTo(Files.readAllBytes(whole.calibration()));
  }

  /** Which weights stay at 0 must follow from the checkpoint, too. */
  @Test
  void killedWhileFineTuning() throws Exception {
    RunFolder whole = new RunFolder(temp.resolve("whole"));
    RunSpec spec = CrashingTrainer.tuned();
    resume(whole, spec);
    long steps = Checkpoint.read(whole).position().step();
    RunFolder killed = new RunFolder(temp.resolve("killed"));
    for (long step : new long[] {steps / 2, steps / 2 + 1, steps * 3 / 4, steps - 1}) {
      kill(killed, step, false, spec, "tuned");
    }
    finishAndCompare(killed, whole, spec);
  }

  /** Whose tensors are no longer those that the run began with. */
  @Tag("long")
  @ParameterizedTest
  @ValueSource(strings = {"shrinking", "residual"})
  void killedAfterUnitsHaveLeft(String kind) throws Exception {
    RunSpec spec =
        kind.equals("residual")
            ? CrashingTrainer.residual(temp.resolve("residual.json"))
            : CrashingTrainer.shrinking();
    killAfterUnitsHaveLeft(kind, spec, true);
  }

  @Tag("long")
  @Test
  void killedAfterUnitsHaveLeftASum() throws Exception {
    RunSpec spec = CrashingTrainer.sum(temp.resolve("sum.json"));
    RunFolder whole = killAfterUnitsHaveLeft("sum", spec, false);
    UnitSelection live = Checkpoint.read(whole).live(whole.architecture(spec));
    assertThat(live.units("add1").length).isLessThan(24);
    assertThat(live.units("dense1")).isEqualTo(live.units("add1"));
  }

  private RunFolder killAfterUnitsHaveLeft(String kind, RunSpec spec, boolean processes)
      throws Exception {
    RunFolder whole = new RunFolder(temp.resolve("whole"));
    resume(whole, spec);
    long steps = Checkpoint.read(whole).position().step();
    long epoch = steps / spec.training().epochs();
    RunFolder killed = new RunFolder(temp.resolve("killed"));
    boolean lost = false;
    for (long step : new long[] {3 * epoch + 1, 4 * epoch, 5 * epoch - 1, 6 * epoch + 2}) {
      kill(killed, step, processes && step == 5 * epoch - 1, spec, kind);
      lost |= Checkpoint.read(killed).content().metadata().containsKey("live.inputs");
    }
    assertThat(lost).as("units had left before a kill").isTrue();
    finishAndCompare(killed, whole, spec);
    assertThat(Checkpoint.read(whole).content().metadata()).containsKey("live.inputs");
    return whole;
  }

  /** The file of the teacher may go once the run has begun; another one in its place is noticed. */
  @Tag("long")
  @Test
  void killedWhileATeacherTeaches() throws Exception {
    Path file = temp.resolve("taught.safetensors");
    RunSpec spec = CrashingTrainer.taught(file);
    RunFolder whole = new RunFolder(temp.resolve("whole"));
    resume(whole, spec);
    long steps = Checkpoint.read(whole).position().step();
    RunFolder killed = new RunFolder(temp.resolve("killed"));
    kill(killed, 1, false, spec, "taught");
    crashInSave(killed, 1, "taught");
    kill(killed, steps / 3, false, spec, "taught");
    kill(killed, steps / 2, false, spec, "taught");
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

  /**
   * Lets a run go on until it is killed after a step.
   *
   * @param process whether a process of its own is killed, or the files are kept that it would
   *     leave
   */
  private static void kill(RunFolder folder, long step, boolean process, RunSpec spec, String kind)
      throws Exception {
    if (process || PROCESSES_ALWAYS) {
      assertThat(crash(folder, "step:" + step, kind)).isEqualTo(CrashingTrainer.KILLED);
      return;
    }
    Path left = folder.root().resolveSibling(folder.root().getFileName() + "-left");
    AtomicInteger asked = new AtomicInteger();
    TrainingListener keep =
        new TrainingListener() {
          @Override
          public void stepped(Position position) {
            if (position.step() == step) {
              copy(folder.root(), left);
              asked.incrementAndGet();
            }
          }
        };
    // What it still does in the old folder is gone with it.
    Training.train(spec, SmallData.of(400), folder, true, keep, () -> asked.get() > 0);
    assertThat(asked).as("step %s was done", step).hasValue(1);
    Path old = folder.root().resolveSibling(folder.root().getFileName() + "-" + step);
    Files.move(folder.root(), old);
    Files.move(left, folder.root());
  }

  private static void copy(Path folder, Path to) {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.toList()) {
        Files.copy(path, to.resolve(folder.relativize(path).toString()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Kills a run in a save. On a busy machine who looks for one may miss them all, and the run ends:
   * then it goes back to where it was, and does so again.
   */
  private void crashInSave(RunFolder folder, int save, String... kind)
      throws IOException, InterruptedException {
    int code = 0;
    for (int look = 1; code == 0 && look <= LOOKS_FOR_A_SAVE; look++) {
      Path before = temp.resolve("before-" + save + "-" + look);
      if (Files.exists(folder.root())) {
        copy(folder.root(), before);
      }
      code = crash(folder, "save:" + save, kind);
      if (code == 0) {
        Files.move(folder.root(), temp.resolve("ended-" + save + "-" + look));
        if (Files.exists(before)) {
          copy(before, folder.root());
        }
      }
    }
    assertThat(code).isEqualTo(CrashingTrainer.KILLED);
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
