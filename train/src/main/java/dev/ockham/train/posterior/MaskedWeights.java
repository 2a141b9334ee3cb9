package dev.ockham.train.posterior;

import dev.ockham.core.kernel.KeptWeights;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.prune.Mask;
import dev.ockham.train.engine.NativeTensor;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Plain numbers that are set to 0 on a schedule and stay there (arXiv:1710.01878). A weight is kept
 * as long as it is not 0, so a checkpoint of the weights says which are.
 *
 * @param theta the weights
 * @param keep 1 where a weight is not 0, else 0; derived
 * @param scores which weights go first, given all of them
 */
public record MaskedWeights(Parameter theta, NativeTensor keep, UnaryOperator<float[]> scores)
    implements WeightPosterior {

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
    MemorySegment gradient = WeightLeaves.sumByTheta(leaves);
    update
        .threads()
        .run(
            keep.size(),
            (from, to) ->
                KeptWeights.update(
                    update.kernels(),
                    theta.adamState(),
                    gradient,
                    keep.segment(),
                    update.adam(),
                    from,
                    to));
  }

  @Override
  public void refresh(Kernels kernels) {
    KeptWeights.refresh(theta.value().segment(), keep.segment(), 0, keep.size());
  }

  @Override
  public void keepOnly(Mask mask) {
    theta.value().set(mask.apply(theta.value().toArray()));
    keep.set(mask.apply(keep.toArray()));
  }

  @Override
  public double klNats(Kernels kernels) {
    return 0;
  }

  @Override
  public float[] logAlpha(Kernels kernels) {
    return scores.apply(theta.value().toArray());
  }

  @Override
  public void close() {
    theta.close();
    keep.close();
  }
}
