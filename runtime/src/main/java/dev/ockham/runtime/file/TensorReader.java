package dev.ockham.runtime.file;

import dev.ockham.runtime.model.CsrMatrix;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the tensors of an open file one by one, when they are asked for and after their types and
 * shapes are checked, and crosses them off.
 */
final class TensorReader {
  private final FileBytes file;
  private final long metadataOffset;
  private final SortedMap<String, SafetensorsHeader.Entry> unused = new TreeMap<>();

  TensorReader(FileBytes file, SafetensorsHeader header) {
    this.file = file;
    this.metadataOffset = header.metadataOffset();
    for (SafetensorsHeader.Entry entry : header.entries()) {
      unused.put(entry.name(), entry);
    }
  }

  /**
   * Numbers of a parameter, dense or compressed.
   *
   * @param shape of the tensor, if it is dense
   * @param rows of the matrix
   * @param cols of the matrix
   */
  Matrix matrix(String name, List<Long> shape, int rows, int cols) throws IOException {
    if (unused.containsKey(name)) {
      return DenseMatrix.of(rows, cols, floats(name, shape));
    }
    if (!unused.containsKey(name + ModelFile.VALUES)) {
      throw wrongMetadata(
          ModelFile.GRAPH,
          shape.size() < 2
              ? "tensor '%s' is missing".formatted(name)
              : "tensor '%s' is missing, and so is '%s.values'".formatted(name, name));
    }
    if (shape.size() < 2) {
      throw wrong(name + ModelFile.VALUES, "a vector has no compressed rows");
    }
    int[] rowOffsets = indices(name + ModelFile.ROW_OFFSETS, rows + 1L);
    long stored = rowOffsets[rowOffsets.length - 1];
    int[] columns = indices(name + ModelFile.COLUMNS, stored);
    float[] values = floats(name + ModelFile.VALUES, List.of(stored));
    try {
      return CsrMatrix.of(cols, rowOffsets, columns, values);
    } catch (IllegalArgumentException e) {
      String problem = String.valueOf(e.getMessage());
      // The message starts with the part that is wrong.
      boolean columnsAreWrong = problem.startsWith("columns");
      throw wrong(name + (columnsAreWrong ? ModelFile.COLUMNS : ModelFile.ROW_OFFSETS), problem);
    }
  }

  /** Whether there are numbers of a name, dense or as compressed rows. */
  boolean has(String name) {
    return unused.containsKey(name) || unused.containsKey(name + ModelFile.VALUES);
  }

  /** Refuses tensors that nobody asked for. */
  void requireNoneLeft() throws MalformedFileException {
    if (!unused.isEmpty()) {
      throw wrong(unused.firstKey(), "no parameter of the graph has this tensor");
    }
  }

  MalformedFileException wrongMetadata(String key, String problem) {
    return new MalformedFileException(
        file.name(), metadataOffset, "metadata '" + key + "'", problem);
  }

  private float[] floats(String name, List<Long> shape) throws IOException {
    SafetensorsHeader.Entry entry = take(name, shape);
    if (entry.dtype() != DType.F32) {
      throw wrong(entry, "dtype is " + entry.dtype() + ", not F32");
    }
    float[] values = read(entry).toFloats();
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new MalformedFileException(
            file.name(),
            entry.begin() + (long) i * Float.BYTES,
            entry.field(),
            "element %s = %s is not finite".formatted(i, values[i]));
      }
    }
    return values;
  }

  private int[] indices(String name, long length) throws IOException {
    SafetensorsHeader.Entry entry = take(name, List.of(length));
    try {
      return read(entry).toIndices();
    } catch (IllegalArgumentException e) {
      throw wrong(entry, String.valueOf(e.getMessage()));
    }
  }

  private SafetensorsHeader.Entry take(String name, List<Long> shape)
      throws MalformedFileException {
    SafetensorsHeader.Entry entry = unused.get(name);
    if (entry == null) {
      throw wrongMetadata(ModelFile.GRAPH, "tensor '" + name + "' is missing");
    }
    if (!entry.shape().equals(shape)) {
      throw wrong(entry, "shape is %s, the graph needs %s".formatted(entry.shape(), shape));
    }
    unused.remove(name);
    return entry;
  }

  private StoredTensor read(SafetensorsHeader.Entry entry) throws IOException {
    ByteBuffer data = ByteBuffer.allocate((int) (entry.end() - entry.begin()));
    file.readFully(data, entry.begin(), entry.field());
    return new StoredTensor(entry.dtype(), entry.shape(), data);
  }

  private MalformedFileException wrong(String tensor, String problem) {
    SafetensorsHeader.@Nullable Entry entry = unused.get(tensor);
    long offset = entry == null ? metadataOffset : entry.begin();
    return new MalformedFileException(file.name(), offset, "tensor '" + tensor + "'", problem);
  }

  private MalformedFileException wrong(SafetensorsHeader.Entry entry, String problem) {
    return new MalformedFileException(file.name(), entry.begin(), entry.field(), problem);
  }
}
