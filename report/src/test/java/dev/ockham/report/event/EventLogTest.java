package dev.ockham.report.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.run.Position;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.Snapshot;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.framework.HistogramProto;
import org.tensorflow.framework.Summary;
import org.tensorflow.util.Event;
import org.tensorflow.util.SessionLog.SessionStatus;

class EventLogTest {

  /** Stands still: two starts within one second. */
  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochMilli(1_700_000_000_250L), ZoneOffset.UTC);

  @TempDir Path root;
  private final List<IOException> failures = new ArrayList<>();

  private EventLog log(RunFolder folder) {
    return new EventLog(folder, failures::add, CLOCK);
  }

  private Summary.Value value(String tag, long step) throws IOException {
    List<TensorFlowReader.Point> points =
        TensorFlowReader.shown(root).stream()
            .filter(p -> p.tag().equals(tag) && p.step() == step)
            .toList();
    assertThat(points).as(tag + " at " + step).hasSize(1);
    return points.getFirst().value();
  }

  @Test
  void tensorFlowReadsWhatAnEpochSaid() throws IOException {
    EventLog log = log(TinyRun.sparse(root));
    log.started(Position.START, 20, TinyRun.STEPS_PER_EPOCH);
    log.epochDone(TinyRun.epoch(1, 2.5));

    List<Path> files = TensorFlowReader.files(root);
    assertThat(files).hasSize(1);
    assertThat(files.getFirst().getFileName().toString())
        .startsWith("events.out.tfevents.1700000000.ockham.");
    List<Event> events = TensorFlowReader.events(files.getFirst());
    assertThat(events).hasSize(3);
    assertThat(events.get(0).getFileVersion()).isEqualTo("brain.Event:2");
    assertThat(events.get(0).getWallTime()).isEqualTo(1_700_000_000.25);
    assertThat(events.get(1).getSessionLog().getStatus()).isEqualTo(SessionStatus.START);
    assertThat(events.get(1).getStep()).isEqualTo(1);
    assertThat(events.get(2).getStep()).isEqualTo(5);
    assertThat(events.get(2).getSummary().getValueList())
        .extracting(Summary.Value::getTag)
        .containsExactly(
            "train/nll",
            "train/kl",
            "train/beta",
            "train/learning_rate",
            "train/epoch",
            "train/seconds",
            "validation/error_percent",
            "validation/nll",
            "pruned_validation/error_percent",
            "pruned_validation/nll",
            "sparsity/all",
            "sparsity/dense1",
            "sparsity/dense2",
            "size/compression",
            "log_alpha/dense1",
            "log_alpha/dense2",
            "weights/dense1");
    assertThat(value("train/nll", 5).getSimpleValue()).isEqualTo(2.5f);
    assertThat(value("train/kl", 5).getSimpleValue()).isEqualTo(1001f);
    assertThat(value("pruned_validation/nll", 5).getSimpleValue()).isEqualTo(0.75f);
    assertThat(value("sparsity/dense1", 5).getSimpleValue()).isEqualTo(0.75f);
    assertThat(value("size/compression", 5).getSimpleValue()).isEqualTo(3f);
    assertThat(failures).isEmpty();
  }

  @Test
  void weightsThatAreGoneAreNotInTheHistogramOfAMethodWithASchedule() throws IOException {
    RunFolder folder =
        TinyRun.at(root, "mlp:16-3-2", "magnitude", new int[] {3, 16}, new int[] {2, 3});
    EventLog log = log(folder);
    log.started(Position.START, 1, TinyRun.STEPS_PER_EPOCH);
    log.epochDone(TinyRun.epoch(1, 1));

    // One weight of seven is 0, the others are a third, two thirds or one.
    HistogramProto histogram = value("magnitude/dense1", 5).getHisto();
    assertThat(histogram.getNum()).isEqualTo(41);
    assertThat(histogram.getMin()).isZero();
    assertThat(histogram.getMax()).isCloseTo(Math.log(3), within(1e-6));
  }

  @Test
  void histogramsCountTheScoresOfTheCheckpoint() throws IOException {
    RunFolder folder = TinyRun.sparse(root);
    EventLog log = log(folder);
    log.started(Position.START, 1, TinyRun.STEPS_PER_EPOCH);
    log.epochDone(TinyRun.epoch(1, 1));

    float[] scores = Objects.requireNonNull(Snapshot.read(folder).layers().getFirst().logAlpha());
    HistogramProto histogram = value("log_alpha/dense1", 5).getHisto();
    Arrays.sort(scores);
    assertThat(histogram.getNum()).isEqualTo(48);
    assertThat(histogram.getMin()).isEqualTo(scores[0]);
    assertThat(histogram.getMax()).isEqualTo(scores[47]);
    double sum = 0;
    double squares = 0;
    for (float score : scores) {
      sum += score;
      squares += (double) score * score;
    }
    assertThat(histogram.getSum()).isCloseTo(sum, within(1e-9));
    assertThat(histogram.getSumSquares()).isCloseTo(squares, within(1e-9));
    assertThat(histogram.getBucketCount()).isEqualTo(histogram.getBucketLimitCount());
    for (int i = 0; i < histogram.getBucketCount(); i++) {
      double upper = histogram.getBucketLimit(i);
      long inside = 0;
      for (float score : scores) {
        inside += score >= upper - 0.5 && score < upper ? 1 : 0;
      }
      assertThat(histogram.getBucket(i)).as("below " + upper).isEqualTo((double) inside);
    }
  }

  @Test
  void aResumedRunShowsEveryStepOnceAndTheLaterNumbers() throws IOException {
    RunFolder folder = TinyRun.sparse(root);
    EventLog killed = log(folder);
    killed.started(Position.START, 4, TinyRun.STEPS_PER_EPOCH);
    for (int epoch = 1; epoch <= 3; epoch++) {
      killed.epochDone(TinyRun.epoch(epoch, epoch));
    }
    // Back to the checkpoint of epoch 2, and then, within epoch 3, once more.
    EventLog again = log(folder);
    again.started(TinyRun.after(2), 4, TinyRun.STEPS_PER_EPOCH);
    again.epochDone(TinyRun.epoch(3, 30));
    EventLog within = log(folder);
    within.started(new Position(2, 3, 13, 0, 0, 0, 0), 4, TinyRun.STEPS_PER_EPOCH);
    within.epochDone(TinyRun.epoch(3, 300));
    within.epochDone(TinyRun.epoch(4, 400));

    assertThat(TensorFlowReader.files(root)).hasSize(3);
    List<TensorFlowReader.Point> shown = TensorFlowReader.shown(root);
    assertThat(shown).extracting(p -> p.tag() + p.step()).doesNotHaveDuplicates();
    assertThat(shown)
        .filteredOn(p -> p.tag().equals("train/nll"))
        .extracting(p -> p.step() + ":" + p.value().getSimpleValue())
        .containsExactly("5:1.0", "10:2.0", "15:300.0", "20:400.0");
  }

  @Test
  void aRunKilledWhileWritingKeepsWhatWasWhole() throws IOException {
    RunFolder folder = TinyRun.sparse(root);
    EventLog killed = log(folder);
    killed.started(Position.START, 3, TinyRun.STEPS_PER_EPOCH);
    killed.epochDone(TinyRun.epoch(1, 1));
    Path file = TensorFlowReader.files(root).getFirst();
    long whole = Files.size(file);
    killed.epochDone(TinyRun.epoch(2, 2));
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, (int) whole));
    EventLog resumed = log(folder);
    resumed.started(TinyRun.after(1), 3, TinyRun.STEPS_PER_EPOCH);
    resumed.epochDone(TinyRun.epoch(2, 20));
    assertThat(value("train/nll", 5).getSimpleValue()).isEqualTo(1f);
    assertThat(value("train/nll", 10).getSimpleValue()).isEqualTo(20f);
  }

  @Test
  void theReaderWouldSeeAWrongByte() throws IOException {
    EventLog log = log(TinyRun.sparse(root));
    log.started(Position.START, 1, TinyRun.STEPS_PER_EPOCH);
    assertThat(TensorFlowReader.files(root)).as("nothing to say yet").isEmpty();
    log.epochDone(TinyRun.epoch(1, 1));
    Path file = TensorFlowReader.files(root).getFirst();
    byte[] bytes = Files.readAllBytes(file);
    bytes[20] ^= 1;
    Files.write(file, bytes);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> TensorFlowReader.events(file))
        .withMessageContaining("crc32");
  }

  @Test
  void aDenseRunHasNoScoresAndAVectorNoPicture() throws IOException {
    RunFolder folder = TinyRun.at(root, "mlp:15-3-2", "none", new int[] {3, 15}, new int[] {2, 3});
    EventLog log = log(folder);
    log.started(Position.START, 1, TinyRun.STEPS_PER_EPOCH);
    log.epochDone(TinyRun.epoch(1, 1));
    assertThat(failures).isEmpty();
    assertThat(TensorFlowReader.shown(root))
        .extracting(TensorFlowReader.Point::tag)
        .contains("train/nll")
        .noneMatch(tag -> tag.startsWith("log_alpha/") || tag.startsWith("weights/"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 11, 40})
  void picturesComeAtTheEndsAndAboutTenTimes(int epochs) throws IOException {
    EventLog log = log(TinyRun.sparse(root));
    log.started(Position.START, epochs, TinyRun.STEPS_PER_EPOCH);
    for (int epoch = 1; epoch <= epochs; epoch++) {
      log.epochDone(TinyRun.epoch(epoch, 1));
    }
    List<Long> pictured =
        TensorFlowReader.shown(root).stream()
            .filter(p -> p.tag().startsWith("weights/"))
            .map(p -> p.step() / TinyRun.STEPS_PER_EPOCH)
            .toList();
    assertThat(pictured).startsWith(1L).endsWith((long) epochs).hasSizeLessThanOrEqualTo(12);
    assertThat(pictured).hasSizeGreaterThanOrEqualTo(Math.min(epochs, 6));
  }

  @Test
  void thePictureShowsWeightsByColourAndWhatIsGoneInWhite() throws IOException {
    RunFolder folder = TinyRun.sparse(root);
    EventLog log = log(folder);
    log.started(Position.START, 1, TinyRun.STEPS_PER_EPOCH);
    log.epochDone(TinyRun.epoch(1, 1));
    Summary.Image shown = value("weights/dense1", 5).getImage();
    BufferedImage image =
        ImageIO.read(new ByteArrayInputStream(shown.getEncodedImageString().toByteArray()));
    // three units of 4×4 weights in two columns, a pixel of grey around each
    assertThat(image.getWidth()).isEqualTo(shown.getWidth()).isEqualTo(11);
    assertThat(image.getHeight()).isEqualTo(shown.getHeight()).isEqualTo(11);
    assertThat(image.getRGB(0, 0)).isEqualTo(0xFFB0B0B0);
    assertThat(image.getRGB(1, 1)).as("weight 0 is -1").isEqualTo(0xFF0101FF);
    assertThat(image.getRGB(4, 1)).as("weight 3 is 0").isEqualTo(0xFFFFFFFF);
    assertThat(image.getRGB(3, 2)).as("weight 6 is 1").isEqualTo(0xFFFF0101);
    assertThat(image.getRGB(8, 8)).as("no fourth unit").isEqualTo(0xFFB0B0B0);
    Snapshot snapshot = Snapshot.read(folder);
    boolean[] red = new boolean[48];
    for (int w = 0; w < 48; w++) {
      int unit = w / 16;
      int x = unit % 2 * 5 + 1 + w % 4;
      int y = unit / 2 * 5 + 1 + w % 16 / 4;
      red[w] = image.getRGB(x, y) != 0xFFFFFFFF;
    }
    float[] kept = snapshot.masksAt(3).getFirst().apply(snapshot.layers().getFirst().theta());
    for (int w = 0; w < 48; w++) {
      assertThat(red[w]).as("weight " + w).isEqualTo(kept[w] != 0);
    }
  }

  @Test
  void whatCannotBeWrittenIsSaidOnceAndStopsNothing() throws IOException {
    RunFolder folder = TinyRun.sparse(root.resolve("run"));
    EventLog log = log(folder);
    log.started(Position.START, 3, TinyRun.STEPS_PER_EPOCH);
    log.epochDone(TinyRun.epoch(1, 1));
    Path file = TensorFlowReader.files(folder.root()).getFirst();
    Files.delete(file);
    for (int epoch = 2; epoch <= 3; epoch++) {
      log.epochDone(TinyRun.epoch(epoch, 1));
    }
    assertThat(failures).singleElement().asString().contains(file.toString());
    assertThat(file).doesNotExist();
    EventLog nowhere = log(new RunFolder(root.resolve("nowhere")));
    nowhere.started(Position.START, 3, TinyRun.STEPS_PER_EPOCH);
    nowhere.epochDone(TinyRun.epoch(1, 1));
    assertThat(failures).hasSize(2);
  }
}
