package dev.ockham.core.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How large a share of some weights may go at most, by name: {@code conv1=0.5,block1.*=0.9}. Where
 * several patterns match, the lowest share holds; where none does, all may go.
 *
 * @param all in their order; none for no limit
 */
public record Ceilings(List<Ceiling> all) {

  /** Limits that limit nothing. */
  public static final Ceilings NONE = new Ceilings(List.of());

  /** Copies the list. */
  public Ceilings {
    all = List.copyOf(all);
  }

  /**
   * The limit of some weights.
   *
   * @param pattern of their names
   * @param share in [0, 1]
   */
  public record Ceiling(String pattern, double share) {}

  /**
   * Reads {@code conv1=0.5,block1.*=90%}, or {@code none}.
   *
   * @param what names the text in messages, such as {@code --most}
   * @throws SpecException in one line, naming the part that is none
   */
  public static Ceilings parse(String what, String text) {
    if (text.equals(NamePatterns.NONE)) {
      return NONE;
    }
    List<Ceiling> all = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      all.add(ceiling(what, part.strip()));
    }
    return new Ceilings(all);
  }

  private static Ceiling ceiling(String what, String part) {
    int equals = part.indexOf('=');
    if (equals < 1) {
      throw new SpecException(
          "%s: '%s' is not of the form PATTERN=SHARE, such as conv1=0.5 or block1.*=90%%"
              .formatted(what, part));
    }
    String number = part.substring(equals + 1).strip();
    boolean percent = number.endsWith("%");
    double share;
    try {
      share =
          percent
              ? Double.parseDouble(number.substring(0, number.length() - 1)) / 100
              : Double.parseDouble(number);
    } catch (NumberFormatException e) {
      share = Double.NaN;
    }
    if (!(share >= 0 && share <= 1)) {
      throw new SpecException(
          "%s: '%s': '%s' is no share; write one from 0 to 1, such as 0.9 or 90%%"
              .formatted(what, part, number));
    }
    return new Ceiling(part.substring(0, equals).strip(), share);
  }

  /** Whether nothing is limited. */
  public boolean isNone() {
    return all.isEmpty();
  }

  /**
   * Checks that there are weights for each pattern.
   *
   * @param what names the text in messages
   * @param weights names of a network's weights
   * @throws SpecException naming the first pattern without any, and the names
   */
  public void requireNames(String what, List<String> weights) {
    all.forEach(each -> NamePatterns.require(what, each.pattern(), weights));
  }

  /**
   * How many weights of a tensor stay at least.
   *
   * @param name of it, such as {@code dense1}
   * @param weights that it has
   */
  public long leastKept(String name, long weights) {
    double share = 1;
    for (Ceiling each : all) {
      if (NamePatterns.match(each.pattern(), name)) {
        share = Math.min(share, each.share());
      }
    }
    return weights - (long) Math.floor(share * weights);
  }

  /** The limits as {@link #parse} reads them. */
  @Override
  public String toString() {
    return isNone()
        ? NamePatterns.NONE
        : String.join(
            ",",
            all.stream()
                .map(each -> String.format(Locale.ROOT, "%s=%s", each.pattern(), each.share()))
                .toList());
  }
}
