package dev.ockham.core.kernel;

/**
 * Threefry-2x32, the counter-based generator of Salmon et al., "Parallel random numbers: as easy as
 * 1, 2, 3", SC'11: 64 random bits as a pure function of a 64-bit key and a 64-bit counter.
 *
 * <p>This is the readable form for any number of rounds. The kernels unroll 13, a variant that the
 * authors publish known answers for; their default of 20 adds margin that noise does not need.
 */
final class Threefry {
  /** Rounds the kernels use. */
  static final int ROUNDS = 13;

  /** The constant of the key schedule, from Skein. */
  static final int PARITY = 0x1BD11BDA;

  private static final int[] ROTATIONS = {13, 15, 26, 6, 17, 29, 16, 24};

  private Threefry() {}

  /** Two words: the first output in the low half of the result, the second in the high half. */
  static long block(int rounds, int key0, int key1, int counter0, int counter1) {
    int[] keys = {key0, key1, PARITY ^ key0 ^ key1};
    int x0 = counter0 + key0;
    int x1 = counter1 + key1;
    for (int round = 1; round <= rounds; round++) {
      x0 += x1;
      x1 = Integer.rotateLeft(x1, ROTATIONS[(round - 1) % 8]) ^ x0;
      if (round % 4 == 0) {
        int injection = round / 4;
        x0 += keys[injection % 3];
        x1 += keys[(injection + 1) % 3] + injection;
      }
    }
    return Integer.toUnsignedLong(x0) | Integer.toUnsignedLong(x1) << 32;
  }
}
