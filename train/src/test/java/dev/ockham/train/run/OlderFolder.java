package dev.ockham.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.core.run.RunFolder;
import dev.ockham.runtime.file.Safetensors;
import dev.ockham.runtime.file.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Makes of a run's folder what a build would have written that had only what every build wrote. */
final class OlderFolder {
  private static final JsonMapper JSON = new JsonMapper();
  private static final TypeReference<LinkedHashMap<String, Object>> TREE = new TypeReference<>() {};

  /** Settings that records lacked once; of the runs here, they are what runs did then. */
  private static final List<String> YOUNGER =
      List.of(
          "data.mean",
          "data.deviation",
          "data.target",
          "data.columns",
          "data.size",
          "data.fit",
          "data.channels",
          "data.background",
          "data.augment",
          "data.text",
          "data.audio",
          "training.loss",
          "training.class_weights",
          "training.label_smoothing",
          "training.target_noise",
          "training.huber_delta",
          "training.teacher",
          "training.init_map",
          "training.init_norms",
          "training.early_stopping",
          "training.gradual_pruning.sparsity",
          "training.gradual_pruning.most",
          "training.fine_tune.weight_decay",
          "training.fine_tune.stages",
          "training.fine_tune.most_loss");

  private OlderFolder() {}

  static void age(RunFolder folder) throws IOException {
    Files.delete(folder.network());
    List<Path> younger =
        List.of(folder.quality(), folder.checkpointBefore(), folder.report(), folder.lock());
    for (Path file : younger) {
      Files.deleteIfExists(file);
    }
    try (Stream<Path> files = Files.list(folder.root())) {
      for (Path file : files.toList()) {
        if (String.valueOf(file.getFileName()).startsWith("events.")) {
          Files.delete(file);
        }
      }
    }
    ageRecord(folder.record());
    ageTensors(folder.checkpoint());
    if (Files.exists(folder.calibration())) {
      ageTensors(folder.calibration());
    }
    List<String> lines =
        Files.readAllLines(folder.metrics()).stream()
            .map(line -> line.replaceAll(",\"crc32c\":\"[0-9a-f]{8}\"", ""))
            .toList();
    Files.write(folder.metrics(), lines);
  }

  private static void ageRecord(Path file) throws IOException {
    Map<String, Object> record = JSON.readValue(Files.readString(file), TREE);
    record.remove("checksum");
    record.remove("id");
    Map<String, Object> spec = members(record.get("spec"));
    for (String setting : YOUNGER) {
      remove(spec, setting.split("\\.", 2));
    }
    record.put("spec", spec);
    Files.writeString(file, JSON.writeValueAsString(record));
  }

  private static void remove(Map<String, Object> part, String[] path) {
    if (path.length == 1) {
      assertThat(part.remove(path[0])).as(path[0]).isNotNull();
    } else {
      Map<String, Object> below = members(part.get(path[0]));
      remove(below, path[1].split("\\.", 2));
      part.put(path[0], below);
    }
  }

  private static Map<String, Object> members(@Nullable Object tree) {
    Map<String, Object> members = new LinkedHashMap<>();
    ((Map<?, ?>) Objects.requireNonNull(tree))
        .forEach((key, value) -> members.put(String.valueOf(key), value));
    return members;
  }

  /** As version 1 was: no checksum, and nothing that says whose it is. */
  private static void ageTensors(Path file) throws IOException {
    SafetensorsFile content = Safetensors.readChecked(file).content();
    SortedMap<String, String> metadata = new TreeMap<>(content.metadata());
    metadata.put("version", "1");
    metadata.remove("run");
    metadata.remove("seed");
    Safetensors.write(file, new SafetensorsFile(metadata, content.tensors()));
  }
}
