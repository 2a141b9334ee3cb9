package dev.ockham.report.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.core.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Histograms read back from event files. */
class ScoreHistoryTest {

  @TempDir private Path temp;
  private RunFolder folder = new RunFolder(Path.of(""));
  private ScoreHistory history = new ScoreHistory(folder);

  @BeforeEach
  void aRun() {
    folder = new RunFolder(temp);
    history = new ScoreHistory(folder);
  }

  /** Epochs of ten steps; in each, one more weight is at 3.25, and one is gone. */
  private static void epochs(EventFile file, int from, int to) throws IOException {
    for (int epoch = from; epoch <= to; epoch++) {
      float[] scores = new float[epoch + 2];
      Arrays.fill(scores, 3.25f);
      scores[0] = -1.75f;
      scores[1] = Float.POSITIVE_INFINITY;
      Event event =
          new Event.Summary(
              List.of(
                  new SummaryValue.Scalar("train/epoch", epoch),
                  new SummaryValue.Scalar("sparsity/all", 0.5),
                  new SummaryValue.Distribution("log_alpha/dense1", Histogram.of(scores))));
      file.append(event.encoded(0, 10L * epoch));
    }
  }

  private ScoreHistory.Layer layer() throws IOException {
    List<ScoreHistory.Layer> layers = history.layers();
    assertThat(layers).hasSize(1);
    return layers.getFirst();
  }

  @Test
  void countsAreThoseThatWereWritten() throws IOException {
    assertThat(history.layers()).isEmpty();
    EventFile file = EventFile.create(folder, 1);
    epochs(file, 1, 3);
    ScoreHistory.Layer layer = layer();
    assertThat(layer.name()).isEqualTo("dense1");
    assertThat(layer.epochs()).containsExactly(1, 2, 3);
    assertThat(layer.lowest()).isEqualTo(-2);
    for (int i = 0; i < 3; i++) {
      long[] expected = new long[11];
      expected[0] = 1;
      expected[10] = i + 1L;
      assertThat(layer.counts().get(i)).isEqualTo(expected);
    }
    epochs(file, 4, 4);
    assertThat(layer().epochs()).containsExactly(1, 2, 3, 4);
  }

  @Test
  void aResumeTakesBackWhatItMakesAgain() throws IOException {
    epochs(EventFile.create(folder, 1), 1, 5);
    assertThat(layer().epochs()).hasSize(5);
    EventFile again = EventFile.create(folder, 1);
    again.append(new Event.SessionStart().encoded(0, 31));
    assertThat(layer().epochs()).containsExactly(1, 2, 3);
    epochs(again, 4, 6);
    assertThat(layer().epochs()).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void longRunsAreThinnedEvenlyAndKeepTheirLastEpoch() throws IOException {
    EventFile file = EventFile.create(folder, 1);
    epochs(file, 1, 1000);
    List<Integer> epochs = layer().epochs();
    assertThat(epochs).hasSizeLessThanOrEqualTo(161).startsWith(1, 9, 17).endsWith(993, 1000);
    ScoreHistory anew = new ScoreHistory(folder);
    assertThat(anew.layers().getFirst().epochs()).isEqualTo(epochs);
  }

  @Test
  void halfARecordWaitsAndADamagedOneIsTheEnd() throws IOException {
    EventFile file = EventFile.create(folder, 1);
    epochs(file, 1, 2);
    byte[] whole = Files.readAllBytes(file.path());
    epochs(file, 3, 3);
    byte[] more = Files.readAllBytes(file.path());
    for (int cut = whole.length; cut < more.length; cut += 7) {
      Files.write(file.path(), Arrays.copyOf(more, cut));
      assertThat(layer().epochs()).containsExactly(1, 2);
    }
    Files.write(file.path(), more);
    assertThat(layer().epochs()).containsExactly(1, 2, 3);
    more[whole.length + 20] ^= 1;
    Files.write(file.path(), more);
    assertThat(new ScoreHistory(folder).layers().getFirst().epochs()).containsExactly(1, 2);
  }

  @Test
  void filesThatAreGoneAreForgotten() throws IOException {
    EventFile file = EventFile.create(folder, 1);
    epochs(file, 1, 2);
    assertThat(layer().epochs()).hasSize(2);
    Files.delete(file.path());
    assertThat(history.layers()).isEmpty();
  }
}
