package dev.ockham.train.posterior;

import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.prune.Mask;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one weight tensor is believed to be. A posterior holds its parameters, gives threads leaves
 * to differentiate by, and makes the optimiser's step in memory that no autograd graph sees.
 */
public sealed interface WeightPosterior extends AutoCloseable
    permits PointWeights,
        MaskedWeights,
        FactorizedGaussianWeights,
        VariationalDropoutWeights,
        SparseVdWeights,
        HardConcreteWeights {

  /** The weights that are learnt; where noise is added to them or has mean 1, also their means. */
  Parameter theta();

  /** What is left of the weights when the noise is taken away, row-major; the caller's own. */
  default float[] meanWeights() {
    return theta().value().toArray();
  }

  /** Everything that is learnt and belongs to this tensor alone, in a fixed order. */
  List<Parameter> parameters();

  /** Whether activations of these weights need noise. */
  boolean noisy();

  /** Sets every parameter but the means to its start. */
  void initialize();

  /** New leaves over the parameters, for one thread. */
  WeightLeaves newLeaves();

  /**
   * One optimiser step. What layers share is stepped afterwards, by its owner, and then {@link
   * #refresh} is called where something derived depends on it.
   *
   * @param leaves one set per thread, each holding the gradient of its share of the batch
   * @param update the step's constants and the threads to run it on
   */
  void update(List<WeightLeaves> leaves, Update update);

  /** Recomputes what is derived from the parameters, after they were written from outside. */
  void refresh(Kernels kernels);

  /**
   * Sets mean and variance of every other weight to 0. They stay 0 only where a schedule prunes;
   * elsewhere training goes on after {@link #refresh}, from a mean of 0.
   */
  void keepOnly(Mask mask);

  /**
   * KL from this posterior to its prior, in nats; 0 where there is no prior, or layers share it.
   */
  double klNats(Kernels kernels);

  /**
   * The score of every weight, row-major in the layer's shape: log α, or what else the method's
   * {@link dev.ockham.core.method.WeightScore} is; null where there is none.
   */
  float @Nullable [] logAlpha(Kernels kernels);

  @Override
  void close();
}
