package dev.ockham.runtime.file;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.json.Json;
import dev.ockham.runtime.json.JsonSyntaxException;
import dev.ockham.runtime.json.JsonValue;
import dev.ockham.runtime.json.JsonValue.JsonObject;
import dev.ockham.runtime.json.JsonValue.JsonString;
import dev.ockham.runtime.json.Spelling;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Turns a model file of either version into a model. One reader reads one file. */
final class ModelFileReader {
  /** Longest stream: it is held in one array. */
  private static final long MAX_STREAM = Integer.MAX_VALUE - 8L;

  private final FileBytes file;
  private final SafetensorsHeader header;
  private final TensorReader tensors;
  private final SortedMap<String, String> metadata;

  private ModelFileReader(FileBytes file, SafetensorsHeader header) {
    this.file = file;
    this.header = header;
    this.tensors = new TensorReader(file, header);
    this.metadata = new TreeMap<>(header.metadata());
  }

  /**
   * Loads a file and closes it.
   *
   * @param memory bytes that this JVM may use
   */
  static ModelFile load(FileBytes file, long memory) throws IOException {
    try (file) {
      return new ModelFileReader(file, SafetensorsHeader.read(file)).read(memory);
    }
  }

  /**
   * Loads what a stream gives. Its header says how long it is: no byte more is read, but one that
   * must not be there, and nothing is kept before it has come.
   *
   * @param memory bytes that this JVM may use
   */
  static ModelFile load(InputStream in, String name, long memory) throws IOException {
    byte[] prefix = in.readNBytes(SafetensorsHeader.PREFIX);
    if (prefix.length < SafetensorsHeader.PREFIX) {
      return load(new FileBytes.InMemory(name, prefix), memory); // which says that it is too short
    }
    int length = SafetensorsHeader.length(name, ByteBuffer.wrap(prefix), memory);
    byte[] header = in.readNBytes(length);
    int start = prefix.length + header.length;
    long size = header.length < length ? start : SafetensorsHeader.fileSize(name, header);
    if (size > MAX_STREAM || size - start > memory / 4) {
      throw new MalformedFileException(
          name,
          start,
          "data",
          "%s bytes of tensors are more than a stream may have where this JVM may use %s MB"
                  .formatted(size - start, memory >> 20)
              + " (-Xmx); load it from a file");
    }
    byte[] data = in.readNBytes((int) size - start);
    if (header.length == length && data.length == size - start && in.read() >= 0) {
      throw new MalformedFileException(name, size, "data", "there are bytes after the last tensor");
    }
    byte[] whole = Arrays.copyOf(prefix, start + data.length);
    System.arraycopy(header, 0, whole, prefix.length, header.length);
    System.arraycopy(data, 0, whole, start, data.length);
    return load(new FileBytes.InMemory(name, whole), memory);
  }

  private ModelFile read(long memory) throws IOException {
    String format = metadata.remove("format");
    if (format == null) {
      throw tensors.wrongMetadata(
          "format",
          "is missing; this is not an Ockham model, or one that lost its metadata when another"
              + " tool saved it");
    }
    if (!format.equals(ModelFile.FORMAT)) {
      throw tensors.wrongMetadata(
          "format",
          "is '%s', not '%s'; this is not an Ockham model, or one that lost its metadata when"
                  .formatted(format, ModelFile.FORMAT)
              + " another tool saved it");
    }
    checkMemory(memory);
    String version = take("version");
    return switch (version) {
      case "1" -> version1();
      case ModelFile.VERSION -> version2();
      case CompactFile.VERSION -> version3(memory);
      default ->
          throw tensors.wrongMetadata(
              "version", "is '%s', this reader knows '1', '2' and '3'".formatted(version));
    };
  }

  /** The data, and what reading the largest tensor takes on top of it. */
  private void checkMemory(long memory) throws MalformedFileException {
    long total = 0;
    long largest = 0;
    for (SafetensorsHeader.Entry entry : header.entries()) {
      total += entry.end() - entry.begin();
      largest = Math.max(largest, entry.end() - entry.begin());
    }
    if (total > memory - 2 * largest) {
      throw new MalformedFileException(
          file.name(),
          dataStart(),
          "data",
          "%s bytes of tensors need more than the %s MB that this JVM may use (-Xmx)"
              .formatted(total, memory >> 20));
    }
  }

  private ModelFile version1() throws IOException {
    String text = take(ModelFile.GRAPH);
    ModelFileVersion1 chain;
    try {
      chain = ModelFileVersion1.read(text);
      ModelFile.checkSize(chain.graph());
    } catch (IllegalArgumentException e) {
      throw wrong(ModelFile.GRAPH, e);
    }
    Map<String, Matrix> values = new LinkedHashMap<>(chain.values());
    for (Parameter parameter : chain.graph().parameters()) {
      if (!values.containsKey(parameter.name())) {
        List<Long> shape =
            parameter.shape().rank() < 2
                ? List.of((long) parameter.rows())
                : List.of((long) parameter.rows(), (long) parameter.columns());
        values.put(parameter.name(), numbers(parameter, shape));
      }
    }
    tensors.requireNoneLeft();
    return made(chain.architecture(), chain.graph(), values, metadata, DataRules.NONE, Map.of());
  }

  private ModelFile version2() throws IOException {
    String checksum = take(FileChecksum.KEY);
    if (!FileChecksum.holds(file, dataStart(), checksum)) {
      throw tensors.wrongMetadata(
          FileChecksum.KEY,
          "'%s' is not that of the file's bytes: it was damaged, or changed by another tool"
              .formatted(checksum));
    }
    String architecture = take(ModelFile.ARCHITECTURE);
    String text = take(ModelFile.GRAPH);
    Graph graph;
    try {
      graph = GraphJson.read(text);
      ModelFile.checkSize(graph);
    } catch (IllegalArgumentException e) {
      throw wrong(ModelFile.GRAPH, e);
    }
    checkEncodings(graph, metadata.remove(ModelFile.ENCODINGS));
    DataRules rules = rules(metadata.remove(ModelFile.DATA_RULES));
    Map<String, Matrix> values = new LinkedHashMap<>();
    for (Parameter parameter : graph.parameters()) {
      List<Long> shape = Arrays.stream(parameter.shape().toLongs()).boxed().toList();
      values.put(parameter.name(), numbers(parameter, shape));
    }
    Map<String, Matrix> variances = new LinkedHashMap<>();
    for (Parameter parameter : graph.prunable()) {
      Parameter variance = ModelFile.varianceOf(graph, parameter.name());
      if (!graph.hasParameter(variance.name()) && tensors.has(variance.name())) {
        List<Long> shape = Arrays.stream(variance.shape().toLongs()).boxed().toList();
        variances.put(parameter.name(), numbers(variance, shape));
      }
    }
    tensors.requireNoneLeft();
    return made(architecture, graph, values, metadata, rules, variances);
  }

  private ModelFile version3(long memory) throws IOException {
    if (header.entries().size() != 1) {
      throw tensors.wrongMetadata(
          "version",
          "is '3', whose files have one tensor, not %s".formatted(header.entries().size()));
    }
    SafetensorsHeader.Entry entry = header.entries().getFirst();
    ByteBuffer before = ByteBuffer.allocate(dataStart());
    file.readFully(before, 0, "header");
    ByteBuffer bytes = ByteBuffer.allocate((int) (entry.end() - entry.begin()));
    file.readFully(bytes, entry.begin(), entry.field());
    try {
      return CompactFile.read(before.array(), bytes.array(), memory);
    } catch (IllegalArgumentException e) {
      throw new MalformedFileException(
          file.name(), entry.begin(), entry.field(), String.valueOf(e.getMessage()));
    }
  }

  private Matrix numbers(Parameter parameter, List<Long> shape) throws IOException {
    return tensors.matrix(parameter.name(), shape, parameter.rows(), parameter.columns());
  }

  private ModelFile made(
      String architecture,
      Graph graph,
      Map<String, Matrix> values,
      SortedMap<String, String> provenance,
      DataRules rules,
      Map<String, Matrix> variances)
      throws MalformedFileException {
    try {
      return new ModelFile(new Model(architecture, graph, values), provenance, rules, variances);
    } catch (IllegalArgumentException e) {
      throw wrong(ModelFile.GRAPH, e);
    }
  }

  /** All parameters are F32 today; what says otherwise was written by a later build. */
  private void checkEncodings(Graph graph, @Nullable String text) throws MalformedFileException {
    if (text == null) {
      return;
    }
    JsonValue root;
    try {
      root = Json.parse(text).root();
    } catch (JsonSyntaxException e) {
      throw tensors.wrongMetadata(ModelFile.ENCODINGS, "not valid JSON: " + e.getMessage());
    }
    if (!(root instanceof JsonObject(Map<String, JsonValue> encodings))) {
      throw tensors.wrongMetadata(ModelFile.ENCODINGS, "is not an object");
    }
    for (Map.Entry<String, JsonValue> entry : encodings.entrySet()) {
      String name = Spelling.shortened(entry.getKey());
      if (!graph.hasParameter(entry.getKey())) {
        throw tensors.wrongMetadata(
            ModelFile.ENCODINGS, "'" + name + "' is no parameter of the graph");
      }
      if (!entry.getValue().equals(new JsonString("f32"))) {
        throw tensors.wrongMetadata(
            ModelFile.ENCODINGS,
            "parameter '%s' has the encoding %s, this reader knows 'f32'"
                .formatted(name, encoding(entry.getValue())));
      }
    }
  }

  /** A later build may give an encoding settings, as an object with the member {@code name}. */
  private static String encoding(JsonValue value) {
    return Spelling.shown(
        value instanceof JsonObject object
                && object.members().get("name") instanceof JsonString text
            ? text
            : value);
  }

  private DataRules rules(@Nullable String text) throws MalformedFileException {
    try {
      return text == null ? DataRules.NONE : new DataRules(text);
    } catch (IllegalArgumentException e) {
      throw wrong(ModelFile.DATA_RULES, e);
    }
  }

  private int dataStart() {
    return Math.toIntExact(header.dataStart());
  }

  private String take(String key) throws MalformedFileException {
    String text = metadata.remove(key);
    if (text == null) {
      throw tensors.wrongMetadata(key, "is missing");
    }
    return text;
  }

  private MalformedFileException wrong(String key, IllegalArgumentException e) {
    return tensors.wrongMetadata(key, String.valueOf(e.getMessage()));
  }
}
