package dev.ockham.train.quick;

import dev.ockham.core.evidence.SymmetricMatrix;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The weights of one output that give what the whole network gave there, with only some of them:
 * the minimum of E(w′·x − w·x)² + λ·|w′ − v|² over the weights that stay and the bias. It is the
 * compensation of optimal brain surgery, for all removed weights at once.
 */
final class LeastSquares {

  /** λ relative to the mean of the diagonal of E xxᵀ. */
  static final double RIDGE = 1e-3;

  private final float[] products;
  private final int width;
  private final double ridge;

  /**
   * Equations of a layer.
   *
   * @param products E xxᵀ, {@code [width, width]}; the last number of a row is the bias's 1
   */
  LeastSquares(float[] products, int width) {
    this.products = products;
    this.width = width;
    double trace = 0;
    for (int i = 0; i < width - 1; i++) {
      trace += products[i * width + i];
    }
    ridge = Math.max(RIDGE * trace / Math.max(1, width - 1), 1e-12);
  }

  /**
   * Solves for one output.
   *
   * @param before w of the whole network, the bias last, {@code [width]}
   * @param start v, w of the pruned network
   * @param kept whether a weight stays; the last number is the bias
   * @return w′, 0 where a weight is gone
   */
  float[] solve(float[] before, float[] start, IntPredicate kept) {
    int[] numbers = IntStream.range(0, width).filter(kept).toArray();
    double[][] matrix = new double[numbers.length][];
    double[] right = new double[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      int row = numbers[i] * width;
      matrix[i] = new double[i + 1];
      for (int j = 0; j <= i; j++) {
        matrix[i][j] = products[row + numbers[j]];
      }
      matrix[i][i] += ridge;
      double sum = ridge * start[numbers[i]];
      for (int j = 0; j < width; j++) {
        sum += (double) products[row + j] * before[j];
      }
      right[i] = sum;
    }
    double[] solved = SymmetricMatrix.inPlace(matrix).solve(right);
    float[] weights = new float[width];
    for (int i = 0; i < numbers.length; i++) {
      weights[numbers[i]] = (float) solved[i];
    }
    return weights;
  }
}
