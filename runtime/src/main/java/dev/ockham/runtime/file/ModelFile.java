package dev.ockham.runtime.file;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Standardize;
import dev.ockham.runtime.model.CsrMatrix;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A model with a note of where it came from and what its numbers mean, and its form on disk: a
 * safetensors file whose metadata says {@code format = ockham-model}, {@code version = 2} and holds
 * {@code architecture}, {@code graph} ({@link GraphJson}), {@code checksum}, {@code data_rules}
 * where there are any, and the provenance pairs beside them. Files of version 1 load too.
 *
 * <p>Each parameter is F32 in its own shape under its own name; or, where that takes fewer bytes
 * and the parameter has two axes or more, compressed rows of its matrix as {@code NAME.values}
 * (F32), {@code NAME.columns} and {@code NAME.row_offsets} (the smallest of U8, U16 and U32 that
 * hold the last column and the number of values). Metadata {@code encodings} is for other forms.
 *
 * <p>Numbers come back bit for bit, but a matrix may come back in the other storage. The same
 * model, provenance and rules always give the same bytes.
 *
 * @param model the model
 * @param provenance text pairs of the caller's choice; the format's own keys are taken
 * @param rules what the model's numbers mean; {@link DataRules#NONE} if that is not said
 */
public record ModelFile(Model model, SortedMap<String, String> provenance, DataRules rules) {
  /** Most numbers that all parameters may have together, zeros included: 4 GiB as floats. */
  public static final long MOST_NUMBERS = 1L << 30;

  /** Most numbers that one value may have for one example: 1 GiB as floats. */
  public static final int MOST_VALUE_NUMBERS = 1 << 28;

  /** What a model's metadata say under {@code format}. */
  public static final String FORMAT = "ockham-model";

  static final String VERSION = "2";
  static final String ARCHITECTURE = "architecture";
  static final String GRAPH = "graph";
  static final String ENCODINGS = "encodings";
  static final String DATA_RULES = "data_rules";
  static final String VALUES = ".values";
  static final String COLUMNS = ".columns";
  static final String ROW_OFFSETS = ".row_offsets";

  private static final Set<String> RESERVED =
      Set.of("format", "version", ARCHITECTURE, GRAPH, ENCODINGS, DATA_RULES, FileChecksum.KEY);

  /**
   * Copies the provenance, and checks its keys and the model's size.
   *
   * @throws IllegalArgumentException if a key is reserved, or the model is larger than {@link
   *     #MOST_NUMBERS} or {@link #MOST_VALUE_NUMBERS} allow
   */
  public ModelFile {
    provenance = Collections.unmodifiableSortedMap(new TreeMap<>(provenance));
    for (String key : provenance.keySet()) {
      if (RESERVED.contains(key)) {
        throw new IllegalArgumentException("provenance key '" + key + "' is reserved");
      }
    }
    checkSize(model.graph());
  }

  /** A model with its provenance, which need not be sorted, and without rules of data. */
  public static ModelFile of(Model model, Map<String, String> provenance) {
    return new ModelFile(model, new TreeMap<>(provenance), DataRules.NONE);
  }

  /**
   * Saves atomically, see {@link AtomicFile#write}.
   *
   * @throws IOException if writing fails; an older file is then untouched
   */
  public void save(Path path) throws IOException {
    Safetensors.write(path, toSafetensors());
  }

  /**
   * Loads a file of version 1 or 2 and checks everything: sizes before anything of that size is
   * allocated, checksum, graph, names, shapes and types of all tensors, order and range of all
   * indices, and that all numbers are finite.
   *
   * @throws MalformedFileException naming the field and the value that is wrong, or saying that the
   *     model needs more memory than this JVM may use
   * @throws IOException if the file cannot be read
   */
  public static ModelFile load(Path path) throws IOException {
    return ModelFileReader.load(path, Runtime.getRuntime().maxMemory());
  }

  /** The tensors and metadata that {@link #save} writes. */
  public SafetensorsFile toSafetensors() {
    return FileChecksum.added(withoutChecksum());
  }

  /** Bytes that {@link #save} would write. */
  public long byteSize() {
    return Safetensors.byteSize(FileChecksum.with(withoutChecksum()));
  }

  /**
   * SHA-256 over the bytes of the file's tensors in the order of their names, as 64 lowercase
   * hexadecimal digits, without mean and scale of a {@link Standardize} for all numbers: version 1
   * had these two in its graph, and the hash of a model is the same in both versions.
   */
  public String weightsSha256() {
    Graph graph = model.graph();
    Set<String> left = new HashSet<>();
    for (Node node : graph.nodes()) {
      if (node.operator() instanceof Standardize standardize
          && standardize.each() == Standardize.Each.ALL) {
        left.addAll(node.parameters().values());
      }
    }
    SortedMap<String, StoredTensor> tensors = new TreeMap<>(tensors());
    tensors.keySet().removeAll(left);
    return SafetensorsFile.of(Map.of(), tensors).weightsSha256();
  }

  private SafetensorsFile withoutChecksum() {
    SortedMap<String, String> metadata = new TreeMap<>(provenance);
    metadata.put("format", FORMAT);
    metadata.put("version", VERSION);
    metadata.put(ARCHITECTURE, model.architecture());
    metadata.put(GRAPH, GraphJson.writeShort(model.graph()));
    if (!rules.isEmpty()) {
      metadata.put(DATA_RULES, rules.json());
    }
    return new SafetensorsFile(metadata, tensors());
  }

  private SortedMap<String, StoredTensor> tensors() {
    SortedMap<String, StoredTensor> tensors = new TreeMap<>();
    for (Parameter parameter : model.graph().parameters()) {
      Matrix matrix = model.value(parameter.name());
      if (!putRows(parameter, matrix, tensors)) {
        FloatBuffer values =
            matrix instanceof DenseMatrix dense
                ? dense.elements()
                : FloatBuffer.wrap(matrix.toDense());
        tensors.put(parameter.name(), StoredTensor.ofFloats(values, parameter.shape().toLongs()));
      }
    }
    return tensors;
  }

  /** Stores compressed rows where they are smaller; says whether it did. */
  private boolean putRows(
      Parameter parameter, Matrix matrix, SortedMap<String, StoredTensor> tensors) {
    String name = parameter.name();
    if (parameter.shape().rank() < 2 || isTaken(name)) {
      return false;
    }
    int lastColumn = Math.max(0, matrix.cols() - 1);
    long dense = Float.BYTES * (long) matrix.rows() * matrix.cols();
    // Compressing takes twice the memory of the matrix: not before it is known to pay.
    if (rowBytes(matrix, matrix.nonZeros(), lastColumn) >= dense) {
      return false;
    }
    CsrMatrix sparse = matrix.asCsr();
    if (rowBytes(sparse, sparse.stored(), lastColumn) >= dense) {
      return false;
    }
    float[] values = sparse.values();
    tensors.put(name + VALUES, StoredTensor.ofFloats(values, values.length));
    tensors.put(name + COLUMNS, StoredTensor.ofIndices(sparse.columns(), lastColumn));
    tensors.put(name + ROW_OFFSETS, StoredTensor.ofIndices(sparse.rowOffsets(), sparse.stored()));
    return true;
  }

  /** Whether a name that compressed rows would have is that of another parameter. */
  private boolean isTaken(String name) {
    Graph graph = model.graph();
    return List.of(VALUES, COLUMNS, ROW_OFFSETS).stream()
        .anyMatch(part -> graph.hasParameter(name + part));
  }

  private static long rowBytes(Matrix matrix, long stored, int lastColumn) {
    long perValue = (long) Float.BYTES + StoredTensor.indexType(lastColumn).bytes();
    long perRow = StoredTensor.indexType((int) stored).bytes();
    return perValue * stored + perRow * (matrix.rows() + 1L);
  }

  /**
   * Refuses a graph that is too large to hold or to run.
   *
   * @throws IllegalArgumentException naming what is too large, and its size
   */
  static void checkSize(Graph graph) {
    long numbers = 0;
    for (Parameter parameter : graph.parameters()) {
      numbers += parameter.shape().size();
    }
    if (numbers > MOST_NUMBERS) {
      throw new IllegalArgumentException(
          "all parameters together have " + numbers + " numbers, more than " + MOST_NUMBERS);
    }
    for (Input input : graph.inputs()) {
      checkValue("input '" + input.name() + "'", input.shape());
    }
    for (Node node : graph.nodes()) {
      checkValue(
          "node '" + node.name() + "' (" + node.operator().kind() + ")", graph.shape(node.name()));
    }
  }

  private static void checkValue(String what, Shape shape) {
    if (shape.size() > MOST_VALUE_NUMBERS) {
      throw new IllegalArgumentException(
          what + " has a value of " + shape + ", more than " + MOST_VALUE_NUMBERS + " numbers");
    }
  }
}
