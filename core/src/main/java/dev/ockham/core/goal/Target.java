package dev.ockham.core.goal;

import dev.ockham.core.spec.SpecException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A wish such as {@code error<=dense+0.5}, {@code file<=4KB} or {@code compression>=20}.
 *
 * @param text as it was typed
 * @param measure what it is about; the better side is the wished one
 * @param bound what it is held against
 */
public record Target(String text, Measure measure, Bound bound) {

  private static final Pattern FORM = Pattern.compile("\\s*(.*?)\\s*(<=|>=|<|>|==?)\\s*(.*)");

  /** Checks the range. */
  public Target {
    switch (bound) {
      case Bound.Absolute(double value) -> requireRange(text, measure, value);
      case Bound.Apart _, Bound.Times _ -> {}
    }
  }

  /**
   * Reads a wish.
   *
   * @throws SpecException with one that can be read
   */
  public static Target parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new SpecException(
          "--target '%s' is not of the form MEASURE<=BOUND or MEASURE>=BOUND, such as error<=dense+0.5"
              .formatted(text));
    }
    try {
      Measure measure = Measure.parse(form.group(1));
      String relation = measure.largerIsBetter() ? ">=" : "<=";
      if (!form.group(2).equals(relation)) {
        throw new SpecException(
            "of %s the %s is better; write %s%s%s"
                .formatted(
                    measure,
                    measure.largerIsBetter() ? "larger" : "smaller",
                    measure,
                    relation,
                    form.group(3)));
      }
      return new Target(text.strip(), measure, BoundText.parse(measure, form.group(3)));
    } catch (SpecException e) {
      throw new SpecException("--target '%s': %s".formatted(text, e.getMessage()));
    }
  }

  private static void requireRange(String text, Measure measure, double value) {
    boolean sense =
        switch (measure.kind()) {
          case SPARSITY -> value > 0 && value < 1;
          case COMPRESSION -> value > 1;
          case WEIGHTS, UNITS, FILE, MACS, LATENCY, RMSE -> value > 0;
          case ERROR -> value >= 0 && value < 100;
          case ACCURACY, RECALL -> value > 0 && value <= 100;
          case NLL -> true;
        };
    if (!sense) {
      String range =
          switch (measure.kind()) {
            case SPARSITY -> "between 0 and 1, such as 0.95";
            case COMPRESSION -> "above 1, such as 20";
            case ERROR, ACCURACY, RECALL -> "in percent, from 0 to 100";
            case WEIGHTS, UNITS, FILE, MACS, LATENCY, RMSE, NLL -> "above 0";
          };
      throw new SpecException("%s: %s must be %s".formatted(text, measure, range));
    }
  }

  /** The number to reach, given the dense network's. */
  public double wanted(Measured dense) {
    return bound.of(bound.byDense() ? dense.require(measure) : 0);
  }

  /** The wish as it is typed, without blanks. */
  @Override
  public String toString() {
    return text.replace(" ", "").toLowerCase(Locale.ROOT).startsWith("recall")
        ? text
        : text.replace(" ", "");
  }
}
