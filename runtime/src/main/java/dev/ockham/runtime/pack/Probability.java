package dev.ockham.runtime.pack;

/** Probabilities in 1/65536, and their log-odds in 1/256, both as whole numbers. */
final class Probability {
  /** A probability has so many bits. */
  static final int BITS = 16;

  /** 1/2. */
  static final int HALF = 1 << (BITS - 1);

  /** Log-odds lie between −{@code MOST_ODDS} and {@code MOST_ODDS}: ±8. */
  static final int MOST_ODDS = 2047;

  private static final int ODDS_SCALE = 256;
  private static final int STRETCH_BITS = 12;
  private static final short[] STRETCH = new short[1 << STRETCH_BITS];
  private static final int[] SQUASH = new int[2 * MOST_ODDS + 1];

  static {
    // StrictMath gives the same bits on every machine.
    for (int odds = -MOST_ODDS; odds <= MOST_ODDS; odds++) {
      double p = 1 / (1 + StrictMath.exp(-odds / (double) ODDS_SCALE));
      SQUASH[odds + MOST_ODDS] = clamp((int) StrictMath.rint(p * (1 << BITS)));
    }
    for (int i = 0; i < STRETCH.length; i++) {
      double p = (i + 0.5) / STRETCH.length;
      double odds = StrictMath.rint(StrictMath.log(p / (1 - p)) * ODDS_SCALE);
      STRETCH[i] = (short) Math.clamp((int) odds, -MOST_ODDS, MOST_ODDS);
    }
  }

  private Probability() {}

  /** A probability that neither bit has for certain. */
  static int clamp(int probability) {
    return Math.clamp(probability, 1, (1 << BITS) - 1);
  }

  /** log(p / (1 − p)) in 1/256. */
  static int stretch(int probability) {
    return STRETCH[probability >>> (BITS - STRETCH_BITS)];
  }

  /** 1 / (1 + e^−odds). */
  static int squash(int odds) {
    return SQUASH[Math.clamp(odds, -MOST_ODDS, MOST_ODDS) + MOST_ODDS];
  }
}
