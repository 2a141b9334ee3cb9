package dev.ockham.core.spec;

/** Range checks of spec leaves; each failure names the leaf, its value and the range. */
final class Require {

  private Require() {}

  static void atLeast(String path, long value, long least) {
    if (value < least) {
      throw new SpecException("%s is %s; it must be at least %s".formatted(path, value, least));
    }
  }

  static void between(String path, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new SpecException(
          "%s is %s; it must be from %s to %s"
              .formatted(path, plain(value), plain(least), plain(most)));
    }
  }

  /** Whole numbers without a fraction. */
  private static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  static void positive(String path, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new SpecException("%s is %s; it must be a positive number".formatted(path, value));
    }
  }

  static void finite(String path, double value) {
    if (!Double.isFinite(value)) {
      throw new SpecException("%s is %s; it must be a finite number".formatted(path, value));
    }
  }
}
