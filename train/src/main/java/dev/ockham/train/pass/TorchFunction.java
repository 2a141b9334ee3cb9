package dev.ockham.train.pass;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** What an autograd segment computes, in libtorch. Called within a scope. */
@FunctionalInterface
interface TorchFunction {

  /**
   * The output, {@code [rows, shape…]}.
   *
   * @param inputs each {@code [rows, shape…]}
   * @param share what the pass is run for
   */
  Tensor of(List<Tensor> inputs, Share share);
}
