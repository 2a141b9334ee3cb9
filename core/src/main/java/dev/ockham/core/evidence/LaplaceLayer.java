package dev.ockham.core.evidence;

/**
 * Laplace's approximation around the trained weights of one layer: posterior precision h + δ of
 * each weight, where h is the diagonal Fisher information of all data and δ the precision of a
 * prior that the layer shares (arXiv:2402.15978).
 *
 * @param weights w, one each
 * @param fisher h, as many, at least 0
 * @param precision δ; infinite where all weights are 0
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody; copies would double the memory
public record LaplaceLayer(float[] weights, double[] fisher, double precision) {

  private static final int MOST_STEPS = 200;
  private static final double PRECISE = 1e-9;

  /** Checks the sizes; does not copy. */
  public LaplaceLayer {
    if (weights.length != fisher.length) {
      throw new IllegalArgumentException(
          "%s weights, but the Fisher information of %s".formatted(weights.length, fisher.length));
    }
    if (!(precision >= 0)) {
      throw new IllegalArgumentException("precision = " + precision + ", it must be at least 0");
    }
  }

  /** The layer with its prior precision by {@link #fit}. */
  public static LaplaceLayer of(float[] weights, double[] fisher) {
    return new LaplaceLayer(weights, fisher, fit(weights, fisher));
  }

  /**
   * The prior precision of highest marginal likelihood by MacKay's fixed point, δ = γ/Σw² with γ =
   * Σ h/(h + δ), the number of weights that the data determine. Weights of 0 are not counted: they
   * are gone.
   *
   * @return δ ≥ 0; infinite where every weight is 0
   */
  public static double fit(float[] weights, double[] fisher) {
    double squares = 0;
    int count = 0;
    for (float w : weights) {
      squares += (double) w * w;
      count += w == 0 ? 0 : 1;
    }
    if (count == 0) {
      return Double.POSITIVE_INFINITY;
    }
    double precision = count / squares;
    for (int step = 0; step < MOST_STEPS; step++) {
      double determined = 0;
      for (int i = 0; i < weights.length; i++) {
        determined += weights[i] == 0 ? 0 : fisher[i] / (fisher[i] + precision);
      }
      double next = determined / squares;
      boolean done = Math.abs(next - precision) <= PRECISE * precision;
      precision = next;
      if (done || precision == 0) {
        break;
      }
    }
    return precision;
  }

  /** (h + δ)·w² of a weight: twice the nats that its removal costs before others adapt. */
  public double saliency(int weight) {
    return weights[weight] == 0
        ? 0
        : (fisher[weight] + precision) * weights[weight] * weights[weight];
  }

  /**
   * Scores of all weights as masks take them, −log((h + δ)·w²): the higher, the sooner a weight
   * goes; +∞ for zeros.
   */
  public float[] scores() {
    float[] scores = new float[weights.length];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) -StrictMath.log(saliency(i));
    }
    return scores;
  }

  /**
   * ΔF of a weight, see {@link GaussianReduction}: ½ log((h + δ)/δ) − ½ (h + δ) w².
   *
   * @return nats; 0 for a weight that the data say nothing of, and +∞ for zeros
   */
  public double gain(int weight) {
    if (weights[weight] == 0) {
      return Double.POSITIVE_INFINITY;
    }
    return fisher[weight] == 0
        ? 0
        : 0.5 * Math.log1p(fisher[weight] / precision) - 0.5 * saliency(weight);
  }

  /** Sums of {@link #saliency} over runs of neighbouring weights, such as those into each unit. */
  public double[] unitSaliency(int weightsPerUnit) {
    if (weightsPerUnit < 1 || weights.length % weightsPerUnit != 0) {
      throw new IllegalArgumentException(
          "%s weights do not fall into units of %s".formatted(weights.length, weightsPerUnit));
    }
    double[] sums = new double[weights.length / weightsPerUnit];
    for (int i = 0; i < weights.length; i++) {
      sums[i / weightsPerUnit] += saliency(i);
    }
    return sums;
  }
}
