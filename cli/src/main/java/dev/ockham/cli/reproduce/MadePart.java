package dev.ockham.cli.reproduce;

import dev.ockham.core.run.RunException;

/** The part of a page that is made of results: what stands between two lines. */
final class MadePart {

  /** The line before a part that {@code ockham reproduce --docs} makes. */
  static final String OF_REPRODUCE = "<!-- made by: ockham reproduce --docs -->\n";

  /** The line before one that {@code ockham bench --docs} makes. */
  static final String OF_BENCH = "<!-- made by: ockham bench --docs -->\n";

  /** The line before one that it makes of what training costs. */
  static final String OF_STEPS = "<!-- made by: ockham bench --docs, of training -->\n";

  private static final String END = "<!-- end -->\n";

  private MadePart() {}

  /**
   * A page with the part of now in it.
   *
   * @param page all of it
   * @param name of the page, for the message
   * @param begin the line before
   * @param part what is put there
   * @throws RunException if the page has no place for it
   */
  static String in(String page, String name, String begin, String part) throws RunException {
    int start = page.indexOf(begin);
    int end = page.indexOf(END, Math.max(start, 0));
    if (start < 0 || end < 0) {
      throw new RunException(
          "%s has no lines '%s' and '%s' to put what is made of results between"
              .formatted(name, begin.strip(), END.strip()));
    }
    return page.substring(0, start + begin.length()) + part + page.substring(end);
  }
}
