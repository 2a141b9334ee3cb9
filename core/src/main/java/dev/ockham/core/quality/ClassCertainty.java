package dev.ockham.core.quality;

import dev.ockham.core.data.Examples;
import dev.ockham.core.metrics.ClassPredictions;
import dev.ockham.core.metrics.Classification;
import dev.ockham.core.metrics.Reliability;
import dev.ockham.core.metrics.RiskCoverage;
import java.util.Arrays;
import java.util.LinkedHashMap;
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
public record ClassCertainty(
    Classification summary,
    double brier,
    Reliability reliability,
    RiskCoverage risk,
    double entropy,
    double mutualInformation,
    @Nullable ForeignData foreign)
    implements UncertaintyReport {

  /**
   * Measures how sure a model of classes is.
   *
   * @param own predictions
   * @param examples what they are of, with their classes
   * @param foreign predictions for data of another kind; null for none
   */
  public static ClassCertainty of(
      UncertainClasses own, Examples examples, @Nullable UncertainClasses foreign) {
    ClassPredictions predictions = own.beside(examples);
    return new ClassCertainty(
        predictions.classification(),
        predictions.brier(),
        predictions.reliability(),
        predictions.riskCoverage(),
        Arrays.stream(own.entropies()).average().orElse(Double.NaN),
        Arrays.stream(own.mutualInformation()).average().orElse(Double.NaN),
        foreign == null ? null : ForeignData.of(own, foreign));
  }

  @Override
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("error_percent", summary.errorPercent());
    map.put("nll", summary.nll());
    map.put("brier", brier);
    map.put("ece", summary.ece());
    map.put("entropy", entropy);
    map.put("mutual_information", mutualInformation);
    map.put("risk_area", risk.area());
    map.put("risk_coverage", CertaintyMaps.curve(risk));
    map.put("reliability", CertaintyMaps.bins(reliability));
    if (foreign != null) {
      map.put("ood", foreign.toMap());
    }
    return map;
  }
}
