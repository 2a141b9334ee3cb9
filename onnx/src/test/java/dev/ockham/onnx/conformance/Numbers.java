package dev.ockham.onnx.conformance;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Numbers of a tensor, and the same with another axis in front. */
final class Numbers {
  private final int[] dims;
  private final float[] values;

  private Numbers(int[] dims, float[] values) {
    this.dims = dims;
    this.values = values;
  }

  /** Those of a message; whole numbers and truth values become floats. */
  static Numbers of(TensorProto tensor) {
    int[] dims = tensor.getDimsList().stream().mapToInt(Long::intValue).toArray();
    int size = 1;
    for (int dim : dims) {
      size *= dim;
    }
    float[] values = new float[size];
    ByteBuffer raw = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < size; i++) {
      values[i] =
          switch (TensorProto.DataType.forNumber(tensor.getDataType())) {
            case FLOAT -> tensor.hasRawData() ? raw.getFloat() : tensor.getFloatData(i);
            case INT64 -> tensor.hasRawData() ? raw.getLong() : tensor.getInt64Data(i);
            case UINT64 -> tensor.hasRawData() ? raw.getLong() : tensor.getUint64Data(i);
            case UINT32 -> tensor.hasRawData() ? raw.getInt() : tensor.getUint64Data(i);
            case INT32 -> tensor.hasRawData() ? raw.getInt() : tensor.getInt32Data(i);
            case BOOL -> tensor.hasRawData() ? raw.get() : tensor.getInt32Data(i);
            case null, default ->
                throw new IllegalArgumentException("element type " + tensor.getDataType());
          };
    }
    return new Numbers(dims, values);
  }

  /** The numbers, row by row; not to be written. */
  float[] values() {
    return values;
  }

  /** Size of an axis; 1 where there is none. */
  int dim(int axis) {
    return axis < 0 ? 1 : dims[axis];
  }

  /** The numbers with an axis before all others; as they are if there is none. */
  float[] withFirst(int axis) {
    float[] moved = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      moved[moved(i, axis)] = values[i];
    }
    return moved;
  }

  /** Where a number goes when its axis is put before all others. */
  private int moved(int index, int axis) {
    if (axis <= 0) {
      return index;
    }
    int after = 1;
    for (int i = axis + 1; i < dims.length; i++) {
      after *= dims[i];
    }
    int before = values.length / (after * dims[axis]);
    int at = index / after % dims[axis];
    return (at * before + index / (after * dims[axis])) * after + index % after;
  }

  /** The same numbers so many times. */
  static float[] repeated(float[] values, int times) {
    float[] all = new float[values.length * times];
    for (int i = 0; i < all.length; i++) {
      all[i] = values[i % values.length];
    }
    return all;
  }
}
