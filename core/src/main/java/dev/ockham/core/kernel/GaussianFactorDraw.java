package dev.ockham.core.kernel;

import static dev.ockham.core.kernel.Kernels.TILE;

/** z = μ + σζ of {@link dev.ockham.core.gate.GaussianFactorGate}: ∂z/∂μ = 1, ∂z/∂log σ² = σζ/2. */
final class GaussianFactorDraw extends GateDraw {

  private final float[] mu;
  private final float[] sigma;
  private final float[] muTile = new float[TILE];
  private final float[] sigmaTile = new float[TILE];

  GaussianFactorDraw(Kernels kernels, int units, int capacity) {
    super(kernels, units, capacity, 2);
    mu = new float[units];
    sigma = new float[units];
  }

  @Override
  void prepare(int unit, float first, float second, float shared) {
    mu[unit] = first;
    sigma[unit] = (float) StrictMath.exp(0.5 * second);
  }

  @Override
  void load(int start, int n) {
    System.arraycopy(mu, start, muTile, 0, n);
    System.arraycopy(sigma, start, sigmaTile, 0, n);
  }

  @Override
  void tile(int n) {
    fill(z, slope[0], slope[1], n);
  }

  private void fill(float[] z, float[] one, float[] normal, int n) {
    for (int i = 0; i < n; i++) {
      z[i] = zeta[i] * sigmaTile[i] + muTile[i];
      one[i] = 1f;
      normal[i] = zeta[i];
    }
  }

  @Override
  double gradient(int number, int unit, float[][] sums) {
    return number == 0 ? sums[0][unit] : 0.5 * sigma[unit] * sums[1][unit];
  }
}
