package dev.ockham.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsLogTest {

  @TempDir Path folder;

  private static EpochMetrics epoch(int number) {
    return new EpochMetrics(
        number,
        number * 10L,
        0.5,
        100,
        1,
        1e-3,
        new EpochMetrics.Score(2.5, 0.125),
        new EpochMetrics.Score(3.5, 0.25),
        List.of(
            new EpochMetrics.LayerCount("a", 100, 25, 5),
            new EpochMetrics.LayerCount("b", 100, 100, 10)),
        1.5);
  }

  private Path log(int epochs) throws IOException {
    Path file = folder.resolve("metrics.jsonl");
    for (int e = 1; e <= epochs; e++) {
      MetricsLog.append(file, epoch(e));
    }
    return file;
  }

  @Test
  void holdsALinePerEpoch() throws IOException {
    Path file = log(3);
    assertThat(Files.readAllLines(file)).hasSize(3);
    assertThat(MetricsLog.last(file))
        .isEqualTo(
            epoch(3).toMap().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> narrowed(e.getValue()))));
  }

  /** JSON knows no long and no layer order beyond lists. */
  private static Object narrowed(Object value) {
    return switch (value) {
      case Long l -> l.intValue();
      case List<?> list -> list.stream().map(MetricsLogTest::narrowed).toList();
      case Map<?, ?> map ->
          map.entrySet().stream()
              .collect(Collectors.toMap(Map.Entry::getKey, e -> narrowed(e.getValue())));
      default -> value;
    };
  }

  @Test
  void aLineCutAnywhereIsDroppedAndTheNextGoesOnCleanly() throws IOException {
    Path file = log(3);
    String whole = Files.readString(file);
    String two = whole.substring(0, whole.indexOf('\n', whole.indexOf('\n') + 1) + 1);
    for (int cut = two.length(); cut < whole.length() - 1; cut++) {
      Files.writeString(file, whole.substring(0, cut));
      MetricsLog.keepEpochs(file, 2);
      assertThat(Files.readString(file)).as("cut at " + cut).isEqualTo(two);
    }
    MetricsLog.append(file, epoch(3));
    assertThat(Files.readString(file)).isEqualTo(whole);
  }

  @Test
  void aWholeLastLineWithoutItsEndIsKeptWhole() throws IOException {
    Path file = log(2);
    String whole = Files.readString(file);
    Files.writeString(file, whole.strip());
    MetricsLog.keepEpochs(file, 2);
    assertThat(Files.readString(file)).isEqualTo(whole);
  }

  @Test
  void epochsPastTheCheckpointAreDropped() throws IOException {
    Path file = log(5);
    String whole = Files.readString(file);
    MetricsLog.keepEpochs(file, 5);
    assertThat(Files.readString(file)).isEqualTo(whole);
    MetricsLog.keepEpochs(file, 2);
    assertThat(Files.readAllLines(file)).hasSize(2);
    assertThat(MetricsLog.last(file)).containsEntry("epoch", 2);
    MetricsLog.keepEpochs(file, 0);
    assertThat(file).isEmptyFile();
    assertThat(MetricsLog.last(file)).isEmpty();
  }

  @Test
  void whatIsNotThereIsNotMade() throws IOException {
    Path file = folder.resolve("metrics.jsonl");
    MetricsLog.keepEpochs(file, 3);
    assertThat(file).doesNotExist();
    assertThat(MetricsLog.last(file)).isEmpty();
  }

  private static final Architecture TWO_LAYERS = Architectures.parse("mlp:10-10-10");

  @Test
  void comesBackAsItWas() throws IOException {
    assertThat(MetricsLog.read(log(3), TWO_LAYERS)).containsExactly(epoch(1), epoch(2), epoch(3));
    assertThat(MetricsLog.read(folder.resolve("none"), TWO_LAYERS)).isEmpty();
  }

  @Test
  void whatIsNoNumberComesBackToo() throws IOException {
    Path file = folder.resolve("metrics.jsonl");
    EpochMetrics odd =
        new EpochMetrics(
            1,
            1L << 40,
            Double.NaN,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            0,
            null,
            null,
            epoch(1).layers(),
            0);
    MetricsLog.append(file, odd);
    assertThat(MetricsLog.read(file, TWO_LAYERS)).containsExactly(odd);
  }

  @Test
  void aLogOfAnotherNetworkIsRefusedByLineAndField() throws IOException {
    Path file = log(1);
    assertThatExceptionOfType(RunException.class)
        .isThrownBy(() -> MetricsLog.read(file, Architectures.parse("mlp:10-10")))
        .withMessageContainingAll(file + ", line 1", "layers", "mlp:10-10");
  }
}
