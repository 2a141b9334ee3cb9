package dev.ockham.train.gate;

import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.train.posterior.Parameter;
import dev.ockham.train.posterior.Update;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * What multiplies the units of a layer with weights: noise of mean 1 that is gone at test time, or
 * factors that are learnt and can close. What has a default here is that of noise at a layer's
 * inputs, one draw for every position, with nothing to learn of its own.
 */
public sealed interface Gate extends AutoCloseable
    permits NoGate, BernoulliGate, GaussianGate, LearntGate, DependentGate {

  /** Whether it is random while a network trains. */
  boolean noisy();

  /** Whether it stands at the layer's outputs, and not at its inputs. */
  default boolean onOutputs() {
    return false;
  }

  /**
   * Numbers of noise per example.
   *
   * @param units features or channels where it stands
   * @param positions of each
   */
  default int noiseWidth(int units, int positions) {
    return units * positions;
  }

  /** Rows of noise, before those of the examples, that all examples share. */
  default int sharedRows() {
    return 0;
  }

  /** Everything that is learnt and belongs to this gate alone, in a fixed order. */
  default List<Parameter> parameters() {
    return List.of();
  }

  /** Sets every parameter to its start. */
  default void initialize() {}

  /** Recomputes what is derived from the parameters. */
  default void refresh() {}

  /** A new differentiable view, for one thread. */
  GateLeaves newLeaves();

  /**
   * Draws what is multiplied with, or what factors are made of.
   *
   * @param rows global id of each row's example
   * @param width values per row
   * @param out float32 {@code [rows, width]}
   */
  void fillNoise(Kernels kernels, NoiseKey key, int[] rows, int width, MemorySegment out);

  /**
   * One optimiser step of what is the gate's own; adds the gradients of what layers share to it.
   *
   * @param leaves one set per thread, each holding the gradient of its share of the batch
   */
  void update(List<GateLeaves> leaves, Update update);

  /** KL or penalty of what is the gate's own, in nats. */
  default double klNats() {
    return 0;
  }

  @Override
  void close();
}
