package dev.ockham.core.kernel;

import static dev.ockham.core.kernel.Kernels.TILE;

import dev.ockham.core.gate.HardConcreteGate;

/**
 * z = clip(s(ζ − γ) + γ, 0, 1), s = σ((logit u + log α)/β), of {@link HardConcreteGate}
 * (arXiv:1712.01312, eq. (10), (11)); no gradient flows where it is cut.
 */
final class HardConcreteDraw extends GateDraw {

  private static final float WIDTH = (float) (HardConcreteGate.HIGH - HardConcreteGate.LOW);
  private static final float LOW = (float) HardConcreteGate.LOW;

  private final float[] logAlpha;
  private final float[] location = new float[TILE];
  private final float[] e = new float[TILE];

  HardConcreteDraw(Kernels kernels, int units, int capacity) {
    super(kernels, units, capacity, 1);
    logAlpha = new float[units];
  }

  @Override
  void prepare(int unit, float first, float second, float shared) {
    logAlpha[unit] = first;
  }

  @Override
  void load(int start, int n) {
    System.arraycopy(logAlpha, start, location, 0, n);
  }

  @Override
  void tile(int n) {
    NormalMath.logit(zeta, e, n);
    for (int i = 0; i < n; i++) {
      float t = (e[i] + location[i]) * (float) (-1 / HardConcreteGate.TEMPERATURE);
      e[i] = Math.min(t, MOST_EXPONENT);
    }
    kernels.exp(e, n);
    stretch(z, slope[0], n);
  }

  private void stretch(float[] z, float[] slope, int n) {
    for (int i = 0; i < n; i++) {
      float s = 1f / (1f + e[i]);
      float stretched = s * WIDTH + LOW;
      z[i] = Math.min(Math.max(stretched, 0f), 1f);
      float inside = NormalMath.step(stretched) * NormalMath.step(1f - stretched);
      slope[i] = Math.max(e[i] * s * s - LEAST, 0f) * inside;
    }
  }

  @Override
  double gradient(int number, int unit, float[][] sums) {
    return sums[0][unit] * (WIDTH / HardConcreteGate.TEMPERATURE);
  }
}
