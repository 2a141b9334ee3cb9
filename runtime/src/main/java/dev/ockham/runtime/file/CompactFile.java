package dev.ockham.runtime.file;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.json.Json;
import dev.ockham.runtime.json.JsonObjectBuilder;
import dev.ockham.runtime.json.JsonSyntaxException;
import dev.ockham.runtime.json.JsonValue;
import dev.ockham.runtime.json.JsonValue.JsonObject;
import dev.ockham.runtime.json.JsonValue.JsonString;
import dev.ockham.runtime.model.CsrMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.pack.MalformedPackException;
import dev.ockham.runtime.pack.Pack;
import dev.ockham.runtime.pack.PackedMatrix;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A model file of version 3: a safetensors file of one tensor of bytes, {@value #TENSOR}. It begins
 * with the first {@value #CHECK_BYTES} bytes of the SHA-256 over every byte of the file, these
 * taken for 0; behind them are a {@link Pack} of four texts (architecture, graph, rules of data,
 * provenance) and of the numbers of all parameters, in the graph's order.
 */
final class CompactFile {
  static final String VERSION = "3";
  static final String TENSOR = "model";
  static final int CHECK_BYTES = 8;
  private static final int TEXTS = 4;

  /** Most bytes of all texts: a few that are coded can stand for any number. */
  static final int MOST_TEXT = 1 << 23;

  private CompactFile() {}

  /**
   * The content of a file.
   *
   * @param steps what the numbers of a parameter are multiples of, by its name; parameters that are
   *     not there keep their floats
   * @throws IllegalArgumentException naming the parameter, and the number that is no multiple
   */
  static SafetensorsFile of(ModelFile file, Map<String, Float> steps) {
    Graph graph = file.model().graph();
    if (!file.variances().isEmpty()) {
      throw new IllegalArgumentException("a compact file keeps no variances");
    }
    List<PackedMatrix> matrices = new ArrayList<>();
    for (String name : steps.keySet()) {
      if (!graph.hasParameter(name)) {
        throw new IllegalArgumentException("'" + name + "' is no parameter of the graph");
      }
    }
    for (Parameter parameter : graph.parameters()) {
      String name = parameter.name();
      try {
        matrices.add(new PackedMatrix(file.model().value(name), steps.getOrDefault(name, 0f)));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("parameter '" + name + "': " + e.getMessage(), e);
      }
    }
    List<String> texts =
        List.of(
            file.model().architecture(),
            GraphJson.writeShort(graph),
            file.rules().json(),
            Json.write(JsonObjectBuilder.named(file.provenance())));
    long length = 0;
    for (String text : texts) {
      length += text.getBytes(StandardCharsets.UTF_8).length;
    }
    if (length > MOST_TEXT) {
      throw new IllegalArgumentException(
          "graph and notes have "
              + length
              + " bytes as text, and a compact file holds "
              + MOST_TEXT);
    }
    byte[] pack = Pack.write(texts, matrices);
    byte[] bytes = new byte[CHECK_BYTES + pack.length];
    System.arraycopy(pack, 0, bytes, CHECK_BYTES, pack.length);
    byte[] check = FileChecksum.digest(content(bytes));
    System.arraycopy(check, 0, bytes, 0, CHECK_BYTES);
    return content(bytes);
  }

  private static SafetensorsFile content(byte[] bytes) {
    SortedMap<String, String> metadata = new TreeMap<>();
    metadata.put("format", ModelFile.FORMAT);
    metadata.put("version", VERSION);
    return new SafetensorsFile(
        metadata, new TreeMap<>(Map.of(TENSOR, StoredTensor.ofBytes(bytes.clone()))));
  }

  /**
   * The model of a file.
   *
   * @param header every byte before the tensor
   * @param bytes the tensor; its check is set to 0
   * @param memory bytes that this JVM may use
   * @throws IllegalArgumentException saying what is wrong
   */
  static ModelFile read(byte[] header, byte[] bytes, long memory) {
    if (bytes.length < CHECK_BYTES) {
      throw new IllegalArgumentException(
          bytes.length + " bytes are too few for a checksum of " + CHECK_BYTES);
    }
    ByteBuffer stated = ByteBuffer.wrap(bytes.clone(), 0, CHECK_BYTES);
    for (int i = 0; i < CHECK_BYTES; i++) {
      bytes[i] = 0;
    }
    ByteBuffer found = ByteBuffer.wrap(FileChecksum.digest(header, bytes), 0, CHECK_BYTES);
    if (!found.equals(stated)) {
      throw new IllegalArgumentException(
          "the checksum is not that of the file's bytes: it was damaged, or changed by another"
              + " tool");
    }
    Pack.Reader reader = new Pack.Reader(bytes, CHECK_BYTES);
    try {
      List<String> texts = reader.texts(TEXTS, MOST_TEXT);
      Graph graph = GraphJson.read(texts.get(1));
      ModelFile.checkSize(graph);
      Map<String, Matrix> values = new LinkedHashMap<>();
      long left = memory;
      for (Parameter parameter : graph.parameters()) {
        Matrix matrix = reader.matrix(parameter.rows(), parameter.columns(), left / 2);
        left -= Math.min(left, 2L * Float.BYTES * stored(matrix));
        values.put(parameter.name(), matrix);
      }
      return new ModelFile(
          new Model(texts.get(0), graph, values),
          provenance(texts.get(3)),
          new DataRules(texts.get(2)));
    } catch (MalformedPackException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static long stored(Matrix matrix) {
    return matrix instanceof CsrMatrix sparse
        ? sparse.stored()
        : (long) matrix.rows() * matrix.cols();
  }

  private static SortedMap<String, String> provenance(String text) {
    SortedMap<String, String> provenance = new TreeMap<>();
    try {
      if (Json.parse(text).root() instanceof JsonObject(Map<String, JsonValue> members)) {
        for (Map.Entry<String, JsonValue> member : members.entrySet()) {
          if (member.getValue() instanceof JsonString(String value)) {
            provenance.put(member.getKey(), value);
          }
        }
      }
    } catch (JsonSyntaxException e) {
      throw new IllegalArgumentException("provenance is no JSON: " + e.getMessage(), e);
    }
    return provenance;
  }
}
