package dev.ockham.train.posterior;

import dev.ockham.train.engine.TensorMemory;
import dev.ockham.train.engine.TensorScope;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Gradients that autograd left at leaves. */
public final class Gradients {

  private Gradients() {}

  /** Drops a leaf's gradient, so that the next backward pass writes a new one. */
  public static void clear(Tensor leaf) {
    try (TensorScope _ = new TensorScope()) {
      leaf.mutable_grad().reset();
    }
  }

  /**
   * Sums the gradients of several leaves over the same parameter into that of the first, in order.
   * Of a parameter that no output of the network depends on, they are 0.
   *
   * @return the memory of the sum, valid until the first leaf's gradient is dropped
   */
  public static MemorySegment sum(List<Tensor> leaves) {
    Tensor first = leaves.getFirst();
    if (!first.grad().defined()) {
      first.mutable_grad().put(torch.zeros_like(first.detach()));
    }
    Tensor sum = first.grad();
    for (Tensor leaf : leaves.subList(1, leaves.size())) {
      Tensor more = leaf.grad();
      if (more.defined()) {
        sum.add_(more);
      }
    }
    return TensorMemory.of(sum);
  }
}
