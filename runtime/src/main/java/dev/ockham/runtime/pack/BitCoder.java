package dev.ockham.runtime.pack;

/**
 * One end of an arithmetic code: takes bits and keeps them, or gives them back. Code that describes
 * a value bit by bit is written once, for both ends.
 */
sealed interface BitCoder permits BitWriter, BitReader {

  /**
   * Codes one bit.
   *
   * @param bit 0 or 1; ignored by a reader
   * @param one probability that the bit is 1, in 1/65536; from 1 to 65535
   * @return the bit
   */
  int code(int bit, int one);

  /** Whether bits are given back. */
  boolean reads();

  /**
   * Codes bits that nothing is known of.
   *
   * @param value its lowest {@code bits} bits are coded; ignored by a reader
   * @param bits how many, 0 to 32
   * @return the value
   */
  default int codeEven(int value, int bits) {
    int coded = 0;
    for (int i = bits - 1; i >= 0; i--) {
      coded = (coded << 1) | code((value >>> i) & 1, Probability.HALF);
    }
    return coded;
  }
}
