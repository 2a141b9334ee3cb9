package dev.ockham.core.goal;

import dev.ockham.core.spec.SpecException;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Bounds as they are typed. */
final class BoundText {

  /** Numbers as they are typed. */
  private static final Pattern NUMBER =
      Pattern.compile("([0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)([a-z%]*)");

  /** Letters behind a number, for each unit that has any. */
  private static final Map<Measure.Unit, Map<String, Double>> LETTERS =
      Map.of(
          Measure.Unit.BYTES,
              Map.of("b", 1.0, "", 1.0, "kb", 1e3, "mb", 1e6, "kib", 1024.0, "mib", 1024.0 * 1024),
          Measure.Unit.SECONDS, Map.of("s", 1.0, "ms", 1e-3, "us", 1e-6),
          Measure.Unit.COUNT, Map.of("", 1.0, "k", 1e3, "m", 1e6, "g", 1e9),
          Measure.Unit.PERCENT, Map.of("", 1.0, "%", 1.0),
          Measure.Unit.SHARE, Map.of("", 1.0, "%", 0.01),
          Measure.Unit.FACTOR, Map.of("", 1.0, "x", 1.0),
          Measure.Unit.PLAIN, Map.of("", 1.0));

  /** What a bound looks like, for messages. */
  private static final Map<Measure.Unit, String> EXAMPLES =
      Map.of(
          Measure.Unit.BYTES, "50KB, 2MB or 0.1x",
          Measure.Unit.SECONDS, "200us, 1.5ms or 0.5x",
          Measure.Unit.COUNT, "5000, 20k or 0.5x",
          Measure.Unit.PERCENT, "5, dense+0.5 or dense-1",
          Measure.Unit.SHARE, "0.95 or 95%",
          Measure.Unit.FACTOR, "20 or 20x",
          Measure.Unit.PLAIN, "0.3, dense+0.02 or 1.02x");

  /**
   * Reads a bound of a measure.
   *
   * @throws SpecException if it is none, with one that is
   */
  static Bound parse(Measure measure, String given) {
    String text = given.strip().toLowerCase(Locale.ROOT);
    if (text.startsWith("dense")) {
      return apart(measure, given, text.substring("dense".length()).strip());
    }
    Matcher number = NUMBER.matcher(text);
    if (!number.matches()) {
      throw wrong(measure, given);
    }
    double value = Double.parseDouble(number.group(1));
    String letters = number.group(2);
    if (letters.equals("x") && relative(measure)) {
      if (!(value > 0)) {
        throw wrong(measure, given);
      }
      return new Bound.Times(value);
    }
    Double times = LETTERS.getOrDefault(measure.unit(), Map.of()).get(letters);
    if (times == null || !Double.isFinite(value)) {
      throw wrong(measure, given);
    }
    return new Bound.Absolute(value * times);
  }

  private static Bound apart(Measure measure, String given, String rest) {
    if (!measure.ofQuality()) {
      throw new SpecException(
          "%s is held against a number or a part of the dense network's, such as %s, not '%s'"
              .formatted(measure, EXAMPLES.get(measure.unit()), given));
    }
    if (rest.isEmpty()) {
      return new Bound.Apart(0);
    }
    Matcher number = NUMBER.matcher(rest.substring(1).strip());
    double sign = rest.charAt(0) == '+' ? 1 : -1;
    boolean known =
        number.matches()
            && LETTERS.getOrDefault(measure.unit(), Map.of()).containsKey(number.group(2));
    if ("+-".indexOf(rest.charAt(0)) < 0 || !known) {
      throw wrong(measure, given);
    }
    return new Bound.Apart(sign * Double.parseDouble(number.group(1)));
  }

  private BoundText() {}

  /** Whether times the dense network's makes sense: compression and sparsity are such already. */
  private static boolean relative(Measure measure) {
    return switch (measure.unit()) {
      case COUNT, BYTES, SECONDS, PLAIN -> true;
      case SHARE, FACTOR, PERCENT -> false;
    };
  }

  private static SpecException wrong(Measure measure, String given) {
    return new SpecException(
        "'%s' is no bound of %s; write one such as %s"
            .formatted(given, measure, EXAMPLES.get(measure.unit())));
  }
}
