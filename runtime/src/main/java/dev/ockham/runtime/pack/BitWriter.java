package dev.ockham.runtime.pack;

import java.util.Arrays;

/**
 * Writes bits as a number in an interval that each of them narrows by its probability: a bit of
 * probability p takes −log₂ p bits (carry-less range coding of bits).
 */
final class BitWriter implements BitCoder {

  private static final int FIRST = 256;

  private byte[] bytes = new byte[FIRST];
  private int length;

  /** The interval, both ends inside of it, as unsigned numbers. */
  private int low;

  private int high = -1;

  @Override
  public int code(int bit, int one) {
    int middle = middle(low, high, one);
    if (bit == 1) {
      high = middle;
    } else {
      low = middle + 1;
    }
    while ((low ^ high) >>> 24 == 0) {
      put(high >>> 24);
      low <<= 8;
      high = (high << 8) | 0xFF;
    }
    return bit;
  }

  /** The last number of the part of an interval that stands for 1. */
  static int middle(int low, int high, int one) {
    long range = Integer.toUnsignedLong(high) - Integer.toUnsignedLong(low);
    return low + (int) ((range * one) >>> Probability.BITS);
  }

  @Override
  public boolean reads() {
    return false;
  }

  private void put(int value) {
    if (length == bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * length);
    }
    bytes[length++] = (byte) value;
  }

  /**
   * All bytes, as few as name a number in the interval; a reader takes those behind the last for 0.
   */
  byte[] finish() {
    int zeros = 24;
    while (zeros > 0 && Integer.compareUnsigned(upTo(low, zeros), high) > 0) {
      zeros -= 8;
    }
    int number = low == 0 ? 0 : upTo(low, zeros);
    int end = length;
    for (int shift = 24; number << (24 - shift) != 0 && shift >= 0; shift -= 8) {
      put(number >>> shift);
    }
    byte[] all = Arrays.copyOf(bytes, length);
    length = end;
    return all;
  }

  /** The first number from {@code value} on that ends in so many zeros; wraps to 0 at the end. */
  private static int upTo(int value, int zeros) {
    int mask = (1 << zeros) - 1;
    return (value + mask) & ~mask;
  }
}
