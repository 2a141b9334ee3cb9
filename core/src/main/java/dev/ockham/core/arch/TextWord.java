package dev.ockham.core.arch;

import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A kind of layer that texts know.
 *
 * @param name letters that it begins with
 * @param example how one is written
 * @param pattern all that it can look like
 * @param add adds it to a network
 */
record TextWord(String name, String example, Pattern pattern, BiConsumer<TextChain, Matcher> add) {

  /** One that is always written the same. */
  static TextWord of(String name, BiConsumer<TextChain, Matcher> add) {
    return new TextWord(name, name, Pattern.compile(name), add);
  }

  static TextWord of(
      String name, String example, String pattern, BiConsumer<TextChain, Matcher> add) {
    return new TextWord(name, example, Pattern.compile(pattern), add);
  }
}
