package dev.ockham.train.gate;

import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.train.posterior.Update;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Noise of mean 1 that multiplies the inputs of a layer with weights, one draw per example, unit
 * and position. Nothing happens at test time.
 */
public sealed interface Gate extends AutoCloseable permits NoGate, BernoulliGate, GaussianGate {

  /** Whether it does anything while a network trains. */
  boolean noisy();

  /** A new differentiable view, for one thread. */
  GateLeaves newLeaves();

  /**
   * Draws what {@link GateLeaves#apply} takes.
   *
   * @param examples global id of each row's example
   * @param width values per example
   * @param out float32 {@code [examples, width]}
   */
  void fillNoise(Kernels kernels, NoiseKey key, int[] examples, int width, MemorySegment out);

  /**
   * Adds the gradients of several threads to what the gate learns, in order; whoever owns that
   * makes the step.
   */
  void gather(List<GateLeaves> leaves, Update update);

  @Override
  void close();
}
