package dev.ockham.core.bits;

/** How exactly the numbers of a model are kept in a compact file. */
public sealed interface Bits {

  /** Fewest bits of a weight: a sign and one magnitude. */
  int LEAST = 2;

  /** Most bits of a weight that are worth a step. */
  int MOST = 16;

  /** As few as the quality on validation data allows, layer by layer by the posterior. */
  record Auto() implements Bits {}

  /** All 32 bits of a float: every number stays as it is. */
  record Float32() implements Bits {}

  /** The nearest number of half precision: 11 significant bits. */
  record Float16() implements Bits {}

  /**
   * Multiples of a step, as many as so many bits tell apart from the largest weight of a parameter
   * to its negative.
   *
   * @param bits from {@value #LEAST} to {@value #MOST}
   */
  record Whole(int bits) implements Bits {
    /** Checks the number. */
    public Whole {
      if (bits < LEAST || bits > MOST) {
        throw new IllegalArgumentException(
            "bits are %s; they must be from %s to %s".formatted(bits, LEAST, MOST));
      }
    }
  }

  /**
   * What a word says: {@code auto}, {@code float32}, {@code float16}, or a number of bits.
   *
   * @throws IllegalArgumentException if it says nothing of these
   */
  static Bits parse(String text) {
    return switch (text) {
      case "auto" -> new Auto();
      case "float32" -> new Float32();
      case "float16" -> new Float16();
      default -> {
        if (!text.matches("[0-9]{1,3}")) {
          throw new IllegalArgumentException(
              "'%s' is none of auto, float32, float16 and %s to %s".formatted(text, LEAST, MOST));
        }
        yield new Whole(Integer.parseInt(text));
      }
    };
  }
}
