package dev.ockham.core.quality;

import dev.ockham.core.metrics.Ranking;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How well data of another kind are told from those of the test, by how uncertain predictions are.
 *
 * @param examples how many of them there are
 * @param byEntropy AUROC of the entropy: 1 where each foreign example has more than any other
 * @param byMutualInformation AUROC of the mutual information; NaN with a single network
 * @param entropy mean entropy of their predictions, in nats
 */
public record ForeignData(
    int examples, double byEntropy, double byMutualInformation, double entropy) {

  static ForeignData of(Uncertain own, Uncertain foreign) {
    double[] information = own.mutualInformation();
    double[] otherInformation = foreign.mutualInformation();
    double[] otherEntropies = foreign.entropies();
    boolean several =
        Arrays.stream(information).anyMatch(x -> x > 0)
            || Arrays.stream(otherInformation).anyMatch(x -> x > 0);
    return new ForeignData(
        otherEntropies.length,
        auroc(own.entropies(), otherEntropies),
        several ? auroc(information, otherInformation) : Double.NaN,
        Arrays.stream(otherEntropies).average().orElse(Double.NaN));
  }

  private static double auroc(double[] own, double[] foreign) {
    double[] scores = Arrays.copyOf(own, own.length + foreign.length);
    System.arraycopy(foreign, 0, scores, own.length, foreign.length);
    boolean[] positive = new boolean[scores.length];
    Arrays.fill(positive, own.length, positive.length, true);
    return Ranking.auroc(scores, positive);
  }

  Map<String, Object> toMap() {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("examples", examples);
    entry.put("auroc_entropy", byEntropy);
    if (!Double.isNaN(byMutualInformation)) {
      entry.put("auroc_mutual_information", byMutualInformation);
    }
    entry.put("entropy", entropy);
    return entry;
  }
}
