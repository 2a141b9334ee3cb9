package dev.ockham.train.segment;

import dev.ockham.train.engine.TensorScope;
import dev.ockham.train.engine.TensorView;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;

/**
 * A node by libtorch and its autograd. Inputs are leaves over the memory of their values; gradients
 * of parameters are left at the parameters' own leaves, added to what is there.
 */
final class AutogradSegment implements Stage {

  private final Wiring wiring;
  private final TorchFunction function;

  /** From forward to backward. */
  private final List<Tensor> kept = new ArrayList<>();

  AutogradSegment(Wiring wiring, TorchFunction function) {
    this.wiring = wiring;
    this.function = function;
  }

  @Override
  public Wiring wiring() {
    return wiring;
  }

  @Override
  public void forward(Share share) {
    release();
    try (TensorScope scope = new TensorScope()) {
      if (share.differentiated() && wiring.output().wanted()) {
        Tensor output = output(share, true, scope);
        write(output.detach(), share.rows());
        kept.add(scope.keep(output));
      } else {
        try (NoGradGuard _ = new NoGradGuard()) {
          write(output(share, false, scope), share.rows());
        }
      }
    }
  }

  private Tensor output(Share share, boolean differentiated, TensorScope scope) {
    List<Tensor> inputs = new ArrayList<>();
    for (Reading input : wiring.inputs()) {
      Tensor leaf = view(input.value(), share.rows());
      if (differentiated) {
        if (input.wanted()) {
          var _ = leaf.set_requires_grad(true);
        }
        kept.add(scope.keep(leaf));
      }
      inputs.add(leaf);
    }
    return function.of(inputs, share);
  }

  private static Tensor view(PassValue value, int rows) {
    return TensorView.of(value.values(), value.shape().withBatch(rows));
  }

  private void write(Tensor output, int rows) {
    var _ = view(wiring.output(), rows).copy_(output);
  }

  @Override
  public void backward(int rows) {
    try (TensorScope _ = new TensorScope()) {
      Tensor gradient = TensorView.of(wiring.byOut(), wiring.output().shape().withBatch(rows));
      kept.getLast()
          .backward(
              gradient,
              new BoolOptional(),
              false,
              new TensorArrayRefOptional());
      for (int i = 0; i < wiring.inputs().size(); i++) {
        Reading input = wiring.inputs().get(i);
        if (input.wanted()) {
          give(input, kept.get(i), rows);
        }
      }
    }
    release();
  }

  /** An input that the function does not depend on has no gradient. */
  private static void give(Reading input, Tensor leaf, int rows) {
    Tensor target = TensorView.of(input.target(), input.value().shape().withBatch(rows));
    Tensor gradient = leaf.grad();
    var _ = gradient.defined() ? target.copy_(gradient) : target.zero_();
    input.finish(rows);
  }

  private void release() {
    kept.forEach(Tensor::close);
    kept.clear();
  }

  @Override
  public void close() {
    release();
  }
}
