package dev.ockham.train.posterior;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * One thread's differentiable view of a posterior's parameters: tensors over the shared memory with
 * gradients of their own.
 */
public sealed interface WeightLeaves extends AutoCloseable {

  /** Weight means. */
  Tensor theta();

  /**
   * The leaves that a step learns by, in a fixed order.
   *
   * @param noisy whether it learns what noise is made of, too
   */
  List<Tensor> learning(boolean noisy);

  /** Drops the gradients of the last backward pass. */
  void clearGradients();

  @Override
  void close();

  /** Adds the gradients by θ of several threads, in order; see {@link Gradients#sum}. */
  static MemorySegment sumByTheta(List<WeightLeaves> leaves) {
    return Gradients.sum(leaves.stream().map(WeightLeaves::theta).toList());
  }

  /** Adds the gradients by σ² of several threads, in order; see {@link Gradients#sum}. */
  static MemorySegment sumBySigma2(List<WeightLeaves> leaves) {
    return Gradients.sum(leaves.stream().map(leaf -> ((Gaussian) leaf).sigma2()).toList());
  }

  /** Of a {@link PointWeights}. */
  record Point(Tensor theta) implements WeightLeaves {
    @Override
    public List<Tensor> learning(boolean noisy) {
      return List.of(theta);
    }

    @Override
    public void clearGradients() {
      Gradients.clear(theta);
    }

    @Override
    public void close() {
      theta.close();
    }
  }

  /** Of a posterior with a mean and a variance per weight. */
  record Gaussian(Tensor theta, Tensor sigma2) implements WeightLeaves {
    @Override
    public List<Tensor> learning(boolean noisy) {
      return noisy ? List.of(theta, sigma2) : List.of(theta);
    }

    @Override
    public void clearGradients() {
      Gradients.clear(theta);
      Gradients.clear(sigma2);
    }

    @Override
    public void close() {
      theta.close();
      sigma2.close();
    }
  }

  /** Of a {@link HardConcreteWeights}. */
  record Gated(Tensor theta, Tensor logAlpha) implements WeightLeaves {
    @Override
    public List<Tensor> learning(boolean noisy) {
      return noisy ? List.of(theta, logAlpha) : List.of(theta);
    }

    @Override
    public void clearGradients() {
      Gradients.clear(theta);
      Gradients.clear(logAlpha);
    }

    @Override
    public void close() {
      theta.close();
      logAlpha.close();
    }
  }
}
