package dev.ockham.onnx.read;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Models of the project's shared data, where a machine has them. */
final class SharedModels {
  private SharedModels() {}

  /** A file of the folder {@code models}: of OCKHAM_DATA, or of shared/data beside the project. */
  static Optional<Path> find(String name) {
    List<Path> folders = new ArrayList<>();
    String data = System.getenv("OCKHAM_DATA");
    if (data != null && !data.isBlank()) {
      folders.add(Path.of(data));
    }
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      folders.add(at.resolve("shared/data"));
    }
    return folders.stream()
        .map(folder -> folder.resolve("models").resolve(name))
        .filter(Files::isRegularFile)
        .findFirst();
  }
}
