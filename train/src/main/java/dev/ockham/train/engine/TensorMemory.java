package dev.ockham.train.engine;

import java.lang.foreign.MemorySegment;
import org.bytedeco.pytorch.Tensor;

/** Memory that libtorch owns, as Java sees it. */
public final class TensorMemory {

  private TensorMemory() {}

  /** A tensor's elements; valid while the tensor lives, which must be contiguous. */
  @SuppressWarnings("restricted") // the size is the tensor's own
  public static MemorySegment of(Tensor tensor) {
    assert tensor.is_contiguous() : "tensor is not contiguous";
    if (tensor.numel() == 0) {
      return MemorySegment.NULL;
    }
    return MemorySegment.ofAddress(tensor.data_ptr().address()).reinterpret(tensor.nbytes());
  }
}
