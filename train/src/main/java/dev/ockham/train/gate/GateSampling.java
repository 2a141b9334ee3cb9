package dev.ockham.train.gate;

import dev.ockham.core.gate.BetaBernoulliGate;
import dev.ockham.core.gate.GateBelief;
import dev.ockham.core.gate.GaussianFactorGate;
import dev.ockham.core.gate.HardConcreteGate;
import dev.ockham.core.gate.LogNormalGate;
import dev.ockham.train.posterior.HardConcrete;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Draws of gates as differentiable functions of their numbers and of standard normal noise ζ; a
 * uniform u is Φ(ζ), and logit u = log Φ(ζ) − log Φ(−ζ) is exact in both tails. Works in whatever
 * floating-point type its arguments have.
 */
public final class GateSampling {

  /** Temperature of the relaxed Bernoulli (arXiv:1805.10896, section 3.2). */
  private static final double BERNOULLI_TEMPERATURE = 0.1;

  /** The reference keeps u, and so π, this far from 0 and 1. */
  private static final double MARGIN = 1e-6;

  /** The reference keeps φ this far from 0. */
  private static final double LEAST_PHI = 1e-10;

  /** And as far from 1, which no float can tell from 1: this is as far as one can. */
  private static final double PHI_MARGIN = 0x1p-24;

  private GateSampling() {}

  /**
   * z for every example and unit.
   *
   * @param numbers the belief's numbers, each {@code [units]}
   * @param noise standard normal, {@code [1 + batch, units]}; the first row is for the whole batch
   * @return {@code [batch, units]}
   */
  public static Tensor sample(GateBelief belief, List<Tensor> numbers, Tensor noise) {
    Tensor own = noise.narrow(0, 1, noise.size(0) - 1);
    Tensor first = numbers.getFirst();
    return switch (belief) {
      case BetaBernoulliGate _ -> betaBernoulli(first, numbers.getLast(), noise.select(0, 0), own);
      case LogNormalGate _ -> logNormal(first, numbers.getLast(), own);
      case GaussianFactorGate _ -> first.add(numbers.getLast().mul(scalar(0.5)).exp().mul(own));
      case HardConcreteGate _ -> HardConcrete.sample(first, own);
    };
  }

  /**
   * π = (1 − u^(1/b))^(1/a) once for the batch, z = σ((logit π + logit v)/0.1) for each example.
   */
  private static Tensor betaBernoulli(Tensor rawA, Tensor rawB, Tensor shared, Tensor own) {
    Tensor a = torch.softplus(rawA);
    Tensor b = torch.softplus(rawB);
    Tensor u = torch.special_ndtr(shared).clamp(optional(MARGIN), optional(1 - MARGIN));
    Tensor power = u.log().div(b).exp().clamp_max(scalar(1 - MARGIN));
    Tensor logPi = power.neg().log1p().div(a).clamp_max(scalar(-MARGIN));
    Tensor logitPi = logPi.sub(logPi.expm1().neg().log());
    return logitPi.add(logit(own)).div(scalar(BERNOULLI_TEMPERATURE)).sigmoid();
  }

  /**
   * The factor that looks at the example: a relaxed Bernoulli draw of φ = clip(γ·ĥ + η + σε), with
   * one ε for the batch and one uniform number for each example.
   *
   * @param normalized γ·ĥ + η, {@code [batch, units]}
   * @param sigma σ, {@code [units]}
   * @param noise standard normal, {@code [1 + batch, 2·units]}, of which this takes the second half
   * @return {@code [batch, units]}
   */
  public static Tensor dependent(Tensor normalized, Tensor sigma, Tensor noise, long units) {
    Tensor mine = noise.narrow(1, units, units);
    Tensor phi =
        normalized
            .add(sigma.mul(mine.select(0, 0)))
            .clamp(optional(LEAST_PHI), optional(1 - PHI_MARGIN));
    Tensor logit = phi.log().sub(phi.neg().log1p());
    Tensor own = mine.narrow(0, 1, noise.size(0) - 1);
    return logit.add(logit(own)).div(scalar(BERNOULLI_TEMPERATURE)).sigmoid();
  }

  /** log z = μ + σ·Φ⁻¹(Φ(a) + u(Φ(b) − Φ(a))), cut to [−20, 0]. */
  private static Tensor logNormal(Tensor mu, Tensor logSigma, Tensor own) {
    Tensor sigma = logSigma.exp();
    Tensor a = torch.special_ndtr(mu.neg().add(scalar(LogNormalGate.LOWEST)).div(sigma));
    Tensor b = torch.special_ndtr(mu.neg().div(sigma));
    Tensor u = a.add(torch.special_ndtr(own).mul(b.sub(a)));
    Tensor inner = u.clamp(optional(MARGIN), optional(1 - MARGIN));
    return mu.add(sigma.mul(torch.special_ndtri(inner))).clamp_max(scalar(0)).exp();
  }

  /**
   * logit Φ(ζ) by the smaller tail p = Φ(−|ζ|), which erfc has exact: ±(log(1 − p) − log p). Two
   * logarithms of Φ gave the same in six milliseconds of a step of ten, this takes half of one.
   */
  private static Tensor logit(Tensor zeta) {
    Tensor p = torch.special_ndtr(zeta.abs().neg());
    return p.neg().log1p().sub(p.log()).mul(zeta.sign());
  }

  private static Scalar scalar(double value) {
    return new Scalar(value);
  }

  private static ScalarOptional optional(double value) {
    return new ScalarOptional(new Scalar(value));
  }
}
