package dev.ockham.runtime.file;

import dev.ockham.runtime.model.Bias;
import dev.ockham.runtime.model.CsrMatrix;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.ModelLayer;
import dev.ockham.runtime.model.SparseModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A sparse model with a note of where it came from, and its form on disk: a safetensors file whose
 * metadata says {@code format = ockham-model}, {@code version = 1}, holds the layers as a JSON text
 * under {@code graph}, and holds the provenance pairs beside them.
 *
 * <p>Each layer with weights has {@code NAME.bias}, F32 {@code [out]}, and its matrix in whichever
 * of two forms takes fewer bytes: {@code NAME.weight}, F32 {@code [out, in]}, or compressed rows as
 * {@code NAME.weight.values} (F32), {@code NAME.weight.columns} and {@code NAME.weight.row_offsets}
 * (the smallest of U8, U16 and U32 that the width and the number of values allow). Feature scaling
 * has {@code input.mean} and {@code input.scale}, F32 {@code [features]}. A dependent gate has
 * {@code NAME.scale}, {@code NAME.shift} and {@code NAME.factor}, an affine operation the first
 * two, F32 {@code [units]}.
 *
 * <p>Numbers come back bit for bit, but a matrix may come back in the other storage. The same model
 * and provenance always give the same bytes.
 *
 * @param model the model
 * @param provenance text pairs of the caller's choice; the keys {@code format}, {@code version} and
 *     {@code graph} are taken
 */
public record ModelFile(SparseModel model, SortedMap<String, String> provenance) {
  static final String FORMAT = "ockham-model";
  static final String VERSION = "1";
  static final String FEATURE_MEAN = "input.mean";
  static final String FEATURE_SCALE = "input.scale";
  static final String SCALE = ".scale";
  static final String SHIFT = ".shift";
  static final String FACTOR = ".factor";
  private static final Set<String> RESERVED = Set.of("format", "version", "graph");

  /** Copies the provenance and refuses the reserved keys. */
  public ModelFile {
    provenance = Collections.unmodifiableSortedMap(new TreeMap<>(provenance));
    for (String key : provenance.keySet()) {
      if (RESERVED.contains(key)) {
        throw new IllegalArgumentException("provenance key '" + key + "' is reserved");
      }
    }
  }

  /** A file of the given model and provenance, which need not be sorted. */
  public static ModelFile of(SparseModel model, Map<String, String> provenance) {
    return new ModelFile(model, new TreeMap<>(provenance));
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
   * Loads and checks everything: graph, version, names, shapes and types of all tensors, order and
   * range of all indices, and that all numbers are finite.
   *
   * @throws MalformedFileException naming the field and the value that is wrong
   * @throws IOException if the file cannot be read
   */
  public static ModelFile load(Path path) throws IOException {
    return new ModelReader(path, Safetensors.readLocated(path)).read();
  }

  /** The tensors and metadata that {@link #save} writes. */
  public SafetensorsFile toSafetensors() {
    SortedMap<String, String> metadata = new TreeMap<>(provenance);
    metadata.put("format", FORMAT);
    metadata.put("version", VERSION);
    metadata.put("graph", ModelGraph.write(model));
    SortedMap<String, StoredTensor> tensors = new TreeMap<>();
    if (!model.layers().isEmpty()
        && model.layers().getFirst() instanceof ModelLayer.FeatureScaling scaling) {
      int features = scaling.mean().length();
      tensors.put(FEATURE_MEAN, StoredTensor.ofFloats(scaling.mean().toArray(), features));
      tensors.put(FEATURE_SCALE, StoredTensor.ofFloats(scaling.scale().toArray(), features));
    }
    for (ModelLayer layer : model.layers()) {
      if (layer instanceof ModelLayer.DependentGate gate) {
        putPerUnit(gate.name() + SCALE, gate.scale(), tensors);
        putPerUnit(gate.name() + SHIFT, gate.shift(), tensors);
        putPerUnit(gate.name() + FACTOR, gate.factor(), tensors);
      } else if (layer instanceof ModelLayer.Affine affine) {
        putPerUnit(affine.name() + SCALE, affine.scale(), tensors);
        putPerUnit(affine.name() + SHIFT, affine.shift(), tensors);
      }
    }
    for (ModelLayer.Linear layer : model.linearLayers()) {
      float[] bias = layer.bias().toArray();
      tensors.put(layer.name() + ".bias", StoredTensor.ofFloats(bias, bias.length));
      putMatrix(layer.name() + ".weight", layer.weights(), tensors);
    }
    return new SafetensorsFile(metadata, tensors);
  }

  /** Bytes that {@link #save} would write. */
  public long byteSize() {
    return Safetensors.byteSize(toSafetensors());
  }

  /** Hash of the stored weights, see {@link SafetensorsFile#weightsSha256}. */
  public String weightsSha256() {
    return toSafetensors().weightsSha256();
  }

  private static void putPerUnit(
      String name, Bias values, SortedMap<String, StoredTensor> tensors) {
    tensors.put(name, StoredTensor.ofFloats(values.toArray(), values.length()));
  }

  private static void putMatrix(
      String name, Matrix matrix, SortedMap<String, StoredTensor> tensors) {
    CsrMatrix sparse = matrix.asCsr();
    int lastColumn = Math.max(0, sparse.cols() - 1);
    if (csrBytes(sparse, lastColumn) < Float.BYTES * (long) sparse.rows() * sparse.cols()) {
      float[] values = sparse.values();
      tensors.put(name + ".values", StoredTensor.ofFloats(values, values.length));
      tensors.put(name + ".columns", StoredTensor.ofIndices(sparse.columns(), lastColumn));
      tensors.put(
          name + ".row_offsets", StoredTensor.ofIndices(sparse.rowOffsets(), sparse.stored()));
    } else {
      DenseMatrix dense = matrix.asDense();
      tensors.put(name, StoredTensor.ofFloats(dense.toDense(), dense.rows(), dense.cols()));
    }
  }

  private static long csrBytes(CsrMatrix matrix, int lastColumn) {
    long perValue = (long) Float.BYTES + StoredTensor.indexType(lastColumn).bytes();
    long perRow = StoredTensor.indexType(matrix.stored()).bytes();
    return perValue * matrix.stored() + perRow * (matrix.rows() + 1L);
  }
}
