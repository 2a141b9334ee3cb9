package dev.ockham.runtime.pack;

/**
 * Whole numbers from 0 on, small ones in few bits: how many bits the number plus 1 has, one by one,
 * then those bits (adaptive Elias gamma code).
 */
final class Whole {

  private static final int LENGTHS = Integer.SIZE;
  private static final int LEARNT = 3;
  private static final int MOST_SEEN = 255;

  private final AdaptiveBits lengths = new AdaptiveBits(LENGTHS, MOST_SEEN);

  /** The bits behind the highest: the first three by all before them, others by their place. */
  private final AdaptiveBits prefixes = new AdaptiveBits(LENGTHS << LEARNT, MOST_SEEN);

  private final AdaptiveBits rest = new AdaptiveBits(LENGTHS * LENGTHS, MOST_SEEN);

  /**
   * Codes a number.
   *
   * @param value from 0 to 2³¹ − 2; ignored by a reader
   */
  int code(BitCoder coder, int value) {
    int shifted = value + 1;
    int wanted = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(shifted);
    int length = 0;
    while (length < LENGTHS - 2 && lengths.code(coder, length, length < wanted ? 1 : 0) == 1) {
      length++;
    }
    int coded = 1;
    for (int i = length - 1; i >= 0; i--) {
      int bit = (shifted >>> i) & 1;
      int behind = length - 1 - i;
      coded =
          (coded << 1)
              | (behind < LEARNT
                  ? prefixes.code(coder, (length << LEARNT) | (coded & ((1 << LEARNT) - 1)), bit)
                  : rest.code(coder, length * LENGTHS + i, bit));
    }
    return coded - 1;
  }
}
