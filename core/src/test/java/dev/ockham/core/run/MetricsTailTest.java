package dev.ockham.core.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Metrics read while they are written. */
class MetricsTailTest {

  @TempDir private Path temp;
  private Path file = Path.of("");
  private MetricsTail tail = new MetricsTail(new RunFolder(Path.of("")));

  @BeforeEach
  void aRunWithoutEpochs() {
    RunFolder folder = new RunFolder(temp);
    file = folder.metrics();
    tail = new MetricsTail(folder);
  }

  private static byte[] line(int epoch, double seconds) {
    return MetricsLine.of(new TreeMap<>(Map.of("epoch", epoch, "seconds", seconds)));
  }

  private void append(byte[] bytes) throws IOException {
    Files.write(file, bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private List<Integer> epochs() throws IOException {
    List<Integer> epochs = new ArrayList<>();
    MetricsTail.Reading reading;
    do {
      reading = tail.next();
      reading.epochs().forEach(line -> epochs.add((Integer) line.get("epoch")));
    } while (reading.more());
    return epochs;
  }

  @Test
  void everyCutOfALineWaitsForItsEnd() throws IOException {
    assertThat(epochs()).isEmpty();
    int epoch = 0;
    byte[] line = line(1, 0.5);
    for (int cut = 1; cut < line.length; cut++) {
      byte[] next = line(++epoch, 0.5);
      append(Arrays.copyOf(next, Math.min(cut, next.length - 1)));
      assertThat(epochs()).isEmpty();
      append(Arrays.copyOfRange(next, Math.min(cut, next.length - 1), next.length));
      assertThat(epochs()).containsExactly(epoch);
    }
  }

  /** More than fits into one piece, and lines longer than one. */
  @Test
  void longFilesComeInPiecesAndInOrder() throws IOException {
    List<Integer> all = new ArrayList<>();
    for (int epoch = 1; epoch <= 40; epoch++) {
      String name = "x".repeat(epoch == 20 ? 3_000_000 : 100_000);
      append(MetricsLine.of(new TreeMap<>(Map.of("epoch", epoch, "name", name))));
      all.add(epoch);
    }
    assertThat(tail.next().more()).isTrue();
    tail = new MetricsTail(new RunFolder(temp));
    assertThat(epochs()).isEqualTo(all);
    assertThat(epochs()).isEmpty();
  }

  @Test
  void aFileWrittenAnewIsReadFromItsStart() throws IOException {
    append(line(1, 0.5));
    append(line(2, 0.5));
    assertThat(epochs()).containsExactly(1, 2);
    // What a resume does after a kill: the last epoch is dropped, and made again.
    Files.write(file, line(1, 0.5));
    append(line(2, 0.75));
    append(line(3, 0.75));
    MetricsTail.Reading reading = tail.next();
    assertThat(reading.anew()).isTrue();
    assertThat(reading.epochs()).extracting(line -> line.get("epoch")).containsExactly(1, 2, 3);
    Files.write(file, line(1, 0.5));
    assertThat(tail.next().anew()).isTrue();
    Files.delete(file);
    assertThat(tail.next().anew()).isTrue();
    assertThat(tail.next().anew()).isFalse();
    append(line(1, 0.5));
    assertThat(epochs()).containsExactly(1);
  }

  @Test
  void aDamagedLineIsToldAndTheOthersCome() throws IOException {
    append(line(1, 0.5));
    byte[] damaged = line(2, 0.5);
    damaged[9] ^= 1;
    append(damaged);
    append(line(3, 0.5));
    MetricsTail.Reading reading = tail.next();
    assertThat(reading.epochs()).extracting(line -> line.get("epoch")).containsExactly(1, 3);
    assertThat(reading.damaged()).singleElement().asString().contains("line 2", "crc32c");
  }

  @Test
  void linesOfOlderBuildsAreRead() throws IOException {
    append("{\"epoch\":1,\"nll\":0.5,\"seconds\":1.5}\n".getBytes(StandardCharsets.UTF_8));
    assertThat(epochs()).containsExactly(1);
  }
}
