package dev.ockham.lab.experiment;

import dev.ockham.core.kl.KlTerm;
import dev.ockham.lab.page.Table;
import dev.ockham.lab.sample.Grid;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What it costs to hold θ constant in the KL: one weight whose expected NLL is ½h((θ − 1)² + σ²),
 * under the log-uniform prior.
 *
 * @param signalToNoise √h: how many deviations the likelihood sees between the weight and 0
 * @param logAlpha at the minimum that gradient descent from θ = 1 reaches; +∞ where θ goes to 0
 * @param theta there
 * @param logAlphaOfSlip the same if the KL's θ is a constant, so that θ stays 1
 */
record KlSlip(double signalToNoise, double logAlpha, double theta, double logAlphaOfSlip) {

  static List<KlSlip> ofAll() {
    List<KlSlip> all = new ArrayList<>();
    for (double z : Grid.linear(0.2, 6, 59)) {
      double h = z * z;
      double theta = 1;
      while (theta > 0 && h * (theta - 1) > 2 * slopeAtBest(h, theta) / theta) {
        theta -= 2e-3;
      }
      boolean gone = theta <= 4e-3;
      all.add(
          new KlSlip(
              z,
              gone ? Double.POSITIVE_INFINITY : bestLogAlpha(h, theta),
              gone ? 0 : theta,
              bestLogAlpha(h, 1)));
    }
    return all;
  }

  private static double slopeAtBest(double h, double theta) {
    return KlTerm.EXACT.derivative(bestLogAlpha(h, theta));
  }

  /** Where ½hαθ² + KL(α) is least over log α, θ held. */
  private static double bestLogAlpha(double h, double theta) {
    double low = -40;
    double high = 40;
    while (high - low > 1e-7) {
      double middle = (low + high) / 2;
      double slope = 0.5 * h * Math.exp(middle) * theta * theta + KlTerm.EXACT.derivative(middle);
      if (slope < 0) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("signal_to_noise", signalToNoise);
    json.put("pruned", Double.isInfinite(logAlpha));
    json.put("log_alpha", Double.isInfinite(logAlpha) ? "infinity" : (Object) logAlpha);
    json.put("theta", theta);
    json.put("log_alpha_of_slip", logAlphaOfSlip);
    return json;
  }

  /** ∂KL/∂θ at some log α: by finite differences, by its formula, and with θ a constant. */
  static List<List<String>> pulls() {
    List<List<String>> cells = new ArrayList<>();
    for (double logAlpha : new double[] {-4, -2, 0, 2, 4}) {
      double theta = 0.5;
      double sigma2 = Math.exp(logAlpha) * theta * theta;
      double step = 1e-5;
      double finite = (kl(theta + step, sigma2) - kl(theta - step, sigma2)) / (2 * step);
      cells.add(
          Table.row(
              String.format(Locale.ROOT, "%.0f", logAlpha),
              finite,
              -2 * KlTerm.EXACT.derivative(logAlpha) / theta,
              "0"));
    }
    return cells;
  }

  private static double kl(double theta, double sigma2) {
    return KlTerm.EXACT.value(Math.log(sigma2) - 2 * Math.log(theta));
  }

  /** The largest signal-to-noise at which log α ends at or above a value. */
  static double largest(List<KlSlip> slips, double logAlpha) {
    return slips.stream()
        .filter(slip -> slip.logAlpha() >= logAlpha)
        .mapToDouble(KlSlip::signalToNoise)
        .max()
        .orElseThrow();
  }
}
