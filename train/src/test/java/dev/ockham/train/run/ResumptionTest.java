package dev.ockham.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.run.Position;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunOwner;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.StopRequest;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.file.Safetensors;
import dev.ockham.runtime.file.SafetensorsFile;
import dev.ockham.train.SmallData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run does when its files are not as it left them. */
class ResumptionTest {

  private static final RunSpec SPEC =
      CrashingTrainer.spec(1).with("training.checkpoint_seconds", 1000).withBatch(64);
  private static final Dataset DATA = SmallData.of(400);

  @TempDir private Path temp;
  private final List<String> noticed = new ArrayList<>();
  private RunFolder whole = new RunFolder(Path.of(""));
  private RunFolder stopped = new RunFolder(Path.of(""));

  @BeforeEach
  void aWholeRunAndOneThatWasStopped() throws Exception {
    whole = new RunFolder(temp.resolve("whole"));
    train(whole, SPEC, TrainingListener.SILENT, Integer.MAX_VALUE);
    stopped = new RunFolder(temp.resolve("stopped"));
    RunRecord record = train(stopped, SPEC, TrainingListener.SILENT, 3);
    assertThat(record.status()).isEqualTo(RunRecord.Status.STOPPED);
    assertThat(stopped.checkpointBefore()).exists();
  }

  /** Trains until a number of epochs of this call is done. */
  private RunRecord train(RunFolder folder, RunSpec spec, TrainingListener also, int epochs)
      throws IOException, TrainingException {
    int[] done = new int[1];
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void epochDone(EpochMetrics metrics) {
            done[0]++;
          }

          @Override
          public void noticed(String what) {
            noticed.add(what);
          }
        };
    return Training.train(
        spec, DATA, folder, true, TrainingListener.all(listener, also), () -> done[0] >= epochs);
  }

  /** As 'ockham watch' stops it: a file in the folder; one that is left over stops nothing. */
  @Test
  void aRequestInTheFolderStopsTheRun() throws Exception {
    StopRequest.make(stopped);
    List<Boolean> seen = new ArrayList<>();
    TrainingListener requesting =
        new TrainingListener() {
          @Override
          public void epochDone(EpochMetrics metrics) {
            seen.add(RunOwner.of(stopped).orElseThrow().isAlive());
            try {
              StopRequest.make(stopped);
              Thread.sleep(250); // It is looked for a few times a second.
            } catch (IOException | InterruptedException e) {
              throw new AssertionError(e);
            }
          }
        };
    RunRecord record = train(stopped, SPEC, requesting, Integer.MAX_VALUE);
    assertThat(record.status()).isEqualTo(RunRecord.Status.STOPPED);
    assertThat(seen).containsExactly(true);
    assertThat(StopRequest.isMade(stopped)).isFalse();
    finishesAsTheWholeOne(stopped);
  }

  private void finishesAsTheWholeOne(RunFolder folder) throws Exception {
    RunRecord record = train(folder, SPEC, TrainingListener.SILENT, Integer.MAX_VALUE);
    assertThat(record.status()).isEqualTo(RunRecord.Status.FINISHED);
    assertThat(Files.readAllBytes(folder.checkpoint()))
        .isEqualTo(Files.readAllBytes(whole.checkpoint()));
    assertThat(Files.readAllBytes(folder.model())).isEqualTo(Files.readAllBytes(whole.model()));
    assertThat(Files.readAllLines(folder.metrics())).hasSize(SPEC.training().epochs());
  }

  @Test
  void aDamagedCheckpointGivesWayToTheOneBefore() throws Exception {
    damage(stopped.checkpoint());
    finishesAsTheWholeOne(stopped);
    assertThat(noticed)
        .singleElement()
        .asString()
        .contains(stopped.checkpoint().toString(), "checkpoint before it, epoch 4, step");
  }

  @Test
  void aMissingCheckpointGivesWayToTheOneBefore() throws Exception {
    Files.delete(stopped.checkpoint());
    finishesAsTheWholeOne(stopped);
    assertThat(noticed).singleElement().asString().contains("last.safetensors is missing");
  }

  @Test
  void aFinishedRunIsRepairedTheSameWay() throws Exception {
    byte[] before = Files.readAllBytes(whole.checkpoint());
    damage(whole.checkpoint());
    RunRecord record = train(whole, SPEC, TrainingListener.SILENT, Integer.MAX_VALUE);
    assertThat(record.status()).isEqualTo(RunRecord.Status.FINISHED);
    assertThat(Files.readAllBytes(whole.checkpoint())).isEqualTo(before);
    assertThat(noticed).hasSize(1);
  }

  @Test
  void withoutAnyCheckpointNothingIsBegunAnew() throws Exception {
    Files.delete(stopped.checkpoint());
    Files.delete(stopped.checkpointBefore());
    byte[] metrics = Files.readAllBytes(stopped.metrics());
    assertThatExceptionOfType(RunException.class)
        .isThrownBy(() -> train(stopped, SPEC, TrainingListener.SILENT, 1))
        .withMessageContainingAll(stopped.root().toString(), "no checkpoint any more", "3 epochs");
    assertThat(Files.readAllBytes(stopped.metrics())).isEqualTo(metrics);
  }

  @Test
  void anotherSeedsCheckpointIsRefused() throws Exception {
    RunFolder other = new RunFolder(temp.resolve("other"));
    train(other, SPEC.with("training.seed", 2), TrainingListener.SILENT, 2);
    byte[] theirs = Files.readAllBytes(other.checkpoint());
    Files.write(stopped.checkpoint(), theirs);
    assertThatExceptionOfType(RunException.class)
        .isThrownBy(() -> train(stopped, SPEC, TrainingListener.SILENT, 1))
        .withMessageContainingAll(stopped.checkpoint().toString(), "another run", "seed is 2");
    assertThat(Files.readAllBytes(stopped.checkpoint())).as("left alone").isEqualTo(theirs);
    assertThatExceptionOfType(RunException.class)
        .isThrownBy(() -> TrainedRun.read(stopped.root()))
        .withMessageContaining("another run");
  }

  @Test
  void anEpochBeyondThePlanIsRefused() throws Exception {
    SafetensorsFile content = Safetensors.readChecked(stopped.checkpoint()).content();
    for (String epoch : List.of("999", "2")) {
      SortedMap<String, String> metadata = new TreeMap<>(content.metadata());
      metadata.put("epoch", epoch);
      Safetensors.writeChecked(
          stopped.checkpoint(), new SafetensorsFile(metadata, content.tensors()));
      assertThatExceptionOfType(RunException.class)
          .isThrownBy(() -> train(stopped, SPEC, TrainingListener.SILENT, 1))
          .withMessageContainingAll(stopped.checkpoint().toString(), "never is");
    }
  }

  /** As an older build wrote it: without checksums, and without a word of whose it is. */
  @Test
  void anOldRunGoesOn() throws Exception {
    SafetensorsFile content = Safetensors.readChecked(stopped.checkpoint()).content();
    SortedMap<String, String> metadata = new TreeMap<>(content.metadata());
    metadata.put("version", "1");
    metadata.remove("run");
    metadata.remove("seed");
    Safetensors.write(stopped.checkpoint(), new SafetensorsFile(metadata, content.tensors()));
    Files.delete(stopped.checkpointBefore());
    Files.writeString(
        stopped.record(),
        Files.readString(stopped.record())
            .replaceAll(",\n {2}\"checksum\" : \"\\w+\"", "")
            .replaceAll("\"id\" : \"\\w+\",", ""));
    Files.writeString(
        stopped.metrics(),
        Files.readString(stopped.metrics()).replaceAll(",\"crc32c\":\"\\w+\"", ""));
    Files.writeString(
        stopped.network(),
        Files.readString(stopped.network()).replaceAll(",\n {2}\"checksum\" : \"\\w+\"", ""));
    assertThat(RunRecord.read(stopped).id()).isNull();
    finishesAsTheWholeOne(stopped);
    assertThat(noticed).isEmpty();
    assertThat(RunRecord.read(stopped).id()).isEqualTo(RunRecord.read(whole).id());
  }

  @Test
  void aRunThatWasMovedAndRenamedGoesOn() throws Exception {
    Path to = Files.createDirectories(temp.resolve("else/where")).resolve("renamed");
    Files.move(stopped.root(), to);
    finishesAsTheWholeOne(new RunFolder(to));
    assertThat(noticed).isEmpty();
  }

  @Test
  void anotherRecipeIsRefused() {
    assertThatExceptionOfType(RunException.class)
        .isThrownBy(
            () -> train(stopped, SPEC.with("training.epochs", 9), TrainingListener.SILENT, 1))
        .withMessageContaining("its training.epochs is 6, not 9");
  }

  @Test
  void aFolderThatIsDeletedStaysSo() {
    RunFolder folder = new RunFolder(temp.resolve("deleted"));
    TrainingListener deletes =
        new TrainingListener() {
          @Override
          public void stepped(Position position) {
            if (position.step() == 8) {
              delete(folder.root());
            }
          }
        };
    assertThatExceptionOfType(RunException.class)
        .isThrownBy(() -> train(folder, SPEC, deletes, Integer.MAX_VALUE))
        .withMessageContainingAll(folder.root().toString(), "deleted or moved");
    assertThat(folder.root()).doesNotExist();
  }

  private static void delete(Path root) {
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void damage(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 4;
    Files.write(file, bytes);
  }
}
