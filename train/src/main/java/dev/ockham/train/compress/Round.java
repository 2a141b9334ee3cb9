package dev.ockham.train.compress;

import dev.ockham.core.goal.Measure;
import dev.ockham.core.goal.Measured;
import dev.ockham.core.goal.Verdict;
import dev.ockham.core.run.RunFolder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One network that was pruned, fine-tuned and measured as it would be shipped.
 *
 * @param name of its folder
 * @param run that trained it
 * @param epochs of that run
 * @param distilled whether it learnt from the network before, and not from labels
 * @param sparsity that was asked of it
 * @param deployment what would be shipped
 * @param measured of that, on the validation examples
 * @param verdicts on the wishes
 */
public record Round(
    String name,
    RunFolder run,
    int epochs,
    boolean distilled,
    double sparsity,
    Deployment deployment,
    Measured measured,
    List<Verdict> verdicts) {

  /** Copies the list. */
  public Round {
    verdicts = List.copyOf(verdicts);
  }

  /** Whether all wishes are granted. */
  public boolean holds() {
    return verdicts.stream().allMatch(Verdict::holds);
  }

  /** Whether those of one side are granted. */
  boolean holds(boolean quality) {
    return verdicts.stream()
        .filter(verdict -> verdict.target().measure().ofQuality() == quality)
        .allMatch(Verdict::holds);
  }

  double compression() {
    return measured.require(Measure.of(Measure.Kind.COMPRESSION));
  }

  /**
   * How far the qualities are beyond their bounds with their margin, in parts of what they allow;
   * negative where they hold.
   */
  double excess(Measured dense) {
    double worst = Double.NEGATIVE_INFINITY;
    for (Verdict verdict : verdicts) {
      Measure measure = verdict.target().measure();
      if (measure.ofQuality()) {
        double sign = measure.largerIsBetter() ? -1 : 1;
        double room = Math.abs(verdict.wanted() - dense.require(measure)) + 1e-9;
        worst = Math.max(worst, sign * (verdict.surely() - verdict.wanted()) / room);
      }
    }
    return worst;
  }

  /** The largest factor by which it misses a wished size; 1 where it misses none. */
  double tooLarge() {
    double worst = 1;
    for (Verdict verdict : verdicts) {
      Measure measure = verdict.target().measure();
      if (!measure.ofQuality() && verdict.value() > 0 && verdict.wanted() > 0) {
        double factor = verdict.value() / verdict.wanted();
        worst = Math.max(worst, measure.largerIsBetter() ? 1 / factor : factor);
      }
    }
    return worst;
  }

  /** The error, or of numbers the RMSE. */
  double loss() {
    return measured.require(lossMeasure());
  }

  private Measure lossMeasure() {
    Measure error = Measure.of(Measure.Kind.ERROR);
    return measured.of(error).isPresent() ? error : Measure.of(Measure.Kind.RMSE);
  }

  private boolean asksQuality() {
    return verdicts.stream().anyMatch(each -> each.target().measure().ofQuality());
  }

  /** What is to be small: {@link #excess} where a quality is asked for, else {@link #loss}. */
  double cost(Measured dense) {
    return asksQuality() ? excess(dense) : loss();
  }

  /** What is left, such as {@code 1/12.5}. */
  static String part(double compression) {
    return String.format(Locale.ROOT, "1/%.1f", compression);
  }

  /** The round in one line. */
  public String line() {
    Measure loss = lossMeasure();
    return "%s: %s of the weights, %s%s%s: %s"
        .formatted(
            name,
            part(compression()),
            Measure.of(Measure.Kind.FILE).show(measured.require(Measure.of(Measure.Kind.FILE))),
            asksQuality() ? "" : ", %s %s".formatted(loss, loss.show(loss())),
            distilled ? ", distilled" : "",
            String.join("; ", verdicts.stream().map(Verdict::line).toList()));
  }

  /** The round by name, for programs. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("round", name);
    map.put("epochs", epochs);
    map.put("distilled", distilled);
    map.put("sparsity_asked", sparsity);
    map.putAll(measured.toMap());
    map.put("targets", verdicts.stream().map(Verdict::toMap).toList());
    map.put("holds", holds());
    return map;
  }
}
