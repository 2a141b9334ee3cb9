package dev.ockham.core.run;

import dev.ockham.core.arch.Architecture;
import dev.ockham.runtime.file.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** {@code metrics.jsonl}: one JSON object a line, one line an epoch, each with a checksum. */
public final class MetricsLog {

  private MetricsLog() {}

  /** Adds an epoch's line, and forces it to the disk. */
  public static void append(Path file, EpochMetrics metrics) throws IOException {
    ByteBuffer line = ByteBuffer.wrap(MetricsLine.of(metrics.toMap()));
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      while (line.hasRemaining()) {
        channel.write(line);
      }
      channel.force(true);
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException e) {
      // A full disk says so, but not of which file.
      throw new FileSystemException(file.toString(), null, String.valueOf(e.getMessage()));
    }
  }

  /** How long all epochs of a run took together. */
  public static double seconds(RunFolder run, RunRecord record) throws IOException {
    return read(run.metrics(), run.architecture(record.spec())).stream()
        .mapToDouble(EpochMetrics::seconds)
        .reduce(0, Double::sum);
  }

  /**
   * Drops what a killed run wrote after its last checkpoint: lines of later epochs, and a last line
   * that was cut short. Lines of the checkpoint's epochs are never dropped.
   *
   * @param epochs epochs that the checkpoint has behind it
   * @return which of these epochs have no line, in words; empty where all have one
   * @throws RunException naming a line among those of the checkpoint's epochs that was damaged
   */
  public static Optional<String> keepEpochs(Path file, int epochs) throws IOException {
    if (!Files.exists(file)) {
      return epochs == 0
          ? Optional.empty()
          : Optional.of("%s is missing, with the lines of %s epochs".formatted(file, epochs));
    }
    byte[] found = Files.readAllBytes(file);
    List<MetricsLine> lines = MetricsLine.all(found);
    List<String> kept = new ArrayList<>();
    List<Integer> counted = new ArrayList<>();
    int last = 0;
    // A line behind the last epoch that counts was written after the checkpoint.
    for (int i = 0; i < lines.size() && last < epochs; i++) {
      MetricsLine line = lines.get(i);
      if (line.values() == null) {
        throw damaged(file, i, line);
      }
      if (line.epoch() <= last) {
        throw disordered(file, i, line, last);
      }
      last = line.epoch();
      if (last <= epochs) {
        counted.add(last);
        kept.add(line.text());
      }
    }
    String text = kept.isEmpty() ? "" : String.join("\n", kept) + "\n";
    byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
    if (!Arrays.equals(found, wanted)) {
      AtomicFile.writeBytes(file, wanted);
    }
    return missing(file, epochs, counted);
  }

  private static Optional<String> missing(Path file, int epochs, List<Integer> counted) {
    List<Integer> missing =
        IntStream.rangeClosed(1, epochs).filter(each -> !counted.contains(each)).boxed().toList();
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%s has no line of epoch %s"
                .formatted(
                    file,
                    missing.size() > 5
                        ? missing.getFirst() + " and " + (missing.size() - 1) + " others"
                        : missing.stream().map(String::valueOf).collect(Collectors.joining(", "))));
  }

  /**
   * Which of a run's epochs have no whole line, in words; empty where all have one.
   *
   * @param epochs how many the run has behind it
   */
  static Optional<String> missing(Path file, int epochs) throws IOException {
    return missing(file, epochs, epochs(file));
  }

  /**
   * Checks every line but one that a kill cut short.
   *
   * @throws RunException naming file and line of one that was damaged, or comes twice
   */
  static void requireWhole(Path file) throws IOException {
    if (Files.exists(file)) {
      List<MetricsLine> lines = whole(MetricsLine.all(Files.readAllBytes(file)));
      int last = 0;
      for (int i = 0; i < lines.size(); i++) {
        if (lines.get(i).values() == null) {
          throw damaged(file, i, lines.get(i));
        }
        if (lines.get(i).epoch() <= last) {
          throw disordered(file, i, lines.get(i), last);
        }
        last = lines.get(i).epoch();
      }
    }
  }

  /**
   * Checks that a file is whole, is of a run, and has all of its epochs.
   *
   * @param epochs that the run has behind it at least
   * @throws RunException naming what is wrong with it
   */
  static void requireOf(Path file, RunRecord record, int epochs) throws IOException {
    requireWhole(file);
    int told = record.last().get("epoch") instanceof Integer epoch ? epoch : 0;
    Optional<String> missing = missing(file, Math.max(epochs, told));
    if (missing.isPresent()) {
      throw new RunException(missing.get());
    }
    for (MetricsLine line : MetricsLine.all(Files.readAllBytes(file))) {
      if (line.values() != null && line.epoch() == told) {
        requireSame(file, record.last(), line.values());
      }
    }
  }

  /** A run's record repeats the line of its last epoch. */
  private static void requireSame(Path file, Map<String, Object> told, Map<String, Object> line)
      throws RunException {
    for (Map.Entry<String, Object> each : told.entrySet()) {
      String found = String.valueOf(line.get(each.getKey()));
      if (!found.equals(String.valueOf(each.getValue()))) {
        throw new RunException(
            "%s is of another run: its epoch %s has %s %s, run.json says %s"
                .formatted(file, line.get("epoch"), each.getKey(), found, each.getValue()));
      }
    }
  }

  /**
   * What is wrong with the metrics of a run that something is made of; empty where nothing is.
   *
   * @param record of the run
   */
  public static Optional<String> fault(RunFolder run, RunRecord record) throws IOException {
    try {
      requireOf(run.metrics(), record, 0);
      return Optional.empty();
    } catch (RunException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** Whether every line has a checksum. */
  static boolean isChecked(Path file) throws IOException {
    return whole(MetricsLine.all(Files.readAllBytes(file))).stream().allMatch(MetricsLine::checked);
  }

  private static RunException disordered(Path file, int index, MetricsLine line, int last) {
    return new RunException(
        "%s, line %s: epoch %s follows epoch %s".formatted(file, index + 1, line.epoch(), last));
  }

  private static RunException damaged(Path file, int index, MetricsLine line) {
    return new RunException(
        "%s, line %s: %s: it was damaged; delete the line to do without that epoch"
            .formatted(file, index + 1, line.fault()));
  }

  /** The last epoch's line, without its checksum; empty where there is none. */
  public static Map<String, Object> last(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Map.of();
    }
    List<MetricsLine> lines = whole(MetricsLine.all(Files.readAllBytes(file)));
    if (lines.isEmpty()) {
      return Map.of();
    }
    SequencedMap<String, Object> values = lines.getLast().values();
    if (values == null) {
      throw damaged(file, lines.size() - 1, lines.getLast());
    }
    return values;
  }

  /** All but a last line that a kill cut short. */
  private static List<MetricsLine> whole(List<MetricsLine> lines) {
    boolean cut = !lines.isEmpty() && lines.getLast().values() == null && !lines.getLast().ended();
    return cut ? lines.subList(0, lines.size() - 1) : lines;
  }

  /** The epochs that a file has whole lines of, in its order; none where there is no file. */
  public static List<Integer> epochs(Path file) throws IOException {
    return !Files.exists(file)
        ? List.of()
        : MetricsLine.all(Files.readAllBytes(file)).stream()
            .filter(line -> line.values() != null)
            .map(MetricsLine::epoch)
            .toList();
  }

  /**
   * All epochs that are written down. A last line that a kill cut short is left out.
   *
   * @param architecture the network of the run
   * @throws RunException naming file, line and field of what cannot be understood
   */
  public static List<EpochMetrics> read(Path file, Architecture architecture) throws IOException {
    List<EpochMetrics> epochs = new ArrayList<>();
    if (!Files.exists(file)) {
      return epochs;
    }
    List<MetricsLine> lines = whole(MetricsLine.all(Files.readAllBytes(file)));
    for (int i = 0; i < lines.size(); i++) {
      SequencedMap<String, Object> values = lines.get(i).values();
      if (values == null) {
        throw damaged(file, i, lines.get(i));
      }
      String place = "%s, line %s".formatted(file, i + 1);
      epochs.add(EpochMetrics.of(new Fields(place, "", values), architecture));
    }
    return epochs;
  }
}
