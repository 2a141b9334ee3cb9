package dev.ockham.lab.sample;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What a few runs that differ by chance alone found.
 *
 * @param mean of their values
 * @param deviation standard deviation of one of them, with n − 1; 0 for a single one
 */
public record Spread(double mean, double deviation) {

  /** Of a quantity of each of the runs, of which there is at least one. */
  public static <T> Spread of(List<T> runs, ToDoubleFunction<T> quantity) {
    double mean = runs.stream().mapToDouble(quantity).average().orElseThrow();
    double squares = 0;
    for (T run : runs) {
      double off = quantity.applyAsDouble(run) - mean;
      squares += off * off;
    }
    return new Spread(mean, runs.size() == 1 ? 0 : Math.sqrt(squares / (runs.size() - 1)));
  }

  /** {@code 12.3 ± 0.4}, with so many digits after the point. */
  public String text(int digits) {
    String number = "%." + digits + "f";
    return String.format(Locale.ROOT, number + " ± " + number, mean, deviation);
  }

  /** For {@code result.json}. */
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("mean", mean);
    json.put("deviation", deviation);
    return json;
  }
}
