package dev.ockham.core.start;

import dev.ockham.runtime.file.MalformedFileException;
import dev.ockham.runtime.file.Safetensors;
import dev.ockham.runtime.file.SafetensorsContents;
import dev.ockham.runtime.file.SafetensorsFile;
import dev.ockham.runtime.file.StoredTensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tensors by name, as another tool saved them: one safetensors file, or several that an index
 * {@code NAME.safetensors.index.json} beside them names ({@code weight_map}, tensor to file).
 *
 * @param file what was read
 * @param metadata text pairs of the file; none of an index
 * @param tensors in the order of their names, numbers within them as numbers
 */
public record WeightFile(
    Path file, SortedMap<String, String> metadata, SortedMap<String, StoredTensor> tensors) {

  /** What names of indices end with. */
  public static final String INDEX = ".index.json";

  private static final int BUFFER = 1 << 16;

  /** Most bytes of an index: 100,000 tensors with long names. */
  private static final long MOST_INDEX_BYTES = 50_000_000;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** Copies both maps; tensor bytes are shared. */
  public WeightFile {
    metadata = Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
    TreeMap<String, StoredTensor> ordered = new TreeMap<>(NaturalOrder.OF_NAMES);
    ordered.putAll(tensors);
    tensors = Collections.unmodifiableSortedMap(ordered);
  }

  /**
   * Reads a file, or an index and what it names.
   *
   * @throws MalformedFileException naming file, place and value
   * @throws IOException if a file cannot be read
   */
  public static WeightFile read(Path file) throws IOException {
    if (!isIndex(file)) {
      SafetensorsFile content = whole(file);
      return new WeightFile(file, content.metadata(), content.tensors());
    }
    SortedMap<String, String> shardOf = index(file);
    SortedMap<String, StoredTensor> tensors = new TreeMap<>();
    for (String shard : new TreeSet<>(shardOf.values())) {
      Path path = beside(file, shard);
      for (Map.Entry<String, StoredTensor> tensor : whole(path).tensors().entrySet()) {
        if (shard.equals(shardOf.get(tensor.getKey()))) {
          tensors.put(tensor.getKey(), tensor.getValue());
        }
      }
    }
    for (Map.Entry<String, String> entry : shardOf.entrySet()) {
      if (!tensors.containsKey(entry.getKey())) {
        throw new MalformedFileException(
            file, "weight_map", entry.getValue() + " has no tensor '" + entry.getKey() + "'");
      }
    }
    return new WeightFile(file, new TreeMap<>(), tensors);
  }

  /** Whether a file is an index of several, by its name. */
  public static boolean isIndex(Path file) {
    return file.getFileName().toString().endsWith(INDEX);
  }

  /**
   * SHA-256 over the bytes of a file; of an index, over its own bytes and then those of the files
   * that it names, in the order of their names. 64 lowercase hexadecimal digits.
   */
  public static String sha256(Path file) throws IOException {
    MessageDigest digest = digest();
    update(digest, file);
    if (isIndex(file)) {
      for (String shard : new TreeSet<>(index(file).values())) {
        update(digest, beside(file, shard));
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** As above, over the bytes of a file and then those of others; of the file alone if none are. */
  static String sha256(Path file, List<Path> beside) throws IOException {
    MessageDigest digest = digest();
    update(digest, file);
    for (Path other : beside) {
      update(digest, other);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  private static void update(MessageDigest digest, Path file) throws IOException {
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
  }

  /** A file's tensors, after it is known that there is memory for them as floats as well. */
  private static SafetensorsFile whole(Path file) throws IOException {
    long bytes = SafetensorsContents.read(file).tensorBytes();
    long memory = Runtime.getRuntime().maxMemory();
    if (bytes > memory / 3) {
      throw new MalformedFileException(
          file,
          "data",
          "%s bytes of tensors need more than the %s MB that this JVM may use (-Xmx)"
              .formatted(bytes, memory >> 20));
    }
    return Safetensors.read(file);
  }

  private static SortedMap<String, String> index(Path file) throws IOException {
    if (Files.size(file) > MOST_INDEX_BYTES) {
      throw new MalformedFileException(
          file, "index", "has more than " + MOST_INDEX_BYTES + " bytes");
    }
    Map<String, Object> root;
    try {
      root = JSON.readValue(Files.readAllBytes(file), new TypeReference<Map<String, Object>>() {});
    } catch (JacksonException e) {
      throw new MalformedFileException(
          file, "index", "not a JSON object: " + e.getOriginalMessage());
    }
    if (root == null || !(root.get("weight_map") instanceof Map<?, ?> named) || named.isEmpty()) {
      throw new MalformedFileException(
          file, "weight_map", "is missing; an index maps names of tensors to files");
    }
    SortedMap<String, String> shardOf = new TreeMap<>();
    for (Map.Entry<?, ?> entry : named.entrySet()) {
      if (!(entry.getValue() instanceof String shard)) {
        throw new MalformedFileException(
            file, "weight_map", "the file of '" + entry.getKey() + "' is no text");
      }
      shardOf.put(String.valueOf(entry.getKey()), shard);
    }
    return shardOf;
  }

  /** A file of the index's own folder. */
  private static Path beside(Path index, String shard) throws MalformedFileException {
    boolean plain = List.of("/", "\\", "\0").stream().noneMatch(shard::contains);
    if (!plain || shard.isBlank() || shard.equals("..") || shard.equals(".")) {
      throw new MalformedFileException(
          index, "weight_map", "'" + shard + "' is no file beside the index");
    }
    return index.resolveSibling(shard);
  }
}
