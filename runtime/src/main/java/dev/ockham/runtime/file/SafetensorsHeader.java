package dev.ockham.runtime.file;

import dev.ockham.runtime.json.Json;
import dev.ockham.runtime.json.JsonSyntaxException;
import dev.ockham.runtime.json.JsonValue;
import dev.ockham.runtime.json.JsonValue.JsonArray;
import dev.ockham.runtime.json.JsonValue.JsonNumber;
import dev.ockham.runtime.json.JsonValue.JsonObject;
import dev.ockham.runtime.json.JsonValue.JsonString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The checked header of a safetensors file: once it exists, its tensors fill the rest of the file
 * exactly and their shapes match their bytes.
 *
 * @param metadata text pairs of {@code __metadata__}
 * @param metadataOffset byte offset of that member, or of the header if there is none
 * @param dataStart byte offset behind the header, where the tensors begin
 * @param entries tensors in the order of their bytes
 */
record SafetensorsHeader(
    Map<String, String> metadata, long metadataOffset, long dataStart, List<Entry> entries) {
  /** Limit of the reference reader. */
  static final int MAX_LENGTH = 100_000_000;

  /** Bytes of a header's length. */
  static final int PREFIX = 8;

  private static final String ONNX = "ONNX; 'ockham import' makes a model of it";

  /** As a file's size: that of its header and tensors, whatever that is. */
  private static final long UNKNOWN = Long.MAX_VALUE;

  /** Longest array that HotSpot allocates. */
  private static final long MAX_TENSOR_BYTES = Integer.MAX_VALUE - 8L;

  /** Most bytes that one of JSON takes while it is parsed: empty objects in arrays. */
  private static final long PARSED_BYTES = 64;

  /** Eighteen digits fit a long whatever they are; no file has more bytes than that. */
  private static final int MOST_DIGITS = 18;

  private static final Set<String> ENTRY_KEYS = Set.of("dtype", "shape", "data_offsets");

  /**
   * One tensor's description.
   *
   * @param begin byte offset in the file of its first byte
   * @param end byte offset in the file after its last byte
   */
  record Entry(String name, DType dtype, List<Long> shape, long begin, long end)
      implements Comparable<Entry> {
    String field() {
      return "tensor '" + name + "'";
    }

    /** Compares tensors by their place in the file. */
    @Override
    public int compareTo(Entry other) {
      return begin != other.begin ? Long.compare(begin, other.begin) : Long.compare(end, other.end);
    }
  }

  static SafetensorsHeader read(FileBytes file) throws IOException {
    try {
      return readHeader(file);
    } catch (MalformedFileException e) {
      byte[] head = new byte[(int) Math.min(file.size(), ForeignFormat.LOOKED_AT)];
      file.readFully(ByteBuffer.wrap(head), 0, "header");
      String other = beginsAsOnnx(head) ? ONNX : ForeignFormat.of(head);
      other = other.isEmpty() && isText(head) ? "text" : other;
      throw other.isEmpty()
          ? e
          : new MalformedFileException(file.name(), 0, "file", "no safetensors, but " + other);
    }
  }

  /** Whether letters are where a length would have zeros. */
  private static boolean isText(byte[] head) {
    for (int i = 0; i < Math.min(PREFIX, head.length); i++) {
      if ((head[i] < ' ' && head[i] != '\n' && head[i] != '\r' && head[i] != '\t')
          || head[i] == 127) {
        return false;
      }
    }
    return head.length >= PREFIX;
  }

  /** Field 1, a small version, then field 2: what all writers begin with. */
  private static boolean beginsAsOnnx(byte[] head) {
    return head.length > 2 && head[0] == 8 && head[1] > 0 && head[2] == 0x12;
  }

  private static SafetensorsHeader readHeader(FileBytes file) throws IOException {
    String name = file.name();
    long fileSize = file.size();
    if (fileSize < PREFIX) {
      throw new MalformedFileException(
          name, 0, "header length", "the file has %s bytes, fewer than 8".formatted(fileSize));
    }
    ByteBuffer prefix = ByteBuffer.allocate(PREFIX);
    file.readFully(prefix, 0, "header length");
    long length = length(name, prefix, Runtime.getRuntime().maxMemory());
    if (length > fileSize - PREFIX) {
      throw new MalformedFileException(
          name,
          0,
          "header length",
          "%s, but only %s bytes follow in the file".formatted(length, fileSize - PREFIX));
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) length);
    file.readFully(bytes, PREFIX, "header");
    return new Parser(name, bytes, PREFIX + length, fileSize).parse();
  }

  /**
   * The length of a header, from the first {@value #PREFIX} bytes of a file.
   *
   * @param memory bytes that may be allocated
   * @throws MalformedFileException if it is past the format's limit, or what memory holds
   */
  static int length(String name, ByteBuffer prefix, long memory) throws MalformedFileException {
    long length = prefix.order(ByteOrder.LITTLE_ENDIAN).getLong(0);
    if (length < 0 || length > MAX_LENGTH) {
      throw new MalformedFileException(
          name,
          0,
          "header length",
          "%s exceeds the limit of %s".formatted(Long.toUnsignedString(length), MAX_LENGTH));
    }
    checkMemory(name, length, memory);
    return (int) length;
  }

  /**
   * Bytes of a whole file, by its header.
   *
   * @param header without the first {@value #PREFIX} bytes
   * @throws MalformedFileException if it breaks the format
   */
  static long fileSize(String name, byte[] header) throws MalformedFileException {
    long dataStart = PREFIX + (long) header.length;
    List<Entry> entries =
        new Parser(name, ByteBuffer.wrap(header), dataStart, UNKNOWN).parse().entries();
    return entries.isEmpty() ? dataStart : entries.getLast().end();
  }

  /**
   * Refuses a header that could take more memory than there is, once it is parsed.
   *
   * @param memory bytes that may be allocated
   */
  static void checkMemory(String name, long length, long memory) throws MalformedFileException {
    if (length > memory / PARSED_BYTES) {
      throw new MalformedFileException(
          name,
          0,
          "header length",
          "a header of %s bytes could take more than the %s MB that this JVM may use (-Xmx)"
              .formatted(length, memory >> 20));
    }
  }

  /** Turns the header's bytes into checked entries. */
  private static final class Parser {
    private final String file;
    private final ByteBuffer bytes;
    private final long dataStart;
    private final long fileSize;
    private String text = "";
    private Map<String, Integer> memberOffsets = Map.of();

    Parser(String file, ByteBuffer bytes, long dataStart, long fileSize) {
      this.file = file;
      this.bytes = bytes;
      this.dataStart = dataStart;
      this.fileSize = fileSize;
    }

    SafetensorsHeader parse() throws MalformedFileException {
      Map<String, String> metadata = new LinkedHashMap<>();
      List<Entry> entries = new ArrayList<>();
      for (Map.Entry<String, JsonValue> member : root().members().entrySet()) {
        String name = member.getKey();
        if (name.equals(Safetensors.METADATA)) {
          readMetadata(member.getValue(), metadata);
        } else {
          entries.add(entry(name, member.getValue()));
        }
      }
      Collections.sort(entries);
      checkContiguous(entries);
      return new SafetensorsHeader(
          metadata, offsetOfMember(Safetensors.METADATA), dataStart, List.copyOf(entries));
    }

    private JsonObject root() throws MalformedFileException {
      // Decoding by hand makes bad UTF-8 an error instead of a replacement character.
      try {
        text = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
      } catch (CharacterCodingException e) {
        throw new MalformedFileException(file, 8L + bytes.position(), "header", "not valid UTF-8");
      }
      if (!text.startsWith("{")) {
        throw new MalformedFileException(file, 8, "header", "does not begin with '{'");
      }
      try {
        Json.Document document = Json.parse(text);
        memberOffsets = document.memberOffsets();
        return (JsonObject) document.root();
      } catch (JsonSyntaxException e) {
        throw new MalformedFileException(
            file, byteOffset(e.offset()), "header", "not valid JSON: " + e.getMessage());
      }
    }

    private void readMetadata(JsonValue value, Map<String, String> metadata)
        throws MalformedFileException {
      if (!(value instanceof JsonObject(Map<String, JsonValue> texts))) {
        throw wrong(Safetensors.METADATA, Safetensors.METADATA, "is not an object");
      }
      for (Map.Entry<String, JsonValue> entry : texts.entrySet()) {
        if (!(entry.getValue() instanceof JsonString(String content))) {
          throw wrong(
              Safetensors.METADATA,
              Safetensors.METADATA,
              "the value of '%s' is not a string".formatted(entry.getKey()));
        }
        metadata.put(entry.getKey(), content);
      }
    }

    private Entry entry(String name, JsonValue value) throws MalformedFileException {
      String field = "tensor '" + name + "'";
      if (!(value instanceof JsonObject(Map<String, JsonValue> parts))
          || !parts.keySet().equals(ENTRY_KEYS)) {
        throw wrong(name, field, "is not an object of exactly dtype, shape and data_offsets");
      }
      DType dtype = dtype(name, field, parts);
      List<Long> shape = numbers(name, field, "shape", parts);
      List<Long> offsets = numbers(name, field, "data_offsets", parts);
      if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
        throw wrong(name, field, "data_offsets " + offsets + " are not [begin, end]");
      }
      if (offsets.get(1) > fileSize - dataStart) {
        throw wrong(
            name,
            field,
            "data_offsets %s end beyond the %s bytes of data"
                .formatted(offsets, fileSize - dataStart));
      }
      checkSize(name, field, dtype, shape, offsets.get(1) - offsets.get(0));
      return new Entry(name, dtype, shape, dataStart + offsets.get(0), dataStart + offsets.get(1));
    }

    private DType dtype(String name, String field, Map<String, JsonValue> parts)
        throws MalformedFileException {
      JsonValue value = parts.get("dtype");
      for (DType dtype : DType.values()) {
        if (value instanceof JsonString(String found) && found.equals(dtype.name())) {
          return dtype;
        }
      }
      throw wrong(
          name,
          field,
          value instanceof JsonString(String found)
              ? "unknown dtype '%s'; known: %s"
                  .formatted(found, Arrays.toString(DType.values()).replaceAll("[\\[\\]]", ""))
              : "dtype is not a string");
    }

    private List<Long> numbers(String name, String field, String part, Map<String, JsonValue> parts)
        throws MalformedFileException {
      if (!(parts.get(part) instanceof JsonArray(List<JsonValue> items))) {
        throw wrong(name, field, part + " is not an array");
      }
      List<Long> numbers = new ArrayList<>();
      for (JsonValue item : items) {
        if (!(item instanceof JsonNumber(String digits)) || !isShortWhole(digits)) {
          throw wrong(
              name, field, "%s[%s] is not a whole number >= 0".formatted(part, numbers.size()));
        }
        numbers.add(Long.parseLong(digits));
      }
      return List.copyOf(numbers);
    }

    private static boolean isShortWhole(String digits) {
      return digits.length() <= MOST_DIGITS && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private void checkSize(String name, String field, DType dtype, List<Long> shape, long actual)
        throws MalformedFileException {
      long expected;
      try {
        expected = StoredTensor.byteSize(dtype, shape);
      } catch (IllegalArgumentException e) {
        throw wrong(name, field, String.valueOf(e.getMessage()));
      }
      if (expected != actual) {
        throw wrong(
            name,
            field,
            "shape %s of %s needs %s bytes but data_offsets span %s"
                .formatted(shape, dtype, expected, actual));
      }
      if (actual > MAX_TENSOR_BYTES) {
        throw wrong(
            name,
            field,
            "%s bytes exceed the %s that this reader holds".formatted(actual, MAX_TENSOR_BYTES));
      }
    }

    private void checkContiguous(List<Entry> entries) throws MalformedFileException {
      long expected = dataStart;
      for (Entry entry : entries) {
        if (entry.begin() != expected) {
          throw wrong(
              entry.name(),
              entry.field(),
              "data begins at byte %s, %s at byte %s"
                  .formatted(
                      entry.begin(),
                      entry.begin() < expected
                          ? "inside the tensor that ends"
                          : "leaving a hole after the tensor that ends",
                      expected));
        }
        expected = entry.end();
      }
      if (expected != fileSize && fileSize != UNKNOWN) {
        throw new MalformedFileException(
            file,
            expected,
            "data",
            "%s bytes after the last tensor".formatted(fileSize - expected));
      }
    }

    private MalformedFileException wrong(String member, String field, String problem) {
      return new MalformedFileException(file, offsetOfMember(member), field, problem);
    }

    private long offsetOfMember(String member) {
      return byteOffset(memberOffsets.getOrDefault(member, 0));
    }

    private long byteOffset(int character) {
      return 8L + text.substring(0, character).getBytes(StandardCharsets.UTF_8).length;
    }
  }
}
