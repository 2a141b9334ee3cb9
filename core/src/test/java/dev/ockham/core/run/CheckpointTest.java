package dev.ockham.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.prune.UnitSelection;
import dev.ockham.runtime.file.MalformedFileException;
import dev.ockham.runtime.file.StoredTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointTest {

  private static final Position POSITION =
      new Position(3, 17, 1L << 40, 5, 0.1 + 0.2, 1L << 33, 12.5);

  @TempDir Path root;

  @Test
  void positionAndTensorsComeBackBitForBit() throws IOException {
    RunFolder folder = new RunFolder(root.resolve("run"));
    float[] values = {Float.NaN, -0f, Float.MIN_VALUE, 3, Float.NEGATIVE_INFINITY, 1e-30f};
    Checkpoint.write(folder, POSITION, Map.of("w", StoredTensor.ofFloats(values, 2, 3)));
    Checkpoint read = Checkpoint.read(folder);
    assertThat(read.position()).isEqualTo(POSITION);
    float[] back = read.tensor("w", 2, 3).toFloats();
    for (int i = 0; i < values.length; i++) {
      assertThat(Float.floatToRawIntBits(back[i])).isEqualTo(Float.floatToRawIntBits(values[i]));
    }
    assertThatExceptionOfType(MalformedFileException.class)
        .isThrownBy(() -> read.tensor("w", 3, 2))
        .withMessageContainingAll(folder.checkpoint().toString(), "w", "[3, 2]", "F32[2, 3]");
    assertThatExceptionOfType(MalformedFileException.class)
        .isThrownBy(() -> read.tensor("v", 3, 2))
        .withMessageContainingAll(folder.checkpoint().toString(), "v", "missing");
  }

  @Test
  void aTensorOfAnotherTypeIsRefused() throws IOException {
    RunFolder folder = new RunFolder(root);
    Checkpoint.write(
        folder, Position.START, Map.of("w", StoredTensor.ofDoubles(new double[] {1}, 1)));
    Checkpoint read = Checkpoint.read(folder);
    assertThatExceptionOfType(MalformedFileException.class)
        .isThrownBy(() -> read.tensor("w", 1))
        .withMessageContaining("F64[1]");
  }

  @Test
  void thePartThatIsLeftComesBackAndFitsOneNetworkOnly() throws IOException {
    RunFolder folder = new RunFolder(root);
    Architecture architecture = Architectures.parse("mlp:5-4-2");
    BitSet inputs = new BitSet();
    inputs.set(1, 4);
    BitSet classes = new BitSet();
    classes.set(0, 2);
    UnitSelection live =
        UnitSelection.of(architecture.graph(), inputs, Map.of("dense1", inputs, "dense2", classes));
    Checkpoint.write(folder, RunRecordTest.record("mlp:5-4-2", 1), POSITION, live, Map.of());
    Checkpoint read = Checkpoint.read(folder);
    assertThat(read.position()).isEqualTo(POSITION);
    assertThat(read.live(architecture)).isEqualTo(live);
    assertThat(read.content().metadata()).containsEntry("variance_products", "auto");
    assertThatExceptionOfType(MalformedFileException.class)
        .isThrownBy(() -> read.live(Architectures.parse("mlp:5-3-2")))
        .withMessageContaining(folder.checkpoint().toString())
        .withMessageContaining("dense1: {1, 2, 3} are not 1 to 3 units from 0");
  }

  @Test
  void aRunWithoutACheckpointSaysSo() {
    RunFolder folder = new RunFolder(root);
    assertThatExceptionOfType(RunException.class)
        .isThrownBy(() -> Checkpoint.read(folder))
        .withMessageContaining(root.toString())
        .withMessageContaining("no checkpoint yet");
  }

  @Test
  void writingLeavesNothingElseBehind() throws IOException {
    RunFolder folder = new RunFolder(root);
    Checkpoint.write(folder, Position.START, Map.of());
    Checkpoint.write(folder, POSITION, Map.of());
    assertThat(Checkpoint.read(folder).position()).isEqualTo(POSITION);
    try (Stream<Path> files = Files.list(folder.checkpoints())) {
      assertThat(files).containsExactlyInAnyOrder(folder.checkpoint(), folder.checkpointBefore());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "format",
        "version",
        "epoch",
        "step_in_epoch",
        "step",
        "adam_steps",
        "nll_sum",
        "examples",
        "seconds"
      })
  void aFieldThatIsMissingIsNamed(String field) {
    SortedMap<String, String> metadata = POSITION.toMetadata();
    assertThat(metadata.remove(field)).isNotNull();
    assertThatExceptionOfType(MalformedFileException.class)
        .isThrownBy(() -> Position.of(metadata, true, Path.of("c.safetensors")))
        .withMessageContainingAll("c.safetensors", "__metadata__." + field);
  }

  @ParameterizedTest
  @CsvSource({
    "format, ockham-model",
    "version, 3",
    "epoch, -1",
    "epoch, x",
    "epoch, 4294967296",
    "step_in_epoch, 1.5",
    "step_in_epoch, 2147483648",
    "step, 9223372036854775808",
    "adam_steps, ' 1'",
    "nll_sum, much",
    "nll_sum, NaN",
    "nll_sum, Infinity",
    "examples, -3",
    "seconds, NaN",
  })
  void aFieldThatIsWrongIsNamedWithItsValue(String field, String value) {
    SortedMap<String, String> metadata = POSITION.toMetadata();
    metadata.put(field, value);
    assertThatExceptionOfType(MalformedFileException.class)
        .isThrownBy(() -> Position.of(metadata, true, Path.of("c.safetensors")))
        .withMessageContainingAll("c.safetensors", "__metadata__." + field, "'" + value + "'");
  }

  @Test
  void positionsCountStepsAndEpochs() {
    Position position = Position.START.afterStep(2.5, 100).afterStep(0.5, 20).withSeconds(3);
    assertThat(position).isEqualTo(new Position(0, 2, 2, 2, 3, 120, 3));
    assertThat(position.nextEpoch()).isEqualTo(new Position(1, 0, 2, 2, 0, 0, 0));
    assertThat(position.withAdamSteps(0)).isEqualTo(new Position(0, 2, 2, 0, 3, 120, 3));
  }
}
