package dev.ockham.core.goal;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Whether a network grants a wish.
 *
 * @param target the wish
 * @param value what was measured
 * @param surely the same made worse by its margin: of a quality, the one-sided 80 % bound of the
 *     paired difference from the dense network, or of the number itself where the wish is absolute;
 *     of a size, the value
 * @param wanted the bound as a number
 */
public record Verdict(Target target, double value, double surely, double wanted) {

  static Verdict of(Target target, Measured dense, Measured now) {
    Measure measure = target.measure();
    double value = now.require(measure);
    double wanted = target.wanted(dense);
    if (!measure.ofQuality()) {
      return new Verdict(target, value, value, wanted);
    }
    double sign = measure.largerIsBetter() ? -1 : 1;
    if (target.bound().byDense()) {
      double bound = PairedDifference.of(now.predicted(), dense.predicted(), measure).bound();
      return new Verdict(target, value, dense.require(measure) + sign * bound, wanted);
    }
    PairedDifference alone = PairedDifference.alone(now.predicted(), measure);
    return new Verdict(target, value, value + sign * (alone.bound() - alone.worse()), wanted);
  }

  /** Whether the wish is granted with its margin. */
  public boolean holds() {
    return target.measure().atLeastAsGood(surely, wanted);
  }

  /** Whether the measured number alone grants it, without the margin. */
  public boolean measuredHolds() {
    return target.measure().atLeastAsGood(value, wanted);
  }

  /**
   * The verdict in one line, such as {@code error<=dense+0.5: 1.92 %, at most 2.03 %; wanted 2.10
   * %: holds}.
   */
  public String line() {
    Measure measure = target.measure();
    String sure =
        measure.ofQuality()
            ? " (%s %s with 80 %% probability)"
                .formatted(measure.largerIsBetter() ? "above" : "below", measure.show(surely))
            : "";
    return "%s: %s%s, wanted %s: %s"
        .formatted(
            target,
            measure.show(value),
            sure,
            measure.show(wanted),
            holds() ? "holds" : measuredHolds() ? "holds, but not surely" : "does not hold");
  }

  /** The verdict by name, for programs. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("target", target.toString());
    map.put("value", value);
    map.put("surely", surely);
    map.put("wanted", wanted);
    map.put("holds", holds());
    return map;
  }
}
