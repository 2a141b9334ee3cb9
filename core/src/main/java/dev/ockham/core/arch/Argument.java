package dev.ockham.core.arch;

/**
 * A whole number that a named network takes behind a colon, such as {@code classes} in {@code
 * resnet-20:classes=100}.
 *
 * @param name how it is written
 * @param usual its value where nothing is said
 * @param least smallest value
 * @param most largest value
 */
public record Argument(String name, int usual, int least, int most) {

  /** How many classes a network tells apart. */
  static Argument classes(int usual) {
    return new Argument("classes", usual, 1, TextChain.MOST_OUTPUTS);
  }

  /** Channels of pictures. */
  static Argument channels(int usual) {
    return new Argument("channels", usual, 1, 1000);
  }

  /** Rows, and columns, of pictures. */
  static Argument size(int usual) {
    return new Argument("size", usual, 1, 4096);
  }

  /** Such as {@code classes=10}. */
  String text(int value) {
    return name + "=" + value;
  }
}
