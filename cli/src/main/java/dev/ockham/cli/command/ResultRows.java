package dev.ockham.cli.command;

import dev.ockham.core.run.RunException;
import dev.ockham.runtime.file.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** A result file with a row for each data set. */
final class ResultRows {

  private ResultRows() {}

  /**
   * Puts a row into a file; others stay.
   *
   * @param data the row's name, or a path whose last name it is
   * @throws RunException if the file holds something else
   */
  static void put(Path file, String data, Map<String, Object> row) throws IOException {
    JsonMapper json = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    Map<String, Object> rows = new LinkedHashMap<>();
    if (Files.exists(file)) {
      try {
        rows.putAll(
            json.readValue(
                Files.readString(file), new TypeReference<LinkedHashMap<String, Object>>() {}));
      } catch (JacksonException e) {
        throw new RunException("%s: it is no result file of this command".formatted(file));
      }
    }
    rows.put(String.valueOf(Path.of(data).getFileName()), row);
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    AtomicFile.writeString(file, json.writeValueAsString(rows) + "\n");
  }
}
