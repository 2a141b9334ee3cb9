package dev.ockham.runtime.pack;

/** Numbers of one parameter that are not 0: whole multiples of a step, or any floats. */
sealed interface ValueCode {

  /**
   * Codes a number.
   *
   * @param value finite and not 0; ignored by a reader
   */
  float code(BitCoder coder, float value);

  /** Multiples of a step: a sign, and how many steps by {@link Whole}. */
  final class Steps implements ValueCode {
    private static final int MOST_STEPS = 1 << 28;
    private final float step;
    private final Whole steps = new Whole();
    private final AdaptiveBits signs = new AdaptiveBits(3, 255);
    private int before;

    Steps(float step) {
      this.step = step;
    }

    /** How many steps a number is, rounded. */
    static int level(float value, float step) {
      return Math.round(value / step);
    }

    /** Whether a number is a multiple of a step, to the bit, and not too large a one. */
    static boolean holds(float value, float step) {
      int level = level(value, step);
      return Math.abs(level) <= MOST_STEPS
          && Float.floatToRawIntBits(level * step) == Float.floatToRawIntBits(value);
    }

    @Override
    public float code(BitCoder coder, float value) {
      int level = coder.reads() ? 1 : level(value, step);
      int negative = signs.code(coder, before, level < 0 ? 1 : 0);
      before = 1 + negative;
      int magnitude = steps.code(coder, Math.abs(level) - 1) + 1;
      return (negative == 1 ? -magnitude : magnitude) * step;
    }
  }

  /**
   * Floats bit by bit: signs and exponents are learnt; last bits that are 0 in all are left out.
   */
  final class Exact implements ValueCode {
    /** How many last bits are left out takes so many bits. */
    static final int ZEROS_BITS = 5;

    private static final int EXPONENT_BITS = 8;
    private static final int MANTISSA_BITS = 23;
    private final int zeros;
    private final AdaptiveBits heads = new AdaptiveBits(1 << (EXPONENT_BITS + 1), 255);
    private final AdaptiveBits signs = new AdaptiveBits(1, 255);

    Exact(int zeros) {
      this.zeros = Math.min(zeros, MANTISSA_BITS);
    }

    /** How many of the last bits of a mantissa are 0 in all numbers. */
    static int zeros(float[] numbers) {
      int any = 1 << MANTISSA_BITS;
      for (float number : numbers) {
        any |= Float.floatToRawIntBits(number);
      }
      return Integer.numberOfTrailingZeros(any);
    }

    @Override
    public float code(BitCoder coder, float value) {
      int bits = Float.floatToRawIntBits(value);
      int sign = signs.code(coder, 0, bits >>> (Integer.SIZE - 1));
      int head = 1;
      for (int i = EXPONENT_BITS - 1; i >= 0; i--) {
        head = (head << 1) | heads.code(coder, head, (bits >>> (MANTISSA_BITS + i)) & 1);
      }
      int mantissa = coder.codeEven(bits >>> zeros, MANTISSA_BITS - zeros) << zeros;
      int exponent = head & ((1 << EXPONENT_BITS) - 1);
      return Float.intBitsToFloat(
          (sign << (Integer.SIZE - 1)) | (exponent << MANTISSA_BITS) | mantissa);
    }
  }
}
