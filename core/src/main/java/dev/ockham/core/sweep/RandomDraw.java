package dev.ockham.core.sweep;

import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.noise.CounterDraws;
import dev.ockham.core.spec.SpecException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How a setting of a trial is drawn. */
sealed interface RandomDraw {

  /** Digits of a number that is drawn, so that it is the same text everywhere. */
  MathContext DIGITS = new MathContext(4);

  /** The value at a place of the unit interval, 0 &lt; u &lt; 1. */
  String at(double u);

  /** One of some values. */
  record Among(List<String> values) implements RandomDraw {
    @Override
    public String at(double u) {
      return values.get((int) (u * values.size()));
    }
  }

  /**
   * A number between two others; a whole one where both are whole and {@code log} is not asked for.
   */
  record Between(BigDecimal low, BigDecimal high, boolean log) implements RandomDraw {
    @Override
    public String at(double u) {
      double from = low.doubleValue();
      double to = high.doubleValue();
      if (log) {
        double at = StrictMath.log(from) + u * (StrictMath.log(to) - StrictMath.log(from));
        return BigDecimal.valueOf(StrictMath.exp(at)).round(DIGITS).toString();
      }
      if (low.scale() <= 0 && high.scale() <= 0) {
        return Long.toString((long) (from + Math.floor(u * (to - from + 1))));
      }
      return BigDecimal.valueOf(from + u * (to - from)).round(DIGITS).toString();
    }
  }

  /** The value of a setting in a trial; the same each time. */
  default String of(long seed, int trial, int setting) {
    return at(CounterDraws.uniform(NoiseKey.of(seed, trial, setting), 0, 0));
  }

  /**
   * Reads one: a list of values, or {@code {low: , high: , scale: log}}.
   *
   * @param where it is, for messages
   * @throws SpecException naming what is wrong
   */
  static RandomDraw read(@Nullable Object value, String where) {
    if (value instanceof List<?> list && !list.isEmpty()) {
      return new Among(list.stream().map(String::valueOf).toList());
    }
    if (!(value instanceof Map<?, ?> map)
        || !Set.of("low", "high", "scale").containsAll(map.keySet())) {
      throw new SpecException(where + ": give a list of values, or low, high and scale");
    }
    BigDecimal low = number(map.get("low"), where + ".low");
    BigDecimal high = number(map.get("high"), where + ".high");
    Object scale = map.containsKey("scale") ? map.get("scale") : "linear";
    if (!Set.of("linear", "log").contains(String.valueOf(scale))) {
      throw new SpecException(where + ".scale is '" + scale + "'; it must be linear or log");
    }
    boolean log = String.valueOf(scale).equals("log");
    if (low.compareTo(high) >= 0 || (log && low.signum() <= 0)) {
      throw new SpecException(
          "%s is from %s to %s; the first must be the lower%s"
              .formatted(where, low, high, log ? ", and above 0" : ""));
    }
    return new Between(low, high, log);
  }

  private static BigDecimal number(@Nullable Object value, String where) {
    try {
      return new BigDecimal(String.valueOf(value));
    } catch (NumberFormatException e) {
      throw new SpecException(where + ": '" + value + "' is not a number");
    }
  }
}
