package dev.ockham.core.spec;

import dev.ockham.core.kl.KlTerm;
import dev.ockham.core.method.Method;

/**
 * What is believed of the weights.
 *
 * @param name name of a {@link Method}
 * @param kl the prior and the way its KL is computed
 * @param threshold a weight goes where log α is at or above this (natural log)
 * @param initialLogSigma2 start value of log σ² of every weight (natural log)
 */
public record MethodSpec(
    @Doc("none (the dense twin) or sparse-vd.") String name,
    @Doc("KL term: exact, molchanov, kingma-cubic, lower-bound (log-uniform prior) or ard.")
        KlTerm kl,
    @Doc("A weight is removed where log alpha >= threshold; 3 is a drop rate of 0.953.")
        double threshold,
    @Doc("Start value of log sigma^2 of every weight.") double initialLogSigma2) {

  public MethodSpec {
    try {
      Method.named(name);
    } catch (IllegalArgumentException e) {
      throw new SpecException("method.name: " + e.getMessage());
    }
    Require.finite("method.threshold", threshold);
    Require.between("method.initial_log_sigma2", initialLogSigma2, -40, 10);
  }

  static MethodSpec defaults() {
    return of(Method.SPARSE_VD);
  }

  /** A method with the defaults of everything else. */
  public static MethodSpec of(Method method) {
    return new MethodSpec(method.name(), KlTerm.EXACT, Method.SPARSE_VD.defaultThreshold(), -10);
  }

  /** The method of this name. */
  public Method method() {
    return Method.named(name);
  }
}
