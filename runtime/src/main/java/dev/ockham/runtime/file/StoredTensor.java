package dev.ockham.runtime.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A tensor as a file holds it: element type, shape and little-endian bytes in row-major order. Any
 * dimension may be zero; no dimensions make a scalar.
 *
 * @param dtype type of an element
 * @param shape extents, each ≥ 0
 * @param data the bytes. The constructor takes what remains in the buffer without copying, so the
 *     caller must not write to it afterwards; the accessor gives a fresh read-only view
 */
public record StoredTensor(DType dtype, List<Long> shape, ByteBuffer data) {
  /**
   * Checks that shape and bytes agree.
   *
   * @throws IllegalArgumentException if they do not, naming shape and sizes
   */
  public StoredTensor {
    shape = List.copyOf(shape);
    data = data.slice().asReadOnlyBuffer();
    long expected = byteSize(dtype, shape);
    if (expected != data.remaining()) {
      throw new IllegalArgumentException(
          "shape %s of %s needs %s bytes, got %s"
              .formatted(shape, dtype, expected, data.remaining()));
    }
  }

  @Override
  public ByteBuffer data() {
    return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Number of elements. */
  public int elements() {
    return data.remaining() / dtype.bytes();
  }

  /** An F32 tensor with the given values, bits unchanged. */
  public static StoredTensor ofFloats(float[] values, long... shape) {
    return ofFloats(FloatBuffer.wrap(values), shape);
  }

  /** A tensor of what remains in a buffer. */
  static StoredTensor ofFloats(FloatBuffer values, long... shape) {
    ByteBuffer bytes = allocate(DType.F32, values.remaining());
    bytes.asFloatBuffer().put(values);
    return new StoredTensor(DType.F32, boxed(shape), bytes);
  }

  /** An F64 tensor with the given values, bits unchanged. */
  public static StoredTensor ofDoubles(double[] values, long... shape) {
    ByteBuffer bytes = allocate(DType.F64, values.length);
    bytes.asDoubleBuffer().put(values);
    return new StoredTensor(DType.F64, boxed(shape), bytes);
  }

  /** An I64 tensor with the given values. */
  public static StoredTensor ofLongs(long[] values, long... shape) {
    ByteBuffer bytes = allocate(DType.I64, values.length);
    bytes.asLongBuffer().put(values);
    return new StoredTensor(DType.I64, boxed(shape), bytes);
  }

  /** A vector of bytes; the array is not copied. */
  static StoredTensor ofBytes(byte[] bytes) {
    return new StoredTensor(DType.U8, List.of((long) bytes.length), ByteBuffer.wrap(bytes));
  }

  /**
   * A vector of indices in the smallest of U8, U16 and U32 that holds {@code largest}.
   *
   * @param values indices, each in 0..largest
   * @param largest upper bound that decides the type, so that it need not depend on the values
   */
  static StoredTensor ofIndices(int[] values, int largest) {
    DType dtype = indexType(largest);
    ByteBuffer bytes = allocate(dtype, values.length);
    for (int value : values) {
      if (value < 0 || value > largest) {
        throw new IllegalArgumentException("index %s is outside 0..%s".formatted(value, largest));
      }
      switch (dtype.bytes()) {
        case 1 -> bytes.put((byte) value);
        case 2 -> bytes.putShort((short) value);
        default -> bytes.putInt(value);
      }
    }
    return new StoredTensor(dtype, List.of((long) values.length), bytes.flip());
  }

  /** The smallest of U8, U16 and U32 that holds {@code largest}. */
  static DType indexType(int largest) {
    return largest <= 0xFF ? DType.U8 : largest <= 0xFFFF ? DType.U16 : DType.U32;
  }

  /**
   * The values of an F32 tensor, bits unchanged; the caller owns the array.
   *
   * @throws IllegalStateException if the tensor has another type
   */
  public float[] toFloats() {
    require(DType.F32);
    float[] values = new float[elements()];
    data().asFloatBuffer().get(values);
    return values;
  }

  /**
   * The values of a tensor of any float type as float32; the caller owns the array. F64 is rounded
   * to the nearest, so that a value may become infinite; F16 and BF16 are exact.
   *
   * @throws IllegalStateException if the tensor has another type
   */
  public float[] toFloat32() {
    ByteBuffer bytes = data();
    float[] values = new float[elements()];
    switch (dtype) {
      case F32 -> bytes.asFloatBuffer().get(values);
      case F64 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) bytes.getDouble();
        }
      }
      case F16 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = Float.float16ToFloat(bytes.getShort());
        }
      }
      case BF16 -> {
        for (int i = 0; i < values.length; i++) {
          values[i] = Float.intBitsToFloat(bytes.getShort() << 16);
        }
      }
      case I64, U64, I32, U32, I16, U16, I8, U8, BOOL ->
          throw new IllegalStateException("tensor has dtype " + dtype + ", which is no float");
    }
    return values;
  }

  /**
   * The values of an F64 tensor, bits unchanged; the caller owns the array.
   *
   * @throws IllegalStateException if the tensor has another type
   */
  public double[] toDoubles() {
    require(DType.F64);
    double[] values = new double[elements()];
    data().asDoubleBuffer().get(values);
    return values;
  }

  /**
   * The values of an I64 tensor; the caller owns the array.
   *
   * @throws IllegalStateException if the tensor has another type
   */
  public long[] toLongs() {
    require(DType.I64);
    long[] values = new long[elements()];
    data().asLongBuffer().get(values);
    return values;
  }

  /**
   * The values of a U8, U16 or U32 tensor.
   *
   * @throws IllegalArgumentException if the tensor has another type or a value exceeds {@link
   *     Integer#MAX_VALUE}
   */
  int[] toIndices() {
    int[] values = new int[elements()];
    ByteBuffer bytes = data();
    for (int i = 0; i < values.length; i++) {
      long value =
          switch (dtype) {
            case U8 -> Byte.toUnsignedLong(bytes.get());
            case U16 -> Short.toUnsignedLong(bytes.getShort());
            case U32 -> Integer.toUnsignedLong(bytes.getInt());
            case F64, I64, U64, F32, I32, F16, BF16, I16, I8, BOOL ->
                throw new IllegalArgumentException("dtype " + dtype + " is not an index type");
          };
      if (value > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "element %s = %s exceeds %s".formatted(i, value, Integer.MAX_VALUE));
      }
      values[i] = (int) value;
    }
    return values;
  }

  /**
   * Bytes that a tensor takes.
   *
   * @throws IllegalArgumentException if an extent is negative or the size exceeds a long
   */
  static long byteSize(DType dtype, List<Long> shape) {
    long size = dtype.bytes();
    for (long extent : shape) {
      if (extent < 0) {
        throw new IllegalArgumentException("shape " + shape + " has a negative extent");
      }
      try {
        size = Math.multiplyExact(size, extent);
      } catch (ArithmeticException e) {
        throw new IllegalArgumentException("shape " + shape + " overflows 64 bits", e);
      }
    }
    return size;
  }

  private void require(DType wanted) {
    if (dtype != wanted) {
      throw new IllegalStateException("tensor has dtype " + dtype + ", not " + wanted);
    }
  }

  private static ByteBuffer allocate(DType dtype, int elements) {
    return ByteBuffer.allocate(Math.multiplyExact(elements, dtype.bytes()))
        .order(ByteOrder.LITTLE_ENDIAN);
  }

  private static List<Long> boxed(long... shape) {
    return Arrays.stream(shape).boxed().toList();
  }

  /** Type and shape, such as {@code F32[10, 784]}; the bytes would fill the screen. */
  @Override
  public String toString() {
    return shape.stream().map(String::valueOf).collect(Collectors.joining(", ", dtype + "[", "]"));
  }
}
