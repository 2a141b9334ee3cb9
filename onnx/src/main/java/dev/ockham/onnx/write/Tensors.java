package dev.ockham.onnx.write;

import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Numbers as ONNX stores them: little-endian, in {@code raw_data}. */
final class Tensors {
  private Tensors() {}

  static TensorProto floats(String name, List<Long> dims, float[] values) {
    return TensorProto.newBuilder()
        .setName(name)
        .addAllDims(dims)
        .setDataType(TensorProto.DataType.FLOAT_VALUE)
        .setRawData(bytes(values))
        .build();
  }

  static TensorProto longs(String name, List<Long> dims, long[] values) {
    ByteBuffer bytes = littleEndian((long) values.length * Long.BYTES);
    bytes.asLongBuffer().put(values);
    return TensorProto.newBuilder()
        .setName(name)
        .addAllDims(dims)
        .setDataType(TensorProto.DataType.INT64_VALUE)
        .setRawData(UnsafeByteOperations.unsafeWrap(bytes))
        .build();
  }

  /** The numbers that are not 0, and their places in the order of the dense form. */
  static SparseTensorProto sparse(String name, List<Long> dims, float[] values) {
    int stored = stored(values);
    float[] kept = new float[stored];
    long[] places = new long[stored];
    int next = 0;
    for (int i = 0; i < values.length; i++) {
      if (Float.floatToRawIntBits(values[i]) != 0) {
        kept[next] = values[i];
        places[next++] = i;
      }
    }
    List<Long> count = List.of((long) stored);
    return SparseTensorProto.newBuilder()
        .setValues(floats(name, count, kept))
        .setIndices(longs("", count, places).toBuilder().clearName())
        .addAllDims(dims)
        .build();
  }

  /** Whether the sparse form takes fewer bytes: a place takes twice those of a number. */
  static boolean smallerSparse(float[] values) {
    long sparse = (long) stored(values) * (Float.BYTES + Long.BYTES);
    return sparse < (long) values.length * Float.BYTES;
  }

  /** Numbers that are not positive zero, so that the dense form comes back bit for bit. */
  private static int stored(float[] values) {
    int stored = 0;
    for (float value : values) {
      stored += Float.floatToRawIntBits(value) != 0 ? 1 : 0;
    }
    return stored;
  }

  private static ByteString bytes(float[] values) {
    ByteBuffer bytes = littleEndian((long) values.length * Float.BYTES);
    bytes.asFloatBuffer().put(values);
    return UnsafeByteOperations.unsafeWrap(bytes);
  }

  private static ByteBuffer littleEndian(long bytes) {
    return ByteBuffer.allocate(Math.toIntExact(bytes)).order(ByteOrder.LITTLE_ENDIAN);
  }
}
