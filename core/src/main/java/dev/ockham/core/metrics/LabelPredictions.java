package dev.ockham.core.metrics;

import dev.ockham.core.metrics.ConfusionMatrix.ClassQuality;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Probabilities of several labels at once for some examples, beside those that hold. Not copied;
 * nothing changes them.
 */
public final class LabelPredictions {

  /** A label is told where its probability is above this. */
  public static final double TOLD = 0.5;

  private final double[] probabilities;
  private final boolean[] holds;
  private final int labels;

  /**
   * Holds the probabilities of labels and whether they hold.
   *
   * @param probabilities {@code [examples, labels]}, each in [0, 1] by itself
   * @param holds whether a label holds, as many
   * @throws IllegalArgumentException if sizes disagree or there is no example
   */
  public LabelPredictions(double[] probabilities, boolean[] holds, int labels) {
    if (holds.length == 0 || probabilities.length != holds.length || holds.length % labels != 0) {
      throw new IllegalArgumentException(
          "%s probabilities of %s labels for %s truths"
              .formatted(probabilities.length, labels, holds.length));
    }
    this.probabilities = probabilities;
    this.holds = holds;
    this.labels = labels;
  }

  /** The number of examples. */
  public int count() {
    return holds.length / labels;
  }

  /** Labels of each. */
  public int labels() {
    return labels;
  }

  /**
   * How one label came out.
   *
   * @param told precision, recall and F1 of telling it where its probability is above {@value
   *     #TOLD}
   * @param auroc see {@link Ranking#auroc}
   * @param averagePrecision see {@link Ranking#averagePrecision}
   */
  public record Quality(ClassQuality told, double auroc, double averagePrecision) {}

  /** How every label came out, in order. */
  public List<Quality> perLabel() {
    List<Quality> all = new ArrayList<>();
    for (int k = 0; k < labels; k++) {
      all.add(of(k));
    }
    return all;
  }

  /** How a label came out. */
  public Quality of(int label) {
    double[] scores = new double[count()];
    boolean[] positive = new boolean[count()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = probabilities[i * labels + label];
      positive[i] = holds[i * labels + label];
    }
    int[] all = new int[count()];
    Arrays.setAll(all, i -> i);
    return new Quality(
        told(all, label),
        Ranking.auroc(scores, positive),
        Ranking.averagePrecision(scores, positive));
  }

  private ClassQuality told(int[] examples, int label) {
    long right = 0;
    long of = 0;
    long told = 0;
    for (int i : examples) {
      boolean is = holds[i * labels + label];
      boolean says = probabilities[i * labels + label] > TOLD;
      right += is && says ? 1 : 0;
      of += is ? 1 : 0;
      told += says ? 1 : 0;
    }
    return ClassQuality.of(right, of, told);
  }

  /** Share of labels of examples that are told wrongly, in percent (Hamming loss). */
  public double errorPercent() {
    long wrong = 0;
    for (int i = 0; i < holds.length; i++) {
      wrong += holds[i] == probabilities[i] > TOLD ? 0 : 1;
    }
    return 100.0 * wrong / holds.length;
  }

  /** Share of examples all of whose labels are told rightly, in [0, 1]. */
  public double exact() {
    long right = 0;
    for (int i = 0; i < count(); i++) {
      boolean all = true;
      for (int k = i * labels; k < (i + 1) * labels; k++) {
        all &= holds[k] == probabilities[k] > TOLD;
      }
      right += all ? 1 : 0;
    }
    return (double) right / count();
  }

  /** Mean over examples of −Σ log p of what holds and what does not, in nats. */
  public double nll() {
    double sum = 0;
    for (int i = 0; i < holds.length; i++) {
      double p = holds[i] ? probabilities[i] : 1 - probabilities[i];
      sum -= Math.log(Math.max(p, Double.MIN_NORMAL));
    }
    return sum / count();
  }

  /** Share of an example's labels that are told wrongly, in [0, 1]. */
  public double wrongShare(int example) {
    int wrong = 0;
    for (int k = example * labels; k < (example + 1) * labels; k++) {
      wrong += holds[k] == probabilities[k] > TOLD ? 0 : 1;
    }
    return (double) wrong / labels;
  }

  /** What each example adds to {@link #nll}, in nats. */
  public double[] exampleNlls() {
    double[] nlls = new double[count()];
    for (int i = 0; i < holds.length; i++) {
      double p = holds[i] ? probabilities[i] : 1 - probabilities[i];
      nlls[i / labels] -= Math.log(Math.max(p, Double.MIN_NORMAL));
    }
    return nlls;
  }

  /** Brier score: mean of (p − [the label holds])² over all labels of all examples, in [0, 1]. */
  public double brier() {
    double sum = 0;
    for (int i = 0; i < holds.length; i++) {
      double apart = probabilities[i] - (holds[i] ? 1 : 0);
      sum += apart * apart;
    }
    return sum / holds.length;
  }

  /** How often a label held, in bins of its probability; all labels together. */
  public Reliability reliability() {
    return Reliability.of(probabilities, holds);
  }

  /** Whether any label of an example is told wrongly, one each. */
  public boolean[] anyWrong() {
    boolean[] wrong = new boolean[count()];
    for (int i = 0; i < holds.length; i++) {
      wrong[i / labels] |= holds[i] != probabilities[i] > TOLD;
    }
    return wrong;
  }

  /** Intervals of F1 there less F1 here, one per label, by {@link PairedBootstrap}. */
  public List<PairedBootstrap.Interval> f1Losses(LabelPredictions before, long seed) {
    if (before.labels != labels || !Arrays.equals(before.holds, holds)) {
      throw new IllegalArgumentException("the two predictions are of other examples or labels");
    }
    return PairedBootstrap.of(
        count(),
        seed,
        indices -> {
          double[] losses = new double[labels];
          Arrays.setAll(losses, k -> before.told(indices, k).f1() - told(indices, k).f1());
          return losses;
        });
  }
}
