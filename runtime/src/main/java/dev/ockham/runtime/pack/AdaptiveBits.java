package dev.ockham.runtime.pack;

import java.util.Arrays;

/**
 * Probabilities of bits by context, each learnt from the bits that came in its context: the mean of
 * what was seen, and from a number of bits on a mean that forgets.
 */
final class AdaptiveBits {

  private static final int COUNT_BITS = 10;
  private static final int COUNT_MASK = (1 << COUNT_BITS) - 1;

  /** 65536 / (n + 1.5): how much a probability moves after n bits. */
  private static final int[] RATES = rates();

  /** Probability in the upper 22 bits, bits seen in the lower 10. */
  private final int[] states;

  private final int most;

  /**
   * Contexts of which nothing is known.
   *
   * @param contexts how many
   * @param most bits after which a probability moves no slower, 1 to 1023
   */
  AdaptiveBits(int contexts, int most) {
    this.states = new int[contexts];
    this.most = most;
    Arrays.fill(states, 1 << (Integer.SIZE - 1));
  }

  private AdaptiveBits(int[] states, int most) {
    this.states = states;
    this.most = most;
  }

  /** The same state, which learns by itself from now on. */
  AdaptiveBits copy() {
    return new AdaptiveBits(states.clone(), most);
  }

  private static int[] rates() {
    int[] rates = new int[COUNT_MASK + 1];
    for (int n = 0; n < rates.length; n++) {
      rates[n] = (1 << 17) / (2 * n + 3);
    }
    return rates;
  }

  /** Probability of a 1. */
  int one(int context) {
    return Probability.clamp(states[context] >>> 16);
  }

  /** How many bits a context has seen, up to the most that count. */
  int seen(int context) {
    return states[context] & COUNT_MASK;
  }

  /** Learns the bit that came. */
  void learn(int context, int bit) {
    int state = states[context];
    int seen = state & COUNT_MASK;
    int probability = state >>> COUNT_BITS;
    int target = bit == 1 ? (1 << 22) - 1 : 0;
    long step = ((long) (target - probability) * RATES[seen]) >> 16;
    states[context] = ((probability + (int) step) << COUNT_BITS) | Math.min(seen + 1, most);
  }

  /** Codes a bit in one context, and learns it. */
  int code(BitCoder coder, int context, int bit) {
    int coded = coder.code(bit, one(context));
    learn(context, coded);
    return coded;
  }
}
