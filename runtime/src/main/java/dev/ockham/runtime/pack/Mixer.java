package dev.ockham.runtime.pack;

import java.util.Arrays;

/**
 * One probability from several: their log-odds, weighted by how well each did before in a context
 * (logistic mixing, learnt by gradient descent on the coding cost).
 */
final class Mixer {

  private static final int ONE = 1 << 16;

  private final int inputs;
  private final int rate;
  private final int[] weights;
  private final int[] odds;
  private int count;
  private int from;
  private int mixed;

  /**
   * A mixer.
   *
   * @param inputs how many probabilities are mixed
   * @param contexts how many sets of weights there are
   * @param rate how fast weights move; larger is faster
   */
  Mixer(int inputs, int contexts, int rate) {
    this(inputs, new int[inputs * contexts], rate);
    Arrays.fill(weights, ONE * 10 / (7 * inputs));
  }

  private Mixer(int inputs, int[] weights, int rate) {
    this.inputs = inputs;
    this.rate = rate;
    this.weights = weights;
    this.odds = new int[inputs];
  }

  /** The same weights, which learn by themselves from now on; between two bits. */
  Mixer copy() {
    return new Mixer(inputs, weights.clone(), rate);
  }

  /** Adds the log-odds of one more probability, in 1/256. */
  void add(int itsOdds) {
    odds[count++] = itsOdds;
  }

  /** The probability of a 1, from what was added. */
  int mix(int context) {
    from = context * inputs;
    long sum = 0;
    for (int i = 0; i < inputs; i++) {
      sum += (long) odds[i] * weights[from + i];
    }
    mixed = Probability.squash((int) Math.clamp(sum >> 16, -4L * ONE, 4L * ONE));
    return mixed;
  }

  /** Learns the bit that came, and forgets what was added. */
  void learn(int bit) {
    int error = (bit << Probability.BITS) - bit - mixed;
    for (int i = 0; i < inputs; i++) {
      weights[from + i] += (int) (((long) odds[i] * error * rate + (1 << 17)) >> 18);
    }
    count = 0;
  }
}
