package dev.ockham.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.Position;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.file.StoredTensor;
import dev.ockham.train.Ranks;
import dev.ockham.train.SmallData;
import dev.ockham.train.engine.ProcessGroup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs that several ranks train; here they are threads of one process. */
@Isolated
@EnabledOnOs(OS.LINUX)
class DataParallelTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Dataset DATA = SmallData.of(200);

  @TempDir private Path folder;

  private int meetings;

  private static boolean never() {
    return false;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sparse-vd",
        "none",
        "vd-a",
        "beta-bernoulli",
        "l0",
        "per-example",
        "normed",
        "tuned",
        "shrinking",
        "stopped early"
      })
  void twoWorkersOfOneThreadGiveTheBitsOfTwoThreads(String kind) throws Exception {
    RunFolder whole = new RunFolder(folder.resolve("whole"));
    RunFolder shared = new RunFolder(folder.resolve("shared"));
    RunRecord alone =
        Training.train(
            spec(kind, 2), DATA, whole, false, TrainingListener.SILENT, DataParallelTest::never);
    List<RunRecord.Status> ends = train(2, spec(kind, 1), shared, false);
    assertThat(ends).containsOnly(RunRecord.Status.FINISHED);
    RunRecord record = RunRecord.read(shared);
    assertThat(record.workers()).isEqualTo(2);
    assertThat(RunRecord.read(whole).workers()).isEqualTo(1);
    assertThat(numbers(record.last())).isEqualTo(numbers(alone.last()));
    assertThat(tensors(shared)).isEqualTo(tensors(whole));
    assertThat(Files.readAllBytes(shared.model())).isEqualTo(Files.readAllBytes(whole.model()));
  }

  private static RunSpec spec(String kind, int threads) {
    RunSpec spec =
        switch (kind) {
          case "per-example" ->
              CrashingTrainer.spec(threads).with("method.estimator", "per-example");
          case "normed" -> CrashingTrainer.normed().with("training.epochs", 3);
          case "tuned" -> CrashingTrainer.tuned();
          case "shrinking" -> CrashingTrainer.shrinking();
          case "stopped early" ->
              CrashingTrainer.spec(threads)
                  .with("training.learning_rate.initial", 0.05)
                  .with("training.early_stopping.patience", 1);
          default -> CrashingTrainer.spec(kind, threads).with("training.epochs", 3);
        };
    return spec.with("training.threads", threads).with("training.checkpoint_seconds", 60);
  }

  /** Metrics without what a clock says. */
  private static Map<String, Object> numbers(Map<String, Object> last) {
    Map<String, Object> numbers = new LinkedHashMap<>(last);
    numbers.remove("seconds");
    return numbers;
  }

  private static Map<String, List<Float>> tensors(RunFolder run) throws IOException {
    Map<String, List<Float>> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, StoredTensor> each :
        Checkpoint.read(run).content().tensors().entrySet()) {
      List<Float> values = new ArrayList<>();
      for (float value : each.getValue().toFloats()) {
        values.add(value);
      }
      tensors.put(each.getKey(), values);
    }
    return tensors;
  }

  /** Without batch norm nothing but the order of additions depends on the number of workers. */
  @Test
  void threeWorkersDifferInTheLastBits() throws Exception {
    RunSpec spec = spec("sparse-vd", 1).with("training.epochs", 4).with("training.batch", 13);
    RunFolder whole = new RunFolder(folder.resolve("whole"));
    RunFolder shared = new RunFolder(folder.resolve("shared"));
    Training.train(spec, DATA, whole, false, TrainingListener.SILENT, DataParallelTest::never);
    train(3, spec, shared, false);
    assertThat(Checkpoint.read(whole).position().step()).isGreaterThan(50);
    Map<String, List<Float>> expected = tensors(whole);
    Map<String, List<Float>> actual = tensors(shared);
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    for (Map.Entry<String, List<Float>> each : expected.entrySet()) {
      String name = each.getKey();
      List<Float> values = actual.getOrDefault(name, List.of());
      assertThat(values).as(name).hasSameSizeAs(each.getValue());
      for (int i = 0; i < values.size() && !name.contains(".adam_"); i++) {
        assertThat(values.get(i))
            .as("%s[%s]", name, i)
            .isCloseTo(each.getValue().get(i), within(1e-5f));
      }
    }
  }

  /** A batch of one example has one share, and the other rank adds zeros. */
  @Test
  void aRankMayHaveNothingToDo() throws Exception {
    RunSpec spec = spec("sparse-vd", 1).with("training.batch", 1).with("training.epochs", 2);
    RunFolder whole = new RunFolder(folder.resolve("whole"));
    RunFolder shared = new RunFolder(folder.resolve("shared"));
    Training.train(spec, DATA, whole, false, TrainingListener.SILENT, DataParallelTest::never);
    train(2, spec, shared, false);
    assertThat(tensors(shared)).isEqualTo(tensors(whole));
  }

  @Test
  void aWishOfOneStopsAllBeforeTheSameStepAndTheyGoOn() throws Exception {
    for (int wishing = 0; wishing < 2; wishing++) {
      RunFolder whole = new RunFolder(folder.resolve("whole" + wishing));
      RunFolder stopped = new RunFolder(folder.resolve("stopped" + wishing));
      RunSpec spec = spec("sparse-vd", 1);
      train(2, spec, whole, false);
      int rank = wishing;
      List<RunRecord.Status> ends =
          Ranks.run(
              2,
              meeting(),
              group -> {
                AtomicBoolean wish = new AtomicBoolean(group.rank() == rank && !group.leads());
                TrainingListener listener =
                    new TrainingListener() {
                      @Override
                      public void stepped(Position position) {
                        wish.set(rank == 0 && position.step() >= 30);
                      }
                    };
                return takePart(group, spec, stopped, false, listener, wish);
              });
      assertThat(ends).containsOnly(RunRecord.Status.STOPPED);
      assertThat(Checkpoint.read(stopped).position().step()).isEqualTo(rank == 0 ? 31 : 1);
      assertThat(train(2, spec, stopped, true)).containsOnly(RunRecord.Status.FINISHED);
      assertThat(tensors(stopped)).isEqualTo(tensors(whole));
      assertThat(train(2, spec, stopped, true)).containsOnly(RunRecord.Status.FINISHED);
    }
  }

  @Test
  void anotherNumberOfWorkersGoesOnAndSaysSo() throws Exception {
    RunFolder run = new RunFolder(folder.resolve("run"));
    RunSpec spec = spec("sparse-vd", 1);
    AtomicBoolean wish = new AtomicBoolean();
    TrainingListener stops =
        new TrainingListener() {
          @Override
          public void stepped(Position position) {
            wish.set(position.step() >= 30);
          }
        };
    Training.train(spec, DATA, run, false, stops, wish::get);
    List<String> said = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void noticed(String what) {
            said.add(what);
          }
        };
    var _ =
        Ranks.run(
            3, meeting(), group -> takePart(group, spec, run, true, listener, new AtomicBoolean()));
    assertThat(said)
        .anySatisfy(line -> assertThat(line).startsWith("goes on with 3 workers in place of 1: "));
    assertThat(RunRecord.read(run).workers()).isEqualTo(3);
    assertThat(RunRecord.read(run).status()).isEqualTo(RunRecord.Status.FINISHED);
  }

  /** What another machine sends is a run's files, and no path of its choice. */
  @Test
  void aFileElsewhereIsNotWrittenForRankZero() throws Exception {
    Path place = Files.createDirectories(folder.resolve("worker"));
    List<String> said =
        Ranks.run(
            2,
            folder.resolve("elsewhere"),
            group -> {
              if (group.leads()) {
                return new String(
                    group.ofFirst("../outside".getBytes(StandardCharsets.UTF_8)),
                    StandardCharsets.UTF_8);
              }
              try {
                return String.valueOf(Agreement.receive(group, new RunFolder(place)));
              } catch (RunException e) {
                return String.valueOf(e.getMessage());
              }
            });
    assertThat(said).containsExactly("../outside", "rank 0 sends a file that is none of a run's");
    assertThat(folder.resolve("outside")).doesNotExist();
  }

  @Test
  void whoWasAskedForSomethingElseIsNamedByAll() throws Exception {
    RunSpec spec = spec("sparse-vd", 1);
    assertThat(failures(spec, spec.with("training.batch", 17), DATA))
        .containsExactly(
            "worker 1 of 2 cannot join: its training.batch is 17, and that of rank 0 16",
            "its training.batch is 17, and that of rank 0 16");
    assertThat(failures(spec, spec, SmallData.of(204)))
        .allSatisfy(line ->
            assertThat(line)
                .contains("its data in made by a test have sha256", "and those of rank 0"));
  }

  private List<String> failures(RunSpec leading, RunSpec following, Dataset data) throws Exception {
    Path file = meeting();
    RunFolder run = new RunFolder(folder.resolve("run" + meetings));
    List<Callable<Void>> calls = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      int rank = i;
      calls.add(() -> {
        try (ProcessGroup group = ProcessGroup.meet(rank, 2, file, PATIENCE)) {
          if (rank == 0) {
            Training.train(
                leading, DATA, run, false, TrainingListener.SILENT, DataParallelTest::never, group);
          } else {
            Worker.join(group, copy -> new Worker.Asked(following, data), DataParallelTest::never);
          }
        }
        return null;
      });
    }
    return Ranks.failures(calls);
  }

  private Path meeting() {
    meetings++;
    return folder.resolve("meet" + meetings);
  }

  private List<RunRecord.Status> train(int workers, RunSpec spec, RunFolder run, boolean resume)
      throws Exception {
    return Ranks.run(
        workers,
        meeting(),
        group -> takePart(group, spec, run, resume, TrainingListener.SILENT, new AtomicBoolean()));
  }

  private static RunRecord.Status takePart(
      ProcessGroup group,
      RunSpec spec,
      RunFolder run,
      boolean resume,
      TrainingListener listener,
      AtomicBoolean wish)
      throws IOException, TrainingException {
    return group.leads()
        ? Training.train(spec, DATA, run, resume, listener, wish::get, group).status()
        : Worker.join(group, copy -> new Worker.Asked(spec, DATA), wish::get);
  }
}
