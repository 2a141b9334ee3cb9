package dev.ockham.train.pass;

import dev.ockham.train.engine.OneDnn;
import dev.ockham.train.engine.TensorScope;
import dev.ockham.train.engine.TensorView;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Nodes by libtorch and its autograd. What comes from other stages enters as leaves over the memory
 * of its values, what other stages read is written to memory, and values between the nodes stay in
 * libtorch. Gradients of parameters are left at the parameters' own leaves, added to what is there.
 */
final class AutogradSegment implements Stage {

  private final Wiring wiring;
  private final List<Step> steps;
  private final List<Integer> given;
  private final TorchLeaves leaves;

  /** Leaves of inputs, from forward to backward. */
  private final List<Tensor> kept = new ArrayList<>();

  /** Outputs, from forward to backward. */
  private final List<Tensor> results = new ArrayList<>();

  private boolean noisy;

  /**
   * One node.
   *
   * @param reads numbers of what it takes: inputs of the segment from 0 on, behind them what the
   *     steps give
   */
  record Step(TorchFunction function, List<Integer> reads) {
    Step {
      reads = List.copyOf(reads);
    }
  }

  /**
   * A segment of several nodes.
   *
   * @param steps in the order in which they run
   * @param given numbers of the wiring's outputs, counted as in {@link Step#reads}
   * @param leaves of the nodes' parameters
   */
  AutogradSegment(Wiring wiring, List<Step> steps, List<Integer> given, TorchLeaves leaves) {
    this.wiring = wiring;
    this.steps = List.copyOf(steps);
    this.given = List.copyOf(given);
    this.leaves = leaves;
  }

  /** A segment of one node. */
  AutogradSegment(Wiring wiring, TorchFunction function, TorchLeaves leaves) {
    this(
        wiring,
        List.of(new Step(function, IntStream.range(0, wiring.inputs().size()).boxed().toList())),
        List.of(wiring.inputs().size()),
        leaves);
  }

  @Override
  public Wiring wiring() {
    return wiring;
  }

  List<Step> steps() {
    return steps;
  }

  List<Integer> given() {
    return given;
  }

  TorchLeaves leaves() {
    return leaves;
  }

  @Override
  public void forward(Share share) {
    release();
    noisy = share.noise() != null;
    try (TensorScope scope = new TensorScope()) {
      if (share.differentiated() && wiring.wanted()) {
        compute(share, true);
        kept.forEach(scope::keep);
        results.forEach(scope::keep);
      } else {
        try (NoGradGuard _ = new NoGradGuard()) {
          compute(share, false);
          kept.clear();
          results.clear();
        }
      }
    }
  }

  private void compute(Share share, boolean differentiated) {
    OneDnn.whereRight(() -> {
      run(share, differentiated);
      return null;
    });
  }

  private void run(Share share, boolean differentiated) {
    for (Reading input : wiring.inputs()) {
      Tensor leaf = view(input.value(), share.rows());
      if (differentiated && input.wanted()) {
        var _ = leaf.set_requires_grad(true);
      }
      kept.add(leaf);
    }
    List<Tensor> values = new ArrayList<>(kept);
    for (Step step : steps) {
      values.add(step.function().of(step.reads().stream().map(values::get).toList(), share));
    }
    for (int i = 0; i < given.size(); i++) {
      Tensor result = values.get(given.get(i));
      results.add(result);
      var _ = view(wiring.outputs().get(i), share.rows()).copy_(result.detach());
    }
  }

  private static Tensor view(PassValue value, int rows) {
    return TensorView.of(value.values(), value.shape().withBatch(rows));
  }

  @Override
  public void backward(int rows) {
    try (TensorScope _ = new TensorScope()) {
      differentiate(rows);
      leaves.complete(noisy);
      for (int i = 0; i < wiring.inputs().size(); i++) {
        Reading input = wiring.inputs().get(i);
        if (input.wanted()) {
          give(input, kept.get(i), rows);
        }
      }
    }
    release();
  }

  /** Gradients are copied, since autograd may make them those of leaves. */
  private void differentiate(int rows) {
    List<Tensor> of = new ArrayList<>();
    List<Tensor> by = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      PassValue output = wiring.outputs().get(i);
      if (output.wanted() && results.get(i).requires_grad()) {
        of.add(results.get(i));
        by.add(TensorView.of(output.gradient(), output.shape().withBatch(rows)).clone());
      }
    }
    if (!of.isEmpty()) {
      OneDnn.whereRight(() -> {
        torch.backward(vector(of), vector(by), new BoolOptional(), false, new TensorVector());
        return null;
      });
    }
  }

  private static TensorVector vector(List<Tensor> tensors) {
    return new TensorVector(tensors.toArray(Tensor[]::new));
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
    results.forEach(Tensor::close);
    results.clear();
  }

  @Override
  public void close() {
    release();
  }
}
