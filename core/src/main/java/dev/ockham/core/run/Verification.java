package dev.ockham.core.run;

import dev.ockham.runtime.file.CheckedText;
import dev.ockham.runtime.file.GraphJson;
import dev.ockham.runtime.file.MalformedFileException;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.file.Safetensors;
import dev.ockham.runtime.file.SafetensorsContents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Checks files that Ockham wrote against their checksums, and those of a run against each other.
 * Nothing is changed.
 */
public final class Verification {
  private static final int DEEPEST = 6;
  private static final String MODEL = ".safetensors";

  /** The field of files that begin as those of another format do. */
  private static final String ANOTHER = "file";

  /** What {@code ockham compress} reads back, beside its runs. */
  private static final Set<String> OF_COMPRESS =
      Set.of("compress.json", "thorough.json", "summary.json");

  private static final JsonMapper JSON = new JsonMapper();

  private final List<Finding> findings = new ArrayList<>();

  private Verification() {}

  /** How a file is. */
  public enum State {
    /** Every byte is as it was written. */
    WHOLE,
    /** It can be read, but an older build wrote it without a checksum. */
    UNCHECKED,
    /** The file is not as it was written, belongs elsewhere, or lacks something. */
    DAMAGED,
    /** Another program wrote it, so that there is nothing to check it against. */
    FOREIGN
  }

  /**
   * What was found of a file.
   *
   * @param file which
   * @param state how it is
   * @param detail what is wrong with it; empty where nothing is
   */
  public record Finding(Path file, State state, String detail) {}

  /** Says that a file is none of Ockham's. */
  private static final class ForeignFileException extends IOException {
    private static final long serialVersionUID = 1L;

    ForeignFileException(String message) {
      super("Ockham did not write it: " + message);
    }
  }

  /** Reads one file, and says whether it had a checksum. */
  @FunctionalInterface
  private interface Reading {
    boolean checked() throws IOException;
  }

  /**
   * Checks a run, a model or another file that Ockham wrote, or all of these in a folder, up to six
   * folders deep. Symbolic links to folders are not followed.
   *
   * @return a finding for each file, in order of their names
   * @throws IOException if a folder cannot be listed
   */
  public static List<Finding> of(Path path) throws IOException {
    Verification all = new Verification();
    all.path(path, DEEPEST);
    return List.copyOf(all.findings);
  }

  private void path(Path path, int deepest) throws IOException {
    if (!Files.isDirectory(path)) {
      file(path);
      return;
    }
    RunFolder run = new RunFolder(path);
    if (run.holdsRun()) {
      run(run);
      return;
    }
    List<Path> entries;
    try (Stream<Path> listed = Files.list(path)) {
      entries = listed.sorted().toList();
    }
    for (Path entry : entries) {
      if (Files.isDirectory(entry)) {
        if (deepest > 1 && !Files.isSymbolicLink(entry)) {
          path(entry, deepest - 1);
        }
      } else if (entry.toString().endsWith(MODEL)
          || OF_COMPRESS.contains(String.valueOf(entry.getFileName()))) {
        file(entry);
      }
    }
  }

  private void run(RunFolder run) throws IOException {
    RunRecord record = null;
    try {
      record = RunRecord.read(run);
    } catch (IOException e) {
      // Said by the next line, which reads it again.
    }
    check(run.record(), () -> RunRecord.readChecked(run));
    if (Files.exists(run.network())) {
      check(run.network(), () -> network(run.network()));
    }
    Checkpoint last = null;
    for (Path file :
        List.of(
            run.checkpointBefore(),
            run.bestCheckpoint(),
            run.stageCheckpoint(),
            run.checkpoint())) {
      if (Files.exists(file)) {
        last = checkpoint(file, record);
      }
    }
    if (!Files.exists(run.checkpoint()) && record != null && !record.last().isEmpty()) {
      String missing = "is missing; the run has epochs behind it";
      findings.add(new Finding(run.checkpoint(), State.DAMAGED, missing));
    }
    metrics(run, record, Files.exists(run.checkpoint()) ? last : null);
    if (Files.exists(run.calibration())) {
      check(run.calibration(), () -> Calibration.content(run.calibration()).checked());
    }
    if (Files.exists(run.mistakesBefore())) {
      check(run.mistakesBefore(), () -> Safetensors.readChecked(run.mistakesBefore()).checked());
    }
    RunRecord known = record;
    if (Files.exists(run.teacher())) {
      check(run.teacher(), () -> teacher(run, known));
    }
    if (Files.exists(run.model())) {
      check(run.model(), () -> model(run, known));
    }
    if (Files.exists(run.quality())) {
      check(run.quality(), () -> quality(run, known));
    }
    for (Path file : List.of(run.tradeOff(), run.latencies(), run.sensitivity())) {
      if (Files.exists(file)) {
        check(file, () -> CheckedText.read(file).checked());
      }
    }
  }

  private @Nullable Checkpoint checkpoint(Path file, @Nullable RunRecord record) {
    Checkpoint[] read = new Checkpoint[1];
    check(
        file,
        () -> {
          Checkpoint found = Checkpoint.read(file);
          if (record != null) {
            found.requireOf(record);
          }
          read[0] = found;
          return found.checked();
        });
    return read[0];
  }

  private void metrics(RunFolder run, @Nullable RunRecord record, @Nullable Checkpoint last) {
    Path file = run.metrics();
    int counted = last == null ? 0 : last.position().epoch();
    if (!Files.exists(file) && counted == 0 && (record == null || record.last().isEmpty())) {
      return;
    }
    check(
        file,
        () -> {
          if (record == null) {
            MetricsLog.requireWhole(file);
          } else {
            MetricsLog.requireOf(file, record, counted);
          }
          return MetricsLog.isChecked(file);
        });
  }

  private static boolean teacher(RunFolder run, @Nullable RunRecord record) throws IOException {
    boolean checked = model(run.teacher());
    Lesson lesson = record == null ? null : record.lesson();
    if (lesson != null && !Lesson.sha256(run.teacher()).equals(lesson.sha256())) {
      throw new RunException(run.teacher() + ": is not the teacher that the run began with");
    }
    return checked;
  }

  private void file(Path path) {
    check(
        path,
        () -> {
          String name = String.valueOf(path.getFileName());
          if (name.endsWith(".jsonl")) {
            MetricsLog.requireWhole(path);
            return MetricsLog.isChecked(path);
          }
          if (name.endsWith(".json")) {
            return CheckedText.read(path).checked();
          }
          String format = format(path, name.endsWith(MODEL));
          return switch (format) {
            case "ockham-model" -> model(path);
            case "ockham-checkpoint" -> Checkpoint.read(path).checked();
            case "ockham-calibration" -> Calibration.content(path).checked();
            default -> throw new ForeignFileException("its format is '%s'".formatted(format));
          };
        });
  }

  /** What a file says that it is; one that is called a model is damaged where it says nothing. */
  private static String format(Path path, boolean model) throws IOException {
    try {
      return SafetensorsContents.read(path).metadata().getOrDefault("format", "none");
    } catch (MalformedFileException e) {
      if (model && !e.field().equals(ANOTHER)) {
        throw e;
      }
      throw new ForeignFileException(said(path, e));
    }
  }

  private static boolean network(Path file) throws IOException {
    CheckedText read = CheckedText.read(file);
    try {
      GraphJson.read(read.text());
    } catch (IllegalArgumentException e) {
      throw new MalformedFileException(file, "network", String.valueOf(e.getMessage()));
    }
    return read.checked();
  }

  private static boolean model(RunFolder run, @Nullable RunRecord record) throws IOException {
    boolean checked = model(run.model());
    if (record != null) {
      record.requireOwnModel(run.model());
    }
    return checked;
  }

  private static boolean quality(RunFolder run, @Nullable RunRecord record) throws IOException {
    CheckedText read = CheckedText.read(run.quality());
    try {
      JsonNode owner = JSON.readTree(read.text()).path(RunRecord.OWNER);
      if (record != null && owner.isString()) {
        record.requireOwn(run.quality(), "the quality", owner.asString());
      }
    } catch (JacksonException e) {
      throw new RunException(run.quality() + ": is no JSON");
    }
    return read.checked();
  }

  /** Models of the first version have no checksum. */
  private static boolean model(Path file) throws IOException {
    ModelFile.load(file);
    return !"1".equals(SafetensorsContents.read(file).metadata().get("version"));
  }

  private void check(Path file, Reading reading) {
    try {
      findings.add(new Finding(file, reading.checked() ? State.WHOLE : State.UNCHECKED, ""));
    } catch (ForeignFileException e) {
      findings.add(new Finding(file, State.FOREIGN, said(file, e)));
    } catch (IOException e) {
      findings.add(new Finding(file, State.DAMAGED, said(file, e)));
    }
  }

  /** What is wrong, without the file's name before it. */
  private static String said(Path file, IOException e) {
    String message = String.valueOf(e.getMessage());
    return message.startsWith(file.toString())
        ? message.substring(file.toString().length()).replaceFirst("^[:,]?\\s*", "")
        : message;
  }
}
