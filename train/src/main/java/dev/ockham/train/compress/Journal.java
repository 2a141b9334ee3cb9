package dev.ockham.train.compress;

import dev.ockham.core.goal.Latency;
import dev.ockham.core.run.RunException;
import dev.ockham.runtime.file.AtomicFile;
import dev.ockham.runtime.file.CheckedText;
import dev.ockham.runtime.file.MalformedFileException;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code compress.json}: what was asked for, and what was measured of the machine. Both together
 * decide all that follows, so that a compression that is killed goes on as it would have.
 */
final class Journal {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  private static final TypeReference<LinkedHashMap<String, Object>> TREE = new TypeReference<>() {};
  private static final String ASKED = "asked";
  private static final String COSTS = "costs";
  private static final String LATENCIES = "latency_seconds";

  private static final String TUNING = "tuning_epochs";

  private final Path file;
  private final Map<String, Object> tree;

  private Journal(Path file, Map<String, Object> tree) {
    this.file = file;
    this.tree = tree;
  }

  static Path in(Path folder) {
    return folder.resolve("compress.json");
  }

  /**
   * Opens the journal of a folder, or begins one.
   *
   * @param resume whether one that is there may go on
   * @throws RunException if the folder holds another compression, or anything else
   * @throws MalformedFileException if the journal was damaged
   */
  static Journal open(Path folder, CompressionSpec spec, String data, boolean resume)
      throws IOException {
    requireUsable(folder, resume);
    Path file = in(folder);
    Map<String, Object> asked = spec.toMap();
    asked.put("data_sha256", data);
    if (!Files.exists(file)) {
      Map<String, Object> tree = new LinkedHashMap<>();
      tree.put(ASKED, asked);
      Files.createDirectories(folder);
      Journal made = new Journal(file, tree);
      made.write();
      return made;
    }
    try {
      Map<String, Object> tree = JSON.readValue(CheckedText.read(file).text(), TREE);
      if (tree == null) {
        throw new RunException(file + ": is empty; choose another --out");
      }
      requireSame(folder, asked, tree.get(ASKED));
      return new Journal(file, tree);
    } catch (JacksonException e) {
      throw new RunException(file + ": is not what compress writes there; choose another --out");
    }
  }

  /** Checks that a compression may be in a folder, and changes nothing. */
  static void requireUsable(Path folder, boolean resume) throws IOException {
    if (Files.exists(in(folder))) {
      if (!resume) {
        throw new RunException(
            "%s already holds a compression; --resume continues it, another --out keeps both"
                .formatted(folder));
      }
      return;
    }
    if (Files.isRegularFile(folder)) {
      throw new RunException("%s is a file, not a folder".formatted(folder));
    }
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
        for (Path entry : entries) {
          if (!AtomicFile.isTemporary(entry)) {
            throw new RunException(
                "%s is not empty (%s) and holds no compression; choose another --out"
                    .formatted(folder, entry.getFileName()));
          }
        }
      }
    }
  }

  private static void requireSame(Path folder, Map<String, Object> asked, @Nullable Object there)
      throws RunException {
    Map<String, String> ours = new LinkedHashMap<>();
    flatten("", JSON.convertValue(asked, TREE), ours);
    Map<String, String> theirs = new LinkedHashMap<>();
    flatten("", there, theirs);
    for (Map.Entry<String, String> each : ours.entrySet()) {
      String recorded = theirs.get(each.getKey());
      if (!each.getValue().equals(recorded)) {
        throw new RunException(
            "%s holds another compression: its %s is %s, not %s"
                .formatted(folder, each.getKey(), recorded, each.getValue()));
      }
    }
  }

  private static void flatten(String path, @Nullable Object value, Map<String, String> into) {
    if (value instanceof Map<?, ?> map) {
      map.forEach(
          (key, inner) -> flatten(path.isEmpty() ? "" + key : path + "." + key, inner, into));
    } else {
      into.put(path, String.valueOf(value));
    }
  }

  @Nullable Costs costs() {
    return tree.get(COSTS) instanceof Map<?, ?> map
            && map.get("noisy_epoch_seconds") instanceof Number noisy
            && map.get("plain_epoch_seconds") instanceof Number plain
        ? new Costs(noisy.doubleValue(), plain.doubleValue())
        : null;
  }

  void keep(Costs costs) throws IOException {
    tree.put(COSTS, costs.toMap());
    write();
  }

  /**
   * Seconds that a model takes for an example: as measured before, else measured now and kept.
   *
   * @param name of the model in this compression
   */
  double latency(String name, Model model) throws IOException {
    Map<String, Object> all = new LinkedHashMap<>();
    if (tree.get(LATENCIES) instanceof Map<?, ?> map) {
      map.forEach((key, value) -> all.put(String.valueOf(key), value));
    }
    if (all.get(name) instanceof Number known) {
      return known.doubleValue();
    }
    double seconds = Latency.seconds(model);
    all.put(name, seconds);
    tree.put(LATENCIES, all);
    write();
    return seconds;
  }

  /** Epochs of fine-tuning that were decided on; -1 where that is to come. */
  int tuningEpochs() {
    return tree.get(TUNING) instanceof Number known ? known.intValue() : -1;
  }

  void keepTuningEpochs(int epochs) throws IOException {
    tree.put(TUNING, epochs);
    write();
  }

  private void write() throws IOException {
    CheckedText.write(file, JSON.writeValueAsString(tree));
  }
}
