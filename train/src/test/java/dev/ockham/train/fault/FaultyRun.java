package dev.ockham.train.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.run.Verification;
import dev.ockham.core.run.Verification.State;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.train.SmallData;
import dev.ockham.train.run.Training;
import dev.ockham.train.run.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * A run that meets a fault at one of its operations on files, and then goes on without: it must end
 * with the bytes of one that met none.
 */
final class FaultyRun {
  private static final RunSpec SPEC =
      RunSpec.defaults()
          .with("architecture", "net:1x8x8-conv2x3-bn-relu-flatten-dense4")
          .with("data.name", "quadrants")
          .with("training.threads", 1)
          .with("training.epochs", 3)
          .with("training.pretrain_epochs", 1)
          .with("training.checkpoint_seconds", 0.000001)
          .withBatch(64);

  private final Path temp;
  private final Dataset data = SmallData.of(200);
  private final RunFolder whole;

  /** The operations of a run without faults. */
  private final List<String> operations;

  FaultyRun(Path temp) throws IOException, TrainingException {
    this.temp = temp;
    Weather calm = new Weather(Fault.KILL, Integer.MAX_VALUE);
    this.whole = new RunFolder(temp.resolve("whole"));
    train(calm, whole.root());
    calm.settle();
    this.operations = List.copyOf(calm.operations());
  }

  List<String> operations() {
    return operations;
  }

  /** Lets a fault come at an operation, and fails if anything is lost by it. */
  void meet(Fault fault, int at) throws IOException, TrainingException {
    String place = "%s at operation %s: %s".formatted(fault, at, operations.get(at));
    Path root = temp.resolve("run");
    Weather weather = new Weather(fault, at);
    boolean failed = false;
    try {
      train(weather, root);
    } catch (Killed e) {
      failed = true;
      assertThat(fault.kills()).as(place).isTrue();
    } catch (IOException | TrainingException e) {
      failed = true;
      assertThat(e.getMessage()).as(place).isNotBlank().doesNotContain("\n");
    }
    weather.settle();
    assertThat(weather.struck()).as(place).isTrue();
    RunFolder folder = new RunFolder(root);
    if (!failed) {
      assertThat(RunRecord.read(folder).status()).as(place).isEqualTo(RunRecord.Status.FINISHED);
    }
    RunRecord record =
        Training.train(SPEC, data, folder, true, TrainingListener.SILENT, () -> false);
    assertThat(record.status()).as(place).isEqualTo(RunRecord.Status.FINISHED);
    assertThat(Checkpoint.read(folder).content().tensors())
        .as(place)
        .isEqualTo(Checkpoint.read(whole).content().tensors());
    assertThat(Files.readAllBytes(folder.model()))
        .as(place)
        .isEqualTo(Files.readAllBytes(whole.model()));
    assertThat(metrics(folder)).as(place).isEqualTo(metrics(whole));
    assertThat(Verification.of(root)).as(place).allMatch(each -> each.state() == State.WHOLE);
    delete(root);
  }

  private void train(Weather weather, Path root) throws IOException, TrainingException {
    FaultyFileSystem files = new FaultyFileSystem(weather);
    Training.train(
        SPEC, data, new RunFolder(files.path(root)), true, TrainingListener.SILENT, () -> false);
  }

  /** All lines but for the seconds and what depends on them. */
  private static List<String> metrics(RunFolder folder) throws IOException {
    return Files.readAllLines(folder.metrics()).stream()
        .map(line -> line.replaceAll(",\"seconds\":.*", ""))
        .toList();
  }

  private static void delete(Path root) throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
