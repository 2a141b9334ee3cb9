package dev.ockham.core.quality;

import dev.ockham.core.data.Examples;
import dev.ockham.core.metrics.LabelPredictions;
import dev.ockham.core.metrics.Reliability;
import dev.ockham.core.metrics.RiskCoverage;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far the certainty of predicted labels may be trusted.
 *
 * @param errorPercent share of labels of examples that are told wrongly, in percent
 * @param nll mean of −log p of all labels of an example, in nats
 * @param brier mean of (p − [the label holds])² over all labels of all examples, in [0, 1]
 * @param reliability in bins of the probability, how often labels held
 * @param risk how often a label of an example is told wrongly, if only the examples of the least
 *     entropy are answered
 * @param entropy mean entropy of an example's labels, in nats
 * @param mutualInformation mean mutual information of an example's labels and the weights, in nats;
 *     0 with a single network
 * @param foreign how well data of another kind are told apart; null where none were given
 */
public record LabelCertainty(
    double errorPercent,
    double nll,
    double brier,
    Reliability reliability,
    RiskCoverage risk,
    double entropy,
    double mutualInformation,
    @Nullable ForeignData foreign)
    implements UncertaintyReport {

  /**
   * Measures how sure a model of labels is.
   *
   * @param own predictions
   * @param examples what they are of, with their labels
   * @param foreign predictions for data of another kind; null for none
   * @throws IllegalArgumentException if the examples have no such labels
   */
  public static LabelCertainty of(
      UncertainLabels own, Examples examples, @Nullable UncertainLabels foreign) {
    LabelPredictions predictions = own.beside(examples);
    double[] certainty = own.entropies();
    Arrays.setAll(certainty, i -> -certainty[i]);
    return new LabelCertainty(
        predictions.errorPercent(),
        predictions.nll(),
        predictions.brier(),
        predictions.reliability(),
        RiskCoverage.of(certainty, predictions.anyWrong()),
        Arrays.stream(own.entropies()).average().orElse(Double.NaN),
        Arrays.stream(own.mutualInformation()).average().orElse(Double.NaN),
        foreign == null ? null : ForeignData.of(own, foreign));
  }

  @Override
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("label_error_percent", errorPercent);
    map.put("nll", nll);
    map.put("brier", brier);
    map.put("ece", reliability.ece());
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
