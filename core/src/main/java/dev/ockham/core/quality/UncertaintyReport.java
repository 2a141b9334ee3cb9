package dev.ockham.core.quality;

import dev.ockham.core.data.Examples;
import dev.ockham.core.metrics.ClassPredictions;
import dev.ockham.core.metrics.Classification;
import dev.ockham.core.metrics.Ranking;
import dev.ockham.core.metrics.Reliability;
import dev.ockham.core.metrics.RiskCoverage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far the certainty of class predictions may be trusted.
 *
 * @param summary error, NLL and ECE
 * @param brier Brier score, in [0, 2]
 * @param reliability how often it is right where it is as sure as it says
 * @param risk what goes wrong if only what it is surest of is answered
 * @param entropy mean entropy of a prediction, in nats
 * @param mutualInformation mean mutual information of class and weights, in nats; 0 with a single
 *     network
 * @param foreign how well data of another kind are told apart; null where none were given
 */
public record UncertaintyReport(
    Classification summary,
    double brier,
    Reliability reliability,
    RiskCoverage risk,
    double entropy,
    double mutualInformation,
    @Nullable Foreign foreign) {

  /**
   * How well data that are of none of the classes are told from those that are.
   *
   * @param examples how many of them there are
   * @param byEntropy AUROC of the entropy: 1 where each foreign example has more than any other
   * @param byMutualInformation AUROC of the mutual information; NaN with a single network
   * @param entropy mean entropy of their predictions, in nats
   */
  public record Foreign(
      int examples, double byEntropy, double byMutualInformation, double entropy) {

    static Foreign of(UncertainClasses own, UncertainClasses foreign) {
      double[] informed = foreign.mutualInformation();
      boolean several =
          Arrays.stream(informed).anyMatch(x -> x > 0)
              || Arrays.stream(own.mutualInformation()).anyMatch(x -> x > 0);
      return new Foreign(
          informed.length,
          auroc(own.entropies(), foreign.entropies()),
          several ? auroc(own.mutualInformation(), informed) : Double.NaN,
          Arrays.stream(foreign.entropies()).average().orElse(Double.NaN));
    }

    private static double auroc(double[] own, double[] foreign) {
      double[] scores = Arrays.copyOf(own, own.length + foreign.length);
      System.arraycopy(foreign, 0, scores, own.length, foreign.length);
      boolean[] positive = new boolean[scores.length];
      Arrays.fill(positive, own.length, positive.length, true);
      return Ranking.auroc(scores, positive);
    }
  }

  /**
   * Measures.
   *
   * @param own predictions
   * @param examples what they are of, with their classes
   * @param foreign predictions for data of another kind; null for none
   */
  public static UncertaintyReport of(
      UncertainClasses own, Examples examples, @Nullable UncertainClasses foreign) {
    ClassPredictions predictions = own.beside(examples);
    return new UncertaintyReport(
        predictions.classification(),
        predictions.brier(),
        predictions.reliability(),
        predictions.riskCoverage(),
        Arrays.stream(own.entropies()).average().orElse(Double.NaN),
        Arrays.stream(own.mutualInformation()).average().orElse(Double.NaN),
        foreign == null ? null : Foreign.of(own, foreign));
  }

  /** For programs. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("error_percent", summary.errorPercent());
    map.put("nll", summary.nll());
    map.put("brier", brier);
    map.put("ece", summary.ece());
    map.put("entropy", entropy);
    map.put("mutual_information", mutualInformation);
    map.put("risk_area", risk.area());
    List<Map<String, Object>> curve = new ArrayList<>();
    for (RiskCoverage.Point point : risk.points()) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("coverage", point.coverage());
      entry.put("risk", point.risk());
      curve.add(entry);
    }
    map.put("risk_coverage", curve);
    List<Map<String, Object>> bins = new ArrayList<>();
    for (Reliability.Bin bin : reliability.bins()) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("from", bin.from());
      entry.put("to", bin.to());
      entry.put("examples", bin.examples());
      entry.put("confidence", bin.confidence());
      entry.put("accuracy", bin.accuracy());
      bins.add(entry);
    }
    map.put("reliability", bins);
    if (foreign != null) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("examples", foreign.examples());
      entry.put("auroc_entropy", foreign.byEntropy());
      if (!Double.isNaN(foreign.byMutualInformation())) {
        entry.put("auroc_mutual_information", foreign.byMutualInformation());
      }
      entry.put("entropy", foreign.entropy());
      map.put("ood", entry);
    }
    return map;
  }
}
