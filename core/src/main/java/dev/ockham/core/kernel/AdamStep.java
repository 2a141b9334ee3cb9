package dev.ockham.core.kernel;

/**
 * The settings of one Adam step (arXiv:1412.6980, algorithm 1): m = β₁m + (1−β₁)g, v = β₂v +
 * (1−β₂)g², p −= lr/(1−β₁ᵗ) · m/(√v/√(1−β₂ᵗ) + ε).
 *
 * @param learningRate at least 0
 * @param beta1 decay of the mean, in [0, 1)
 * @param beta2 decay of the mean square, in [0, 1)
 * @param epsilon greater than 0
 * @param step t, counted from 1
 */
public record AdamStep(double learningRate, double beta1, double beta2, double epsilon, long step) {
  public AdamStep {
    require(
        learningRate >= 0 && Double.isFinite(learningRate), "learningRate", learningRate, ">= 0");
    require(beta1 >= 0 && beta1 < 1, "beta1", beta1, "in [0, 1)");
    require(beta2 >= 0 && beta2 < 1, "beta2", beta2, "in [0, 1)");
    require(epsilon > 0 && Double.isFinite(epsilon), "epsilon", epsilon, "> 0");
    require(step >= 1, "step", step, ">= 1");
  }

  /**
   * What the loops multiply by, rounded to float once.
   *
   * @param stepSize lr/(1−β₁ᵗ)
   * @param rootScale 1/√(1−β₂ᵗ)
   */
  record Factors(
      float beta1,
      float oneMinusBeta1,
      float beta2,
      float oneMinusBeta2,
      float stepSize,
      float rootScale,
      float epsilon) {}

  Factors factors() {
    // StrictMath, so that another JVM or machine resumes with the same bits.
    return new Factors(
        (float) beta1,
        (float) (1 - beta1),
        (float) beta2,
        (float) (1 - beta2),
        (float) (learningRate / (1 - StrictMath.pow(beta1, (double) step))),
        (float) (1 / Math.sqrt(1 - StrictMath.pow(beta2, (double) step))),
        (float) epsilon);
  }

  private static void require(boolean condition, String name, Number value, String range) {
    if (!condition) {
      throw new IllegalArgumentException(name + " must be " + range + " but is " + value);
    }
  }
}
