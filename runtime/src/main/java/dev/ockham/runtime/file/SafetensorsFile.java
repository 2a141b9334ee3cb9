package dev.ockham.runtime.file;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The content of a safetensors file.
 *
 * @param metadata text pairs, sorted by key
 * @param tensors tensors by name
 */
public record SafetensorsFile(
    SortedMap<String, String> metadata, SortedMap<String, StoredTensor> tensors) {
  /** Copies both maps; tensor bytes are shared. */
  public SafetensorsFile {
    metadata = Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
    tensors = Collections.unmodifiableSortedMap(new TreeMap<>(tensors));
    if (tensors.containsKey(Safetensors.METADATA)) {
      throw new IllegalArgumentException("no tensor may be named " + Safetensors.METADATA);
    }
  }

  /** The content made of the given maps, which need not be sorted. */
  public static SafetensorsFile of(
      Map<String, String> metadata, Map<String, StoredTensor> tensors) {
    return new SafetensorsFile(new TreeMap<>(metadata), new TreeMap<>(tensors));
  }

  /**
   * One tensor of the file, by its name.
   *
   * @throws NoSuchElementException if there is none of that name
   */
  public StoredTensor tensor(String name) {
    StoredTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new NoSuchElementException("no tensor '" + name + "' among " + tensors.keySet());
    }
    return tensor;
  }

  /**
   * SHA-256 over the bytes of all tensors in the order of their names, as 64 lowercase hexadecimal
   * digits. Names, shapes and metadata do not enter.
   */
  public String weightsSha256() {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
    tensors.values().forEach(tensor -> digest.update(tensor.data()));
    return HexFormat.of().formatHex(digest.digest());
  }
}
