package dev.ockham.core.run;

import dev.ockham.core.arch.Architecture;
import dev.ockham.runtime.file.AtomicFile;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** {@code metrics.jsonl}: one JSON object a line, one line an epoch. */
public final class MetricsLog {

  private static final JsonMapper JSON = new JsonMapper();
  private static final TypeReference<Map<String, Object>> LINE = new TypeReference<>() {};

  private MetricsLog() {}

  /** Adds an epoch's line. */
  public static void append(Path file, EpochMetrics metrics) throws IOException {
    try {
      Files.writeString(
          file,
          JSON.writeValueAsString(metrics.toMap()) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException e) {
      // A full disk says so, but not of which file.
      throw new FileSystemException(file.toString(), null, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Drops what a killed run wrote after its last checkpoint: lines of later epochs, and a last line
   * that was cut short.
   *
   * @param epochs epochs that the checkpoint has behind it
   */
  public static void keepEpochs(Path file, int epochs) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    List<String> kept = new ArrayList<>();
    for (String line : lines(file)) {
      try {
        Map<String, Object> values = JSON.readValue(line, LINE);
        if (values.get("epoch") instanceof Number epoch && epoch.intValue() <= epochs) {
          kept.add(line);
        }
      } catch (JacksonException e) {
        break; // A kill cut this line; nothing after it was written.
      }
    }
    String text = kept.isEmpty() ? "" : String.join("\n", kept) + "\n";
    AtomicFile.writeString(file, text);
  }

  /** The last epoch's line; empty where there is none. */
  public static Map<String, Object> last(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Map.of();
    }
    List<String> lines = lines(file);
    try {
      return lines.isEmpty() ? Map.of() : JSON.readValue(lines.getLast(), LINE);
    } catch (JacksonException e) {
      throw new RunException("%s: line %s is not a JSON object".formatted(file, lines.size()));
    }
  }

  private static List<String> lines(Path file) throws IOException {
    try {
      return Files.readAllLines(file, StandardCharsets.UTF_8);
    } catch (CharacterCodingException e) {
      throw new RunException(file + ": is not text in UTF-8");
    }
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
    String text;
    try {
      text = Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new RunException(file + ": not UTF-8 text");
    }
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String place = "%s, line %s".formatted(file, i + 1);
      Map<String, @Nullable Object> values;
      try {
        values = JSON.readValue(lines.get(i), LINE);
      } catch (JacksonException e) {
        if (i == lines.size() - 1 && !text.endsWith("\n")) {
          break;
        }
        throw new RunException(place + ": is not a JSON object");
      }
      if (values == null) {
        throw new RunException(place + ": is not a JSON object");
      }
      epochs.add(EpochMetrics.of(new Fields(place, "", values), architecture));
    }
    return epochs;
  }
}
