package dev.ockham.lab.experiment;

/**
 * Variance of a batch's gradient over the noise, the batch held, averaged over a layer's weights.
 * The batch is cut in two halves A and B that see the same draws; then Var[A + B] is the variance
 * and Cov[A, B], which no example has with itself, is an unbiased estimate of what the examples'
 * covariance contributes. So Var[N/M Σ L] = N²(Var[L]/M + (M−1)/M·Cov[L, L′]) (arXiv:1506.02557,
 * eq. (5)) is taken apart without a gradient per example.
 *
 * @param total N²(Var[L]/M + (M−1)/M·Cov[L, L′])
 * @param covariance N²(M−1)/M·Cov[L, L′]; may come out slightly negative where it is 0
 */
record DrawnVariance(double total, double covariance) {

  /**
   * Of some draws.
   *
   * @param one gradients of the first half, {@code [draw][weight]}
   * @param sizeOne examples in it
   * @param other the same of the second half
   * @param sizeOther examples in it; 0 for a batch of one example
   */
  static DrawnVariance of(float[][] one, int sizeOne, float[][] other, int sizeOther) {
    double total = 0;
    double shared = 0;
    int draws = one.length;
    int weights = one[0].length;
    for (int i = 0; i < weights; i++) {
      double meanOne = 0;
      double meanOther = 0;
      for (int r = 0; r < draws; r++) {
        meanOne += one[r][i];
        meanOther += sizeOther == 0 ? 0 : other[r][i];
      }
      meanOne /= draws;
      meanOther /= draws;
      for (int r = 0; r < draws; r++) {
        double a = one[r][i] - meanOne;
        double b = sizeOther == 0 ? 0 : other[r][i] - meanOther;
        total += (a + b) * (a + b);
        shared += a * b;
      }
    }
    double scale = 1.0 / (draws - 1) / weights;
    if (sizeOther == 0) {
      return new DrawnVariance(total * scale, 0);
    }
    double batch = sizeOne + sizeOther;
    double pairs = batch * (batch - 1) / ((double) sizeOne * sizeOther);
    return new DrawnVariance(total * scale, shared * scale * pairs);
  }

  /**
   * Variance that the choice of the batch gives to the gradient's mean over the noise, averaged
   * over weights: the covariance over batches of two draws that share nothing but the batch. With
   * the same draw given twice it is the plain variance.
   *
   * @param one a gradient of each batch, {@code [batch][weight]}
   * @param other another gradient of each batch
   */
  static double ofMeans(float[][] one, float[][] other) {
    double sum = 0;
    int batches = one.length;
    for (int i = 0; i < one[0].length; i++) {
      double meanOne = 0;
      double meanOther = 0;
      for (int b = 0; b < batches; b++) {
        meanOne += one[b][i];
        meanOther += other[b][i];
      }
      for (int b = 0; b < batches; b++) {
        sum += (one[b][i] - meanOne / batches) * (other[b][i] - meanOther / batches);
      }
    }
    return sum / (batches - 1) / one[0].length;
  }
}
