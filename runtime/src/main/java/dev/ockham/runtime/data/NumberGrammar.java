package dev.ockham.runtime.data;

/**
 * The numbers of tables: an optional sign, digits with at most one decimal mark, and an optional
 * exponent of {@code e} and digits. Nothing else is a number, whatever {@link
 * Double#parseDouble(String)} reads: no {@code 5d}, {@code 0x1p3}, {@code NaN}, {@code Infinity},
 * no blanks, no marks between thousands, and no digits but {@code 0} to {@code 9}.
 */
public final class NumberGrammar {

  /** So many digits fit a long. */
  private static final int MOST_DIGITS = 18;

  /** Whole numbers below this are exact in double. */
  private static final long EXACT = 1L << 53;

  private static final int MOST_EXPONENT = 9999;

  /** Powers of ten that are exact in double. */
  private static final double[] TENS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  private NumberGrammar() {}

  /** Reads a whole text as {@link #parse(char[], int, int, char)} does, with a decimal point. */
  public static double parse(String text) {
    return parse(text.toCharArray(), 0, text.length(), '.');
  }

  /**
   * The double nearest to a decimal number.
   *
   * @param text holds the number
   * @param from its first character
   * @param to behind its last
   * @param decimal the decimal mark
   * @return NaN where it is no number; infinite where it is too large for a double
   */
  public static double parse(char[] text, int from, int to, char decimal) {
    int at = from;
    boolean negative = at < to && text[at] == '-';
    if (negative || (at < to && text[at] == '+')) {
      at++;
    }
    long digits = 0;
    int first = at;
    int fraction = -1;
    for (; at < to; at++) {
      int digit = text[at] - '0';
      if (digit >= 0 && digit <= 9) {
        digits = digits * 10 + digit; // overflows where there are too many, and is not used then
      } else if (text[at] == decimal && fraction < 0) {
        fraction = at;
      } else {
        break;
      }
    }
    int count = at - first - (fraction < 0 ? 0 : 1);
    if (count == 0) {
      return Double.NaN;
    }
    int exponent = fraction < 0 ? 0 : -(at - fraction - 1);
    if (at < to) {
      int given = exponent(text, at, to);
      if (given == Integer.MIN_VALUE) {
        return Double.NaN;
      }
      exponent += given;
    }
    if (count <= MOST_DIGITS && digits < EXACT && Math.abs(exponent) < TENS.length) {
      // One rounding of exact operands: the nearest double.
      double value = exponent < 0 ? digits / TENS[-exponent] : digits * TENS[exponent];
      return negative ? -value : value;
    }
    String plain = new String(text, from, to - from);
    return Double.parseDouble(decimal == '.' ? plain : plain.replace(decimal, '.'));
  }

  /** What stands behind the digits, {@code e} and a whole number; the least int if it is not so. */
  private static int exponent(char[] text, int from, int to) {
    if (text[from] != 'e' && text[from] != 'E') {
      return Integer.MIN_VALUE;
    }
    int at = from + 1;
    boolean negative = at < to && text[at] == '-';
    if (negative || (at < to && text[at] == '+')) {
      at++;
    }
    int value = 0;
    if (at == to) {
      return Integer.MIN_VALUE;
    }
    for (; at < to; at++) {
      int digit = text[at] - '0';
      if (digit < 0 || digit > 9) {
        return Integer.MIN_VALUE;
      }
      value = Math.min(MOST_EXPONENT, value * 10 + digit);
    }
    return negative ? -value : value;
  }
}
