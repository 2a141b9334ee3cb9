package dev.ockham.cli.reproduce;

import java.util.Locale;
import java.util.OptionalDouble;

/** A table of what must be reached, what is aimed at, and what was reached. */
final class TargetTable {

  private final StringBuilder text;

  /**
   * Begins one.
   *
   * @param text to which it is written
   * @param what the first column's head
   */
  TargetTable(StringBuilder text, String what) {
    this.text = text;
    text.append("| %s | must | aim | reached |\n|---|---|---|---|\n".formatted(what));
  }

  /** A line of what ought to be large; without a number it was not measured. */
  void least(String what, double must, String aim, OptionalDouble reached) {
    line(what, "≥ " + number(must), aim.isEmpty() ? "" : "≥ " + aim, reached, must, true);
  }

  /** A line of what ought to be small; without a number it was not measured. */
  void most(String what, double must, String aim, OptionalDouble reached) {
    line(what, "≤ " + number(must), aim.isEmpty() ? "" : "≤ " + aim, reached, must, false);
  }

  private void line(
      String what, String must, String aim, OptionalDouble reached, double bound, boolean least) {
    String said = "not measured";
    if (reached.isPresent()) {
      double number = reached.getAsDouble();
      boolean met = least ? number >= bound : number <= bound;
      said = number(number) + (met ? "" : ", **missed**");
    }
    text.append("| %s | %s | %s | %s |\n".formatted(what, must, aim, said));
  }

  /** A number as these tables have it. */
  static String number(double number) {
    boolean whole = number == Math.rint(number);
    String form = whole ? "%.0f" : number < 10 ? "%.2f" : "%.1f";
    return String.format(Locale.ROOT, form, number);
  }
}
