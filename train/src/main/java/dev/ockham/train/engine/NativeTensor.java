package dev.ockham.train.engine;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * A tensor over memory that Java owns: kernels read and write the segment, libtorch the tensor,
 * nothing is copied. Lives as long as the arena it was made in.
 */
public final class NativeTensor implements AutoCloseable {

  /** Vector loads and libtorch's kernels like whole cache lines. */
  private static final long ALIGNMENT = 64;

  private final long[] shape;
  private final MemorySegment segment;
  private final torch.ScalarType type;
  private final long elementBytes;
  private final Tensor tensor;

  private NativeTensor(Arena arena, torch.ScalarType type, long elementBytes, long... shape) {
    long elements = 1;
    for (long size : shape) {
      elements = Math.multiplyExact(elements, size);
    }
    this.shape = shape.clone();
    this.type = type;
    this.elementBytes = elementBytes;
    this.segment =
        arena
            .allocate(Math.max(1, elements) * elementBytes, ALIGNMENT)
            .asSlice(0, elements * elementBytes);
    this.tensor = view();
  }

  /** A float32 tensor of zeros. */
  public static NativeTensor floats(Arena arena, long... shape) {
    return new NativeTensor(arena, torch.ScalarType.Float, Float.BYTES, shape);
  }

  /** An int64 tensor of zeros. */
  public static NativeTensor longs(Arena arena, long... shape) {
    return new NativeTensor(arena, torch.ScalarType.Long, Long.BYTES, shape);
  }

  /** A bfloat16 tensor of zeros. */
  public static NativeTensor bfloat16s(Arena arena, long... shape) {
    return new NativeTensor(arena, torch.ScalarType.BFloat16, Short.BYTES, shape);
  }

  /** The memory; float32, bfloat16 or int64 in native order, row-major. */
  public MemorySegment segment() {
    return segment;
  }

  /** The tensor over the memory; it has no gradient and belongs to this object. */
  public Tensor tensor() {
    return tensor;
  }

  /** Sizes of the dimensions. */
  public long[] shape() {
    return shape.clone();
  }

  /** Number of elements. */
  public long size() {
    return segment.byteSize() / elementBytes;
  }

  /**
   * Another tensor over the same memory that asks autograd for a gradient of its own, so that
   * several threads can differentiate with respect to the same parameters. The caller closes it.
   */
  public Tensor newLeaf() {
    Tensor leaf = view();
    try (TensorScope _ = new TensorScope()) {
      leaf.set_requires_grad(true);
    }
    return leaf;
  }

  /** A copy of a float tensor's elements. */
  public float[] toArray() {
    return segment.toArray(ValueLayout.JAVA_FLOAT);
  }

  /** Sets all elements of a float tensor. */
  public void set(float[] values) {
    if (values.length != size()) {
      throw new IllegalArgumentException(
          "%s values do not fill a tensor of %s".formatted(values.length, size()));
    }
    MemorySegment.copy(values, 0, segment, ValueLayout.JAVA_FLOAT, 0, values.length);
  }

  /** Closes the tensor; the memory goes with its arena. */
  @Override
  public void close() {
    tensor.close();
  }

  /**
   * The beginning of the memory as a matrix. To be called within a scope, which the result belongs
   * to.
   */
  public Tensor matrix(long rows, long columns) {
    if (rows * columns > size()) {
      throw new IllegalArgumentException(
          "%s x %s do not fit a tensor of %s".formatted(rows, columns, size()));
    }
    return torch.from_blob(
        new Address(segment), new long[] {rows, columns}, new TensorOptions(type));
  }

  private Tensor view() {
    try (TensorScope scope = new TensorScope()) {
      return scope.keep(torch.from_blob(new Address(segment), shape, new TensorOptions(type)));
    }
  }

  /** A JavaCPP pointer to memory that Java allocated. */
  private static final class Address extends Pointer {
    Address(MemorySegment segment) {
      this.address = segment.address();
    }
  }
}
