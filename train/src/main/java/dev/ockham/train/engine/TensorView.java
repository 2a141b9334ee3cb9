package dev.ockham.train.engine;

import java.lang.foreign.MemorySegment;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/** Memory that Java owns, as libtorch sees it for the time of a scope. */
public final class TensorView {

  private TensorView() {}

  /**
   * A float32 tensor over the beginning of some memory, which must outlive it. To be called within
   * a scope, which the result belongs to.
   *
   * @param memory float32, row-major
   * @param sizes of the dimensions
   */
  public static Tensor of(MemorySegment memory, long... sizes) {
    long elements = 1;
    for (long size : sizes) {
      elements = Math.multiplyExact(elements, size);
    }
    if (elements > memory.byteSize() / Float.BYTES) {
      throw new IllegalArgumentException(
          "%s floats do not fit into %s bytes".formatted(elements, memory.byteSize()));
    }
    return torch.from_blob(new Address(memory), sizes, new TensorOptions(torch.ScalarType.Float));
  }

  /** A uint8 tensor over some memory, as {@link #of}. */
  public static Tensor ofBytes(MemorySegment memory) {
    return torch.from_blob(
        new Address(memory),
        new long[] {memory.byteSize()},
        new TensorOptions(torch.ScalarType.Byte));
  }

  private static final class Address extends Pointer {
    Address(MemorySegment memory) {
      this.address = memory.address();
    }
  }
}
