package dev.ockham.runtime.file;

import dev.ockham.runtime.json.Json;
import dev.ockham.runtime.json.JsonValue;
import dev.ockham.runtime.json.JsonValue.JsonArray;
import dev.ockham.runtime.json.JsonValue.JsonObject;
import dev.ockham.runtime.json.JsonValue.JsonString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes and reads safetensors files.
 *
 * <p>The format: eight bytes with the header's length N (unsigned, little endian); N bytes of JSON
 * that begin with <code>{</code> and may end in spaces; then the tensors' bytes without gaps. Each
 * member of the JSON object is a tensor: {@code "name":{"dtype":"F32","shape":[2,3],
 * "data_offsets":[begin,end]}} with offsets counted from the end of the header; the member {@code
 * __metadata__} maps texts to texts.
 *
 * <p>What is written here orders tensors by element size, largest first, then by name, and pads the
 * header to a multiple of eight, so that every tensor is aligned in a mapped file. Equal content
 * gives equal bytes.
 */
public final class Safetensors {
  static final String METADATA = "__metadata__";

  private Safetensors() {}

  /**
   * Saves atomically, see {@link AtomicFile#write}.
   *
   * @throws IllegalArgumentException if the header would exceed the format's 100,000,000 bytes or a
   *     name has half a surrogate pair
   * @throws IOException if writing fails; an older file is then untouched
   */
  public static void write(Path path, SafetensorsFile file) throws IOException {
    List<ByteBuffer> parts = parts(file);
    AtomicFile.write(
        path,
        channel -> {
          for (ByteBuffer part : parts) {
            AtomicFile.writeFully(channel, part);
          }
        });
  }

  /**
   * Saves as {@link #write} does, with a checksum over every byte in the metadata, and one of each
   * tensor to name what was damaged.
   *
   * @throws IOException if writing fails; an older file is then untouched
   */
  public static void writeChecked(Path path, SafetensorsFile file) throws IOException {
    write(path, FileChecksum.addedToParts(file));
  }

  /**
   * What was read of a file that should have a checksum.
   *
   * @param content without the checksum
   * @param checked whether there was one, which held
   */
  public record Checked(SafetensorsFile content, boolean checked) {}

  /**
   * Reads what {@link #writeChecked} wrote, or a file that has no checksum.
   *
   * @throws MalformedFileException if a byte is not as it was written, naming the tensor, or the
   *     content breaks the format
   * @throws IOException if the file cannot be read
   */
  public static Checked readChecked(Path path) throws IOException {
    SafetensorsFile content;
    String stated;
    try (FileBytes file = FileBytes.of(path)) {
      SafetensorsHeader header = SafetensorsHeader.read(file);
      stated = header.metadata().get(FileChecksum.KEY);
      if (stated != null
          && !FileChecksum.holds(file, Math.toIntExact(header.dataStart()), stated)) {
        throw FileChecksum.fault(file, header);
      }
      content = located(file, header).content();
    }
    SortedMap<String, String> metadata = new TreeMap<>(content.metadata());
    metadata.remove(FileChecksum.KEY);
    metadata.remove(FileChecksum.PARTS);
    return new Checked(new SafetensorsFile(metadata, content.tensors()), stated != null);
  }

  /** All bytes of the file in order: length and header, then each tensor's. */
  static List<ByteBuffer> parts(SafetensorsFile file) {
    List<Map.Entry<String, StoredTensor>> ordered = ordered(file);
    List<ByteBuffer> parts = new ArrayList<>();
    parts.add(ByteBuffer.wrap(header(file.metadata(), ordered)));
    for (Map.Entry<String, StoredTensor> entry : ordered) {
      parts.add(entry.getValue().data());
    }
    return parts;
  }

  /** Bytes that {@link #write} would write, header included. */
  public static long byteSize(SafetensorsFile file) {
    long size = header(file.metadata(), ordered(file)).length;
    for (StoredTensor tensor : file.tensors().values()) {
      size += tensor.data().remaining();
    }
    return size;
  }

  static List<Map.Entry<String, StoredTensor>> ordered(SafetensorsFile file) {
    List<Map.Entry<String, StoredTensor>> ordered = new ArrayList<>(file.tensors().entrySet());
    // The map is sorted by name and the sort is stable.
    ordered.sort(Comparator.comparingInt(entry -> -entry.getValue().dtype().bytes()));
    return ordered;
  }

  /**
   * Reads a whole file. Each tensor gets its own array, so the file may be larger than 2 GB while
   * each tensor is smaller.
   *
   * @throws MalformedFileException if the content breaks the format, or a dtype is unknown
   * @throws IOException if the file cannot be read
   */
  public static SafetensorsFile read(Path path) throws IOException {
    return readLocated(path).content();
  }

  /**
   * Content with the place of its parts.
   *
   * @param offsets byte offset in the file of each tensor's data, and of the header's member
   *     {@value #METADATA}; of the header if there is none
   */
  record Located(SafetensorsFile content, Map<String, Long> offsets) {}

  static Located readLocated(Path path) throws IOException {
    try (FileBytes file = FileBytes.of(path)) {
      return located(file, SafetensorsHeader.read(file));
    }
  }

  private static Located located(FileBytes file, SafetensorsHeader header) throws IOException {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    Map<String, Long> offsets = new LinkedHashMap<>();
    offsets.put(METADATA, header.metadataOffset());
    for (SafetensorsHeader.Entry entry : header.entries()) {
      offsets.put(entry.name(), entry.begin());
      ByteBuffer data = ByteBuffer.allocate((int) (entry.end() - entry.begin()));
      file.readFully(data, entry.begin(), entry.field());
      tensors.put(entry.name(), new StoredTensor(entry.dtype(), entry.shape(), data));
    }
    return new Located(SafetensorsFile.of(header.metadata(), tensors), offsets);
  }

  private static byte[] header(
      Map<String, String> metadata, List<Map.Entry<String, StoredTensor>> ordered) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    if (!metadata.isEmpty()) {
      Map<String, JsonValue> texts = new LinkedHashMap<>();
      metadata.forEach((key, text) -> texts.put(key, new JsonString(text)));
      members.put(METADATA, new JsonObject(texts));
    }
    long begin = 0;
    for (Map.Entry<String, StoredTensor> entry : ordered) {
      StoredTensor tensor = entry.getValue();
      long end = begin + tensor.data().remaining();
      Map<String, JsonValue> description = new LinkedHashMap<>();
      description.put("dtype", new JsonString(tensor.dtype().name()));
      description.put(
          "shape", JsonArray.of(tensor.shape().stream().mapToLong(Long::longValue).toArray()));
      description.put("data_offsets", JsonArray.of(begin, end));
      members.put(entry.getKey(), new JsonObject(description));
      begin = end;
    }
    byte[] json = Json.write(new JsonObject(members)).getBytes(StandardCharsets.UTF_8);
    int length = (json.length + 7) / 8 * 8;
    if (length > SafetensorsHeader.MAX_LENGTH) {
      throw new IllegalArgumentException(
          "header of %s bytes exceeds the format's limit of %s"
              .formatted(length, SafetensorsHeader.MAX_LENGTH));
    }
    ByteBuffer header = ByteBuffer.allocate(8 + length).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(length).put(json);
    while (header.hasRemaining()) {
      header.put((byte) ' ');
    }
    return header.array();
  }
}
