package dev.ockham.runtime.pack;

/** Reads what a {@link BitWriter} wrote, given the same probabilities in the same order. */
final class BitReader implements BitCoder {

  private final byte[] bytes;
  private final int end;
  private final int from;
  private int position;
  private int low;
  private int high = -1;
  private int number;

  /**
   * Reads from a part of an array. Bits behind its end are those of zeros, so that damaged bytes
   * give wrong bits but never an exception.
   *
   * @param from index of the first byte
   */
  BitReader(byte[] bytes, int from) {
    this.bytes = bytes;
    this.end = bytes.length;
    this.from = from;
    this.position = from;
    for (int i = 0; i < Integer.BYTES; i++) {
      number = (number << 8) | next();
    }
  }

  private int next() {
    int at = position++;
    return at < end ? bytes[at] & 0xFF : 0;
  }

  @Override
  public int code(int bit, int one) {
    int middle = BitWriter.middle(low, high, one);
    int read = Integer.compareUnsigned(number, middle) <= 0 ? 1 : 0;
    if (read == 1) {
      high = middle;
    } else {
      low = middle + 1;
    }
    while ((low ^ high) >>> 24 == 0) {
      low <<= 8;
      high = (high << 8) | 0xFF;
      number = (number << 8) | next();
    }
    return read;
  }

  @Override
  public boolean reads() {
    return true;
  }

  /** Whether more bytes were taken than there are, by more than a writer leaves out. */
  boolean exhausted() {
    return position > end + Integer.BYTES;
  }

  /** Bits that everything read so far took, with parts of one: −Σ log₂ p. */
  double taken() {
    double range = Integer.toUnsignedLong(high) - Integer.toUnsignedLong(low) + 1.0;
    double shifted = Byte.SIZE * (position - (double) from - Integer.BYTES);
    return shifted + Integer.SIZE - Math.log(range) / Math.log(2);
  }
}
