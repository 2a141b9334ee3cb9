package dev.ockham.core.spec;

import java.util.OptionalDouble;

/**
 * When weights are set to 0, and how many: none before a fraction {@code from} of the run, then
 * fast and ever slower up to {@code sparsity} at {@code until}, by the cubic schedule
 *
 * <pre>
 *   s(t) = s_f + (s_i − s_f)(1 − (t − t0)/(nΔt))³,  s_i = 0
 * </pre>
 *
 * of arXiv:1710.01878, eq. (1). Here t counts steps from 0; t0 is the step nearest to from·steps,
 * and t0 + nΔt the one nearest to until·steps, or the last one where that is past it. Weights go
 * after the updates of steps t0, t0 + every, … and of the last of the schedule, whether or not it
 * is one of these. As in both papers a layer is pruned by itself, unless scope says otherwise.
 *
 * @param sparsity s_f, the fraction of zeros at the end, in [0, 1], biases not counted
 * @param from fraction of the run at which weights begin to go, in [0, 1]
 * @param until fraction of the run at which the last ones go, in [from, 1]
 * @param every Δt, steps from one time to the next, at least 1
 * @param scope where weights are compared
 */
public record PruningSpec(
    @Doc("Fraction of weights that are 0 at the end.") double sparsity,
    @Doc("Fraction of the run at which weights begin to go.") double from,
    @Doc("Fraction of the run at which the last ones go.") double until,
    @Doc("Steps from one time that weights go to the next.") int every,
    @Doc("Where weights are compared: layer (each reaches the sparsity) or global.") Scope scope) {

  /** Which weights are compared with each other. */
  public enum Scope {
    /** All of the network; layers end with different sparsities. */
    GLOBAL,
    /** The weights of one layer; every layer has the wanted sparsity. */
    LAYER
  }

  /** Checks the ranges. */
  public PruningSpec {
    Require.between("method.pruning.sparsity", sparsity, 0, 1);
    Require.between("method.pruning.from", from, 0, 1);
    Require.between("method.pruning.until", until, from, 1);
    Require.atLeast("method.pruning.every", every, 1);
  }

  static PruningSpec defaults() {
    return new PruningSpec(0.9, 0.2, 0.7, 100, Scope.LAYER);
  }

  /**
   * The sparsity to prune to after the update of a step.
   *
   * @param step steps done before it, from 0
   * @param steps of the whole run
   * @return nothing where no weights go after this step
   */
  public OptionalDouble after(long step, long steps) {
    long first = Math.min(Math.round(from * steps), steps - 1);
    long last = Math.min(Math.round(until * steps), steps - 1);
    if (step < first || step > last || ((step - first) % every != 0 && step != last)) {
      return OptionalDouble.empty();
    }
    double left = last == first ? 0 : (double) (last - step) / (last - first);
    return OptionalDouble.of(cubic(sparsity, left));
  }

  /** The formula above at a fraction of the schedule that is left, in [0, 1]. */
  static double cubic(double sparsity, double left) {
    return sparsity * (1 - left * left * left);
  }
}
