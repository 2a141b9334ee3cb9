package dev.ockham.onnx.read.file;

import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.ockham.onnx.UnsupportedOnnxException;
import dev.ockham.onnx.read.program.ElementType;
import dev.ockham.onnx.read.program.MalformedOnnxException;
import dev.ockham.onnx.read.program.Tensor;
import dev.ockham.runtime.graph.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;

/** Tensors of a file as ours: floats of any width become float32, whole numbers 64 bits wide. */
final class TensorDecoding {
  private final ExternalData external;
  private final Set<String> narrowed = new TreeSet<>();

  TensorDecoding(ExternalData external) {
    this.external = external;
  }

  /** Names of types other than FLOAT whose tensors became float32. */
  Set<String> narrowed() {
    return narrowed;
  }

  /** Kind of numbers of an ONNX type. */
  static ElementType type(int code, String what) {
    DataType type = DataType.forNumber(code);
    if (type == null) {
      throw new MalformedOnnxException(what, "its element type is " + code + ", which is none");
    }
    return switch (type) {
      case FLOAT, DOUBLE, FLOAT16, BFLOAT16 -> ElementType.REAL;
      case INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64 -> ElementType.INTEGER;
      case BOOL -> ElementType.BOOLEAN;
      default ->
          throw new UnsupportedOnnxException(
              what + ": its element type is " + type + "; export the model in float32");
    };
  }

  /** A tensor; its floats are decoded when they are asked for. */
  Tensor decode(TensorProto tensor) {
    String what = "tensor '" + tensor.getName() + "'";
    ElementType kind = type(tensor.getDataType(), what);
    if (tensor.hasSegment()) {
      throw new UnsupportedOnnxException(
          what + ": it is cut into segments; export it in one piece");
    }
    Shape shape = shape(what, tensor.getDimsList());
    DataType type = DataType.forNumber(tensor.getDataType());
    if (kind == ElementType.REAL) {
      return reals(tensor, type, shape, what);
    }
    long[] values = integers(tensor, type, shape, what);
    return kind == ElementType.BOOLEAN
        ? Tensor.booleans(shape, values)
        : Tensor.integers(shape, values);
  }

  private Tensor reals(TensorProto tensor, DataType type, Shape shape, String what) {
    if (type != DataType.FLOAT) {
      narrowed.add(type.name());
    }
    int size = shape.size();
    int width = type == DataType.DOUBLE ? 8 : type == DataType.FLOAT ? 4 : 2;
    if (isRaw(tensor)) {
      ByteBuffer bytes = raw(tensor, (long) size * width, what);
      return Tensor.decoded(
          shape, () -> decode(bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN), type, size));
    }
    return switch (type) {
      case FLOAT -> {
        count(what, "float_data", tensor.getFloatDataCount(), size);
        yield Tensor.decoded(shape, () -> each(size, tensor::getFloatData));
      }
      case DOUBLE -> {
        count(what, "double_data", tensor.getDoubleDataCount(), size);
        yield Tensor.decoded(shape, () -> each(size, i -> (float) tensor.getDoubleData(i)));
      }
      default -> {
        count(what, "int32_data", tensor.getInt32DataCount(), size);
        yield Tensor.decoded(
            shape, () -> each(size, i -> half(type, (short) tensor.getInt32Data(i))));
      }
    };
  }

  private static float[] each(int size, IntFunction<Float> number) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = number.apply(i);
    }
    return values;
  }

  private static float[] decode(ByteBuffer bytes, DataType type, int size) {
    float[] values = new float[size];
    switch (type) {
      case FLOAT -> bytes.asFloatBuffer().get(values);
      case DOUBLE -> {
        for (int i = 0; i < size; i++) {
          values[i] = (float) bytes.getDouble();
        }
      }
      default -> {
        for (int i = 0; i < size; i++) {
          values[i] = half(type, bytes.getShort());
        }
      }
    }
    return values;
  }

  private static float half(DataType type, short bits) {
    return type == DataType.FLOAT16
        ? Float.float16ToFloat(bits)
        : Float.intBitsToFloat((bits & 0xffff) << 16);
  }

  private long[] integers(TensorProto tensor, DataType type, Shape shape, String what) {
    int size = shape.size();
    if (isRaw(tensor)) {
      ByteBuffer bytes = raw(tensor, (long) size * width(type), what);
      bytes.order(ByteOrder.LITTLE_ENDIAN);
      long[] values = new long[size];
      for (int i = 0; i < size; i++) {
        values[i] = next(bytes, type);
      }
      return values;
    }
    long[] values = new long[0];
    switch (type) {
      case INT64 -> {
        count(what, "int64_data", tensor.getInt64DataCount(), size);
        values = tensor.getInt64DataList().stream().mapToLong(Long::longValue).toArray();
      }
      case UINT32, UINT64 -> {
        count(what, "uint64_data", tensor.getUint64DataCount(), size);
        values = tensor.getUint64DataList().stream().mapToLong(Long::longValue).toArray();
      }
      default -> {
        count(what, "int32_data", tensor.getInt32DataCount(), size);
        values = tensor.getInt32DataList().stream().mapToLong(Integer::longValue).toArray();
      }
    }
    return values;
  }

  private static int width(DataType type) {
    return switch (type) {
      case INT64, UINT64 -> 8;
      case INT32, UINT32 -> 4;
      case INT16, UINT16 -> 2;
      default -> 1;
    };
  }

  private static long next(ByteBuffer bytes, DataType type) {
    return switch (type) {
      case INT64, UINT64 -> bytes.getLong();
      case INT32 -> bytes.getInt();
      case UINT32 -> bytes.getInt() & 0xffffffffL;
      case INT16 -> bytes.getShort();
      case UINT16 -> bytes.getShort() & 0xffff;
      case INT8 -> bytes.get();
      default -> bytes.get() & 0xff;
    };
  }

  private static boolean isRaw(TensorProto tensor) {
    return tensor.hasRawData() || tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
  }

  private ByteBuffer raw(TensorProto tensor, long wanted, String what) {
    if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      return external.bytes(tensor, wanted);
    }
    if (tensor.getRawData().size() != wanted) {
      throw new MalformedOnnxException(
          what, "it has " + tensor.getRawData().size() + " bytes, its shape needs " + wanted);
    }
    return tensor.getRawData().asReadOnlyByteBuffer();
  }

  private static void count(String what, String field, int found, int wanted) {
    if (found != wanted) {
      throw new MalformedOnnxException(
          what, field + " has " + found + " numbers, its shape needs " + wanted);
    }
  }

  /**
   * A tensor of which only the numbers that are not 0 are stored.
   *
   * @param room how many numbers the dense tensor may have
   */
  Tensor decode(SparseTensorProto sparse, long room) {
    String what = "sparse tensor '" + sparse.getValues().getName() + "'";
    Shape shape = shape(what, sparse.getDimsList());
    float[] values = decode(sparse.getValues()).reals();
    Tensor places = decode(sparse.getIndices());
    boolean flat = places.shape().rank() == 1;
    int axes = flat ? 1 : shape.rank();
    if (shape.size() > room || places.size() != (long) values.length * axes) {
      throw new MalformedOnnxException(
          what,
          values.length + " numbers with " + places.size() + " indices do not make a " + shape);
    }
    float[] dense = new float[shape.size()];
    long[] indices = places.integers();
    for (int i = 0; i < values.length; i++) {
      long at = 0;
      for (int axis = 0; axis < axes; axis++) {
        long index = indices[i * axes + axis];
        int size = flat ? shape.size() : shape.dim(axis);
        if (index < 0 || index >= size) {
          throw new MalformedOnnxException(what, "an index is " + index + " of " + size);
        }
        at = at * size + index;
      }
      dense[(int) at] = values[i];
    }
    return Tensor.reals(shape, dense);
  }

  private static Shape shape(String what, List<Long> dims) {
    List<Integer> sizes = new ArrayList<>();
    for (long dim : dims) {
      if (dim < 0 || dim > Integer.MAX_VALUE) {
        throw new MalformedOnnxException(what, "a size of its shape is " + dim);
      }
      sizes.add((int) dim);
    }
    try {
      return new Shape(sizes);
    } catch (IllegalArgumentException e) {
      throw new MalformedOnnxException(what, String.valueOf(e.getMessage()));
    }
  }
}
