package dev.ockham.core.tradeoff;

import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.runtime.file.CheckedText;
import dev.ockham.runtime.file.MalformedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Numbers beside a run that hold for the weights they were measured with, and for no others. */
final class MeasuredFile {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  private static final String WEIGHTS = "weights_sha256";

  private MeasuredFile() {}

  /** Hash of a run's weights, as they are now. */
  static String weights(RunFolder run) throws IOException {
    return Checkpoint.read(run).content().weightsSha256();
  }

  /** Writes numbers with a checksum, whole or not at all. */
  static void write(Path file, String weights, Map<String, Object> numbers) throws IOException {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put(WEIGHTS, weights);
    tree.putAll(numbers);
    CheckedText.write(file, JSON.writeValueAsString(tree));
  }

  /**
   * Reads numbers.
   *
   * @return empty where there are none, or the run has gone on since
   * @throws RunException if the file is not what was written
   * @throws MalformedFileException if it was damaged
   */
  static <T> Optional<T> read(Path file, RunFolder run, Function<JsonNode, T> reader)
      throws IOException {
    if (!Files.exists(file) || !Files.exists(run.checkpoint())) {
      return Optional.empty();
    }
    try {
      JsonNode tree = JSON.readTree(CheckedText.read(file).text());
      return tree.get(WEIGHTS).asString().equals(weights(run))
          ? Optional.of(reader.apply(tree))
          : Optional.empty();
    } catch (JacksonException | IllegalArgumentException | NullPointerException e) {
      throw new RunException("%s: is not what is measured there; delete it".formatted(file));
    }
  }
}
