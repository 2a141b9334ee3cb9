package dev.ockham.runtime.file;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Role;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Standardize;
import dev.ockham.runtime.model.CsrMatrix;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.moment.MomentPropagation;
import dev.ockham.runtime.moment.Moments;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.file.NoSuchFileException;
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
 * @param variances of weights that a posterior was kept of, by the name of the parameter and of its
 *     size, at least 0; stored as {@code NAME.variance}. They are beside the graph: nothing that
 *     runs or exports the model sees them
 */
public record ModelFile(
    Model model,
    SortedMap<String, String> provenance,
    DataRules rules,
    Map<String, Matrix> variances) {
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
  static final String VARIANCE = ".variance";
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
    variances = Collections.unmodifiableSortedMap(new TreeMap<>(variances));
    for (Map.Entry<String, Matrix> variance : variances.entrySet()) {
      checkVariance(model, variance.getKey(), variance.getValue());
    }
  }

  /** A model without variances. */
  public ModelFile(Model model, SortedMap<String, String> provenance, DataRules rules) {
    this(model, provenance, rules, Map.of());
  }

  private static void checkVariance(Model model, String name, Matrix variance) {
    if (!model.graph().hasParameter(name) || model.graph().hasParameter(name + VARIANCE)) {
      throw new IllegalArgumentException("there is no place for the variances of '" + name + "'");
    }
    Parameter parameter = model.graph().parameter(name);
    if (!parameter.role().prunable()) {
      throw new IllegalArgumentException("variances are of weights, and '" + name + "' is none");
    }
    if (variance.rows() != parameter.rows() || variance.cols() != parameter.columns()) {
      throw new IllegalArgumentException(
          "the variances of '" + name + "' are not as many as its numbers");
    }
    for (float each : variance.toDense()) {
      if (!(each >= 0 && each < Float.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "a variance of '" + name + "' is " + each + "; it must be at least 0 and finite");
      }
    }
  }

  /**
   * Mean and variance of every output for one example, in closed form from the variances of the
   * weights; see {@link MomentPropagation} for what it knows. For many examples keep one of those.
   *
   * @param example raw values, one input after another; read only
   * @throws IllegalArgumentException if there are not as many as the inputs have, or naming a node
   *     without a closed form
   */
  public Map<String, Moments> predictDistribution(float[] example) {
    return MomentPropagation.of(model, variances).run(example);
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
   * Saves atomically in as few bytes as the numbers need, as version 3: one byte tensor that holds
   * everything, see {@link CompactFile}. {@link #load} gives the same numbers back, to the bit.
   *
   * @param steps what the numbers of a parameter are multiples of, by its name, such as {@code
   *     0.0078125f}; those of a parameter that is not there are kept as floats
   * @throws IllegalArgumentException naming the parameter and the number that is no multiple
   * @throws IOException if writing fails; an older file is then untouched
   */
  public void saveCompact(Path path, Map<String, Float> steps) throws IOException {
    Safetensors.write(path, CompactFile.of(this, steps));
  }

  /** Bytes that {@link #saveCompact} would write. */
  public long compactSize(Map<String, Float> steps) {
    return Safetensors.byteSize(CompactFile.of(this, steps));
  }

  /**
   * Loads a file of version 1, 2 or 3 and checks everything: sizes before anything of that size is
   * allocated, checksum, graph, names, shapes and types of all tensors, order and range of all
   * indices, and that all numbers are finite.
   *
   * @throws MalformedFileException naming the field and the value that is wrong, or saying that the
   *     model needs more memory than this JVM may use
   * @throws IOException if the file cannot be read
   */
  public static ModelFile load(Path path) throws IOException {
    return ModelFileReader.load(FileBytes.of(path), Runtime.getRuntime().maxMemory());
  }

  /**
   * Loads a file that is in memory, as {@link #load(Path)} does.
   *
   * @param bytes of the whole file; read only
   * @throws MalformedFileException naming the field and the value that is wrong
   */
  public static ModelFile load(byte[] bytes) throws IOException {
    return ModelFileReader.load(
        new FileBytes.InMemory("bytes", bytes), Runtime.getRuntime().maxMemory());
  }

  /**
   * Loads a file from a stream, as {@link #load(Path)} does. The stream must end where the file
   * does, and is not closed. It is held in memory, so that its tensors may take up to a quarter of
   * what this JVM may use; how many bytes they are is known, and checked, before they are read.
   *
   * @param in at the first byte of the file
   * @throws MalformedFileException naming the field and the value that is wrong
   * @throws IOException if the stream fails
   */
  public static ModelFile load(InputStream in) throws IOException {
    return ModelFileReader.load(in, "stream", Runtime.getRuntime().maxMemory());
  }

  /**
   * Loads a file from the class path, so that a model can travel inside a jar: {@code
   * ModelFile.load(MyService.class, "model.safetensors")} of the file that lies beside {@code
   * MyService.class}.
   *
   * @param beside class in whose package the file is; where it is of a named module, that package
   *     must be open
   * @param resource its name; with a {@code /} in front from the root of the class path
   * @throws NoSuchFileException if there is none
   * @throws MalformedFileException naming the field and the value that is wrong
   * @throws IOException if it cannot be read
   */
  public static ModelFile load(Class<?> beside, String resource) throws IOException {
    try (InputStream in = beside.getResourceAsStream(resource)) {
      if (in == null) {
        throw new NoSuchFileException(
            resource, null, "no such file on the class path beside " + beside.getName());
      }
      return ModelFileReader.load(in, resource, Runtime.getRuntime().maxMemory());
    }
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
    SortedMap<String, StoredTensor> tensors =
        new TreeMap<>(new ModelFile(model, provenance, rules).tensors());
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
      put(parameter, model.value(parameter.name()), tensors);
    }
    variances.forEach((name, variance) -> put(varianceOf(name), variance, tensors));
    return tensors;
  }

  private void put(Parameter parameter, Matrix matrix, SortedMap<String, StoredTensor> tensors) {
    if (!putRows(parameter, matrix, tensors)) {
      FloatBuffer values =
          matrix instanceof DenseMatrix dense
              ? dense.elements()
              : FloatBuffer.wrap(matrix.toDense());
      tensors.put(parameter.name(), StoredTensor.ofFloats(values, parameter.shape().toLongs()));
    }
  }

  /** The variances of a parameter, as one more that has no place in the graph. */
  private Parameter varianceOf(String name) {
    return varianceOf(model.graph(), name);
  }

  static Parameter varianceOf(Graph graph, String name) {
    Parameter parameter = graph.parameter(name);
    return new Parameter(name + VARIANCE, parameter.shape(), Role.CONSTANT);
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
