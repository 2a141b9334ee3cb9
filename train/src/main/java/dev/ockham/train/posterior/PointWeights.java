package dev.ockham.train.posterior;

import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.prune.Mask;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
  public void initialize() {
    // There are only means.
  }

  @Override
  public WeightLeaves newLeaves() {
    return new WeightLeaves.Point(theta.value().newLeaf());
  }

  @Override
  public void update(List<WeightLeaves> leaves, Update update) {
    update.adam(theta, WeightLeaves.sumByTheta(leaves));
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
  public float @Nullable [] logAlpha(Kernels kernels) {
    return null;
  }

  @Override
  public void close() {
    theta.close();
  }
}
