package dev.ockham.train.pass;

import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Leaves that have a gradient after a way back, if only one of zeros.
 *
 * @param always whatever the pass was
 * @param underNoise after passes with noise
 */
record TorchLeaves(List<Tensor> always, List<Tensor> underNoise) {
  /** Copies the lists. */
  TorchLeaves {
    always = List.copyOf(always);
    underNoise = List.copyOf(underNoise);
  }

  /** The leaves of both. */
  TorchLeaves and(TorchLeaves more) {
    return new TorchLeaves(
        Stream.concat(always.stream(), more.always.stream()).toList(),
        Stream.concat(underNoise.stream(), more.underNoise.stream()).toList());
  }

  /** Gives zeros to those that nothing depended on. To be called within a scope. */
  void complete(boolean noisy) {
    always.forEach(TorchLeaves::complete);
    if (noisy) {
      underNoise.forEach(TorchLeaves::complete);
    }
  }

  private static void complete(Tensor leaf) {
    if (!leaf.grad().defined()) {
      leaf.mutable_grad().put(torch.zeros_like(leaf.detach()));
    }
  }
}
