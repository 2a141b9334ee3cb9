package dev.ockham.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ockham.core.arch.Architectures;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.evaluate.Evaluator;
import dev.ockham.core.metrics.Classification;
import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.file.MalformedFileException;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.train.SmallData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs of older builds, as docs/files.md has them: without {@code network.json} and without
 * checksums, with a checkpoint of version 1 and a record that lacks the younger settings. They are
 * read, evaluated, pruned and resumed as if nothing was missing.
 */
class OlderRunsTest {
  private static final String NETWORK = "mlp:64-24-12-4";
  private static final int STEPS = 15;

  @TempDir private Path temp;

  private final Dataset data = SmallData.of(200);

  private static RunSpec spec(String network) {
    return CrashingTrainer.spec(1)
        .with("architecture", network)
        .with("training.checkpoint_seconds", 100)
        .withEpochs(3);
  }

  @ParameterizedTest
  @ValueSource(strings = {NETWORK, "net:1x8x8-conv4x3-bn-pool2-relu-flatten-dense8-relu-dense4"})
  void areReadEvaluatedPrunedAndResumed(String network) throws Exception {
    RunSpec spec = spec(network);
    RunFolder whole = new RunFolder(temp.resolve("whole"));
    Training.train(spec, data, whole, false, TrainingListener.SILENT, () -> false);
    RunFolder stopped = new RunFolder(temp.resolve("stopped"));
    AtomicInteger asked = new AtomicInteger();
    Training.train(
        spec, data, stopped, false, TrainingListener.SILENT, () -> asked.getAndIncrement() > STEPS);
    TrainedRun young = TrainedRun.read(stopped.root());
    ModelFile pruned = young.prunedTo(0.7);
    Classification draws = MonteCarlo.classify(stopped, data.test(), 2, 1, _ -> {});

    OlderFolder.age(stopped);
    TrainedRun old = TrainedRun.read(stopped.root());
    assertThat(old.record().id()).isNull();
    assertThat(old.record().spec()).isEqualTo(young.record().spec());
    assertThat(old.snapshot().architecture()).isEqualTo(Architectures.parse(network));
    assertSameFile(old.prunedTo(0.7), pruned);
    assertThat(Evaluator.classify(old.pruned().model(), data.test()))
        .isEqualTo(Evaluator.classify(young.pruned().model(), data.test()));
    assertThat(MonteCarlo.classify(stopped, data.test(), 2, 1, _ -> {})).isEqualTo(draws);

    RunRecord record =
        Training.train(spec, data, stopped, true, TrainingListener.SILENT, () -> false);
    assertThat(record.status()).isEqualTo(RunRecord.Status.FINISHED);
    assertThat(Checkpoint.read(stopped).content().weightsSha256())
        .isEqualTo(Checkpoint.read(whole).content().weightsSha256());
    assertThat(Files.readAllBytes(stopped.model())).isEqualTo(Files.readAllBytes(whole.model()));
    assertThat(numbers(stopped)).isEqualTo(numbers(whole));
  }

  /** A finished one stays as it is, and is pruned to the same bytes. */
  @Test
  void finishedOnesArePrunedToTheSameBytes() throws Exception {
    RunSpec spec = spec(NETWORK);
    RunFolder folder = new RunFolder(temp.resolve("run"));
    Training.train(spec, data, folder, false, TrainingListener.SILENT, () -> false);
    ModelFile pruned = TrainedRun.read(folder.root()).pruned();
    OlderFolder.age(folder);
    byte[] checkpoint = Files.readAllBytes(folder.checkpoint());
    assertSameFile(TrainedRun.read(folder.root()).pruned(), pruned);
    assertThat(
            Training.train(spec, data, folder, true, TrainingListener.SILENT, () -> false).status())
        .isEqualTo(RunRecord.Status.FINISHED);
    assertThat(Files.readAllBytes(folder.checkpoint())).isEqualTo(checkpoint);
  }

  /** What docs/files.md says is refused, is, with the reason. */
  @Test
  void whatCannotBeReadIsRefused() throws Exception {
    RunFolder folder = new RunFolder(temp.resolve("run"));
    RunSpec spec = spec(NETWORK).withEpochs(1).with("training.pretrain_epochs", 0);
    Training.train(spec, data, folder, false, TrainingListener.SILENT, () -> false);
    OlderFolder.age(folder);
    String record = Files.readString(folder.record());

    Files.writeString(folder.record(), record.replace(NETWORK, "own:mine"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TrainedRun.read(folder.root()))
        .withMessageContaining("own:mine");

    Files.writeString(folder.record(), record.replace(NETWORK, "mlp:64-24-11-4"));
    assertThatExceptionOfType(MalformedFileException.class)
        .isThrownBy(() -> TrainedRun.read(folder.root()))
        .withMessageContainingAll("dense2.bias", "expected F32[11], found F32[12]");

    Files.writeString(folder.record(), record.replace("\"batch\"", "\"batches\""));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> TrainedRun.read(folder.root()))
        .withMessageContaining("training.batch");
  }

  private void assertSameFile(ModelFile one, ModelFile two) throws IOException {
    Path first = temp.resolve("first.safetensors");
    Path second = temp.resolve("second.safetensors");
    one.save(first);
    two.save(second);
    assertThat(Files.readAllBytes(first)).isEqualTo(Files.readAllBytes(second));
    Files.delete(first);
    Files.delete(second);
  }

  /** The lines of an epoch without its seconds, and without the checksums that old ones lack. */
  private static List<String> numbers(RunFolder folder) throws IOException {
    return Files.readAllLines(folder.metrics()).stream()
        .map(line -> line.replaceAll(",\"seconds\":[^}]*", "").replaceAll("\\}$", ""))
        .toList();
  }
}
