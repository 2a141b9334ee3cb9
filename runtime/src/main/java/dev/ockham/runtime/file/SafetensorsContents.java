package dev.ockham.runtime.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a safetensors file holds, by its header alone: nothing of its tensors is read.
 *
 * @param metadata text pairs, sorted by key
 * @param headerBytes bytes before the first tensor, the eight of the length included
 * @param tensors in the order of their bytes
 */
public record SafetensorsContents(
    SortedMap<String, String> metadata, long headerBytes, List<Tensor> tensors) {
  /** Copies both collections. */
  public SafetensorsContents {
    metadata = Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
    tensors = List.copyOf(tensors);
  }

  /**
   * What a file says of one tensor before its numbers are read.
   *
   * @param name unique within the file
   * @param dtype type of an element
   * @param shape extents, each ≥ 0
   * @param bytes that it takes
   */
  public record Tensor(String name, DType dtype, List<Long> shape, long bytes) {}

  /**
   * Reads a header.
   *
   * @throws MalformedFileException if it breaks the format, or a dtype is unknown
   * @throws IOException if the file cannot be read
   */
  public static SafetensorsContents read(Path path) throws IOException {
    try (FileBytes file = FileBytes.of(path)) {
      SafetensorsHeader header = SafetensorsHeader.read(file);
      return new SafetensorsContents(
          new TreeMap<>(header.metadata()),
          header.dataStart(),
          header.entries().stream()
              .map(e -> new Tensor(e.name(), e.dtype(), e.shape(), e.end() - e.begin()))
              .toList());
    }
  }

  /** Bytes of all tensors together. */
  public long tensorBytes() {
    return tensors.stream().mapToLong(Tensor::bytes).sum();
  }
}
