package dev.ockham.train.posterior;

import dev.ockham.core.gate.HardConcreteGate;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The hard concrete variable as a differentiable function of log α (arXiv:1712.01312, section 2.2).
 * Works in whatever floating-point type its arguments have.
 */
public final class HardConcrete {

  private HardConcrete() {}

  /**
   * A draw: s = σ((logit u + log α)/β), stretched to (γ, ζ) and cut to [0, 1] (eq. (10), (11)).
   *
   * @param zeta standard normal; u = Φ(ζ)
   */
  public static Tensor sample(Tensor logAlpha, Tensor zeta) {
    Tensor s = logit(zeta).add(logAlpha).div(new Scalar(HardConcreteGate.TEMPERATURE)).sigmoid();
    return stretched(s);
  }

  /** The stand-in at test time, clip(σ(log α)(ζ − γ) + γ, 0, 1) (eq. (13)). */
  public static Tensor mean(Tensor logAlpha) {
    return stretched(logAlpha.sigmoid());
  }

  /** logit Φ(ζ) = log Φ(ζ) − log Φ(−ζ), exact in both tails. */
  public static Tensor logit(Tensor zeta) {
    return torch.special_log_ndtr(zeta).sub(torch.special_log_ndtr(zeta.neg()));
  }

  private static Tensor stretched(Tensor s) {
    return s.mul(new Scalar(HardConcreteGate.HIGH - HardConcreteGate.LOW))
        .add(new Scalar(HardConcreteGate.LOW))
        .clamp(new ScalarOptional(new Scalar(0)), new ScalarOptional(new Scalar(1)));
  }
}
