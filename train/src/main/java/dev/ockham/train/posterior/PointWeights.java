package dev.ockham.train.posterior;

import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.prune.Mask;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Weights that are plain numbers: the dense twin of every Bayesian layer.
 *
 * @param theta the weights
 */
public record PointWeights(Parameter theta) implements WeightPosterior {

  @Override
  public List<Parameter> parameters() {
    return List.of(theta);
  }

  @Override
  public boolean noisy() {
    return false;
  }

  @Override
  public WeightLeaves newLeaves() {
    return new WeightLeaves.Point(theta.value().newLeaf());
  }

  @Override
  public void update(List<WeightLeaves> leaves, Update update) {
    MemorySegment gradient = Gradients.sum(leaves.stream().map(WeightLeaves::theta).toList());
    update.adam(theta, gradient);
  }

  @Override
  public void refresh(Kernels kernels) {
    // Nothing is derived from the weights.
  }

  @Override
  public void keepOnly(Mask mask) {
    theta.value().set(mask.apply(theta.value().toArray()));
  }

  @Override
  public double klNats(Kernels kernels) {
    return 0;
  }

  @Override
  public void close() {
    theta.close();
  }
}
