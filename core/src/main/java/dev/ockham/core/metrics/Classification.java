package dev.ockham.core.metrics;

/**
 * Quality of class probabilities over a set of examples.
 *
 * @param examples how many examples were counted
 * @param errorPercent share of examples whose most probable class is not the label, 0 to 100
 * @param nll mean of −log p(label), in nats
 * @param ece expected calibration error over {@value #BINS} equal-width confidence bins, 0 to 1
 *     (Guo et al., ICML 2017, eq. (3))
 */
public record Classification(long examples, double errorPercent, double nll, double ece) {

  /** Equal-width bins of confidence. */
  public static final int BINS = 15;

  /** The bin of a confidence: that of {@code (bin, bin + 1] / BINS} which holds it. */
  static int bin(double confidence) {
    return Math.clamp((int) Math.ceil(confidence * BINS) - 1, 0, BINS - 1);
  }

  /** Adds up examples in the order in which they come; equal orders give equal bits. */
  public static final class Accumulator {

    private long examples;
    private long errors;
    private double nllSum;
    private final long[] binCount = new long[BINS];
    private final double[] binConfidence = new double[BINS];
    private final long[] binCorrect = new long[BINS];

    /**
     * Counts one example.
     *
     * @param logits one row of unnormalised log-probabilities starts at {@code offset}
     * @param offset index of the first class's logit
     * @param classes number of classes
     * @param label the true class
     */
    public void addLogits(float[] logits, int offset, int classes, int label) {
      double max = Double.NEGATIVE_INFINITY;
      int best = 0;
      for (int c = 0; c < classes; c++) {
        if (logits[offset + c] > max) {
          max = logits[offset + c];
          best = c;
        }
      }
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += Math.exp(logits[offset + c] - max);
      }
      double logSum = max + Math.log(sum);
      add(best, Math.exp(max - logSum), logSum - logits[offset + label], label);
    }

    /**
     * Counts one example by its probabilities, as Monte-Carlo averages give them.
     *
     * @param probabilities one row starts at {@code offset}; they sum to 1
     */
    public void addProbabilities(double[] probabilities, int offset, int classes, int label) {
      int best = 0;
      for (int c = 1; c < classes; c++) {
        if (probabilities[offset + c] > probabilities[offset + best]) {
          best = c;
        }
      }
      double p = Math.max(probabilities[offset + label], Double.MIN_NORMAL);
      add(best, probabilities[offset + best], -Math.log(p), label);
    }

    private void add(int best, double confidence, double nll, int label) {
      examples++;
      nllSum += nll;
      int bin = bin(confidence);
      binCount[bin]++;
      binConfidence[bin] += confidence;
      if (best == label) {
        binCorrect[bin]++;
      } else {
        errors++;
      }
    }

    /**
     * The result so far.
     *
     * @throws IllegalStateException if nothing was counted
     */
    public Classification result() {
      if (examples == 0) {
        throw new IllegalStateException("no examples were counted");
      }
      double gap = 0;
      for (int b = 0; b < BINS; b++) {
        gap += Math.abs(binConfidence[b] - binCorrect[b]);
      }
      return new Classification(
          examples, 100.0 * errors / examples, nllSum / examples, gap / examples);
    }
  }
}
