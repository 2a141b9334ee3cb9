package dev.ockham.core.metrics;

import dev.ockham.core.metrics.ConfusionMatrix.ClassQuality;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Class probabilities for some examples beside their labels, and every measure of them. Not copied;
 * nothing changes them.
 */
public final class ClassPredictions {

  private final double[] probabilities;
  private final int classes;
  private final int[] labels;
  private final int[] predicted;

  /**
   * Holds the probabilities and the labels of examples.
   *
   * @param probabilities {@code [examples, classes]}, each row of sum 1
   * @param labels one class per example, in [0, classes)
   * @throws IllegalArgumentException if sizes disagree, there is no example, or naming a label that
   *     is out of range
   */
  public ClassPredictions(double[] probabilities, int classes, int[] labels) {
    if (labels.length == 0 || probabilities.length != (long) classes * labels.length) {
      throw new IllegalArgumentException(
          "%s probabilities of %s classes for %s labels"
              .formatted(probabilities.length, classes, labels.length));
    }
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes) {
        throw new IllegalArgumentException(
            "labels[%s] is %s, not in [0, %s)".formatted(i, labels[i], classes));
      }
    }
    this.probabilities = probabilities;
    this.classes = classes;
    this.labels = labels;
    predicted = new int[labels.length];
    for (int i = 0; i < labels.length; i++) {
      for (int k = 1; k < classes; k++) {
        if (of(i, k) > of(i, predicted[i])) {
          predicted[i] = k;
        }
      }
    }
  }

  /** The number of examples. */
  public int count() {
    return labels.length;
  }

  /** The number of classes. */
  public int classes() {
    return classes;
  }

  /** The label of an example. */
  public int label(int example) {
    return labels[example];
  }

  /** The likeliest class of an example, the first of equal ones. */
  public int predicted(int example) {
    return predicted[example];
  }

  /** The probability of a class. */
  public double of(int example, int label) {
    return probabilities[example * classes + label];
  }

  /** The probability of the likeliest class. */
  public double confidence(int example) {
    return of(example, predicted[example]);
  }

  /** Error, NLL and ECE. */
  public Classification classification() {
    Classification.Accumulator sum = new Classification.Accumulator();
    for (int i = 0; i < count(); i++) {
      sum.addProbabilities(probabilities, i * classes, classes, labels[i]);
    }
    return sum.result();
  }

  /** Which class was taken for which. */
  public ConfusionMatrix confusion() {
    return ConfusionMatrix.of(labels, predicted, classes);
  }

  /**
   * Brier score: mean of Σ (p_k − [k is the label])², in [0, 2] (Brier 1950, for several classes).
   */
  public double brier() {
    double sum = 0;
    for (int i = 0; i < count(); i++) {
      for (int k = 0; k < classes; k++) {
        double apart = of(i, k) - (k == labels[i] ? 1 : 0);
        sum += apart * apart;
      }
    }
    return sum / count();
  }

  /** How often it is right where it is as sure as it says. */
  public Reliability reliability() {
    double[] confidence = new double[count()];
    Arrays.setAll(confidence, this::confidence);
    return Reliability.of(confidence, right());
  }

  /** What goes wrong if only what it is surest of is answered. */
  public RiskCoverage riskCoverage() {
    double[] confidence = new double[count()];
    Arrays.setAll(confidence, this::confidence);
    boolean[] wrong = right();
    for (int i = 0; i < wrong.length; i++) {
      wrong[i] = !wrong[i];
    }
    return RiskCoverage.of(confidence, wrong);
  }

  private boolean[] right() {
    boolean[] right = new boolean[count()];
    for (int i = 0; i < right.length; i++) {
      right[i] = predicted[i] == labels[i];
    }
    return right;
  }

  /** {@link Ranking#auroc} of a class against all others. */
  public double auroc(int label) {
    return Ranking.auroc(column(label), isOf(label));
  }

  /** {@link Ranking#averagePrecision} of a class against all others. */
  public double averagePrecision(int label) {
    return Ranking.averagePrecision(column(label), isOf(label));
  }

  /** Mean of {@link #auroc} over the classes that have one; NaN if none has. */
  public double macroAuroc() {
    double sum = 0;
    int defined = 0;
    for (int k = 0; k < classes; k++) {
      double area = auroc(k);
      if (!Double.isNaN(area)) {
        sum += area;
        defined++;
      }
    }
    return defined == 0 ? Double.NaN : sum / defined;
  }

  private double[] column(int label) {
    double[] column = new double[count()];
    Arrays.setAll(column, i -> of(i, label));
    return column;
  }

  private boolean[] isOf(int label) {
    boolean[] is = new boolean[count()];
    for (int i = 0; i < is.length; i++) {
      is[i] = labels[i] == label;
    }
    return is;
  }

  /** Entropy of each prediction, in nats. */
  public double[] entropies() {
    double[] entropies = new double[count()];
    Arrays.setAll(entropies, i -> Distributions.entropy(probabilities, i * classes, classes));
    return entropies;
  }

  /**
   * How much worse a class came out than in other predictions of the same examples.
   *
   * @param label the class
   * @param before how it came out there
   * @param after how it came out here
   * @param f1Loss F1 there less F1 here
   * @param interval of that loss, by {@link PairedBootstrap}
   */
  public record ClassChange(
      int label,
      ClassQuality before,
      ClassQuality after,
      double f1Loss,
      PairedBootstrap.Interval interval) {}

  /**
   * Compares these predictions with others of the same examples, class by class.
   *
   * @param before the others, such as those of the network before pruning
   * @param seed of the bootstrap
   * @throws IllegalArgumentException if examples, labels or classes differ
   */
  public List<ClassChange> since(ClassPredictions before, long seed) {
    requireSame(before);
    ConfusionMatrix then = before.confusion();
    ConfusionMatrix now = confusion();
    List<PairedBootstrap.Interval> intervals =
        PairedBootstrap.of(count(), seed, indices -> f1Losses(before, indices));
    List<ClassChange> changes = new ArrayList<>();
    for (int k = 0; k < classes; k++) {
      ClassQuality was = then.of(k);
      ClassQuality is = now.of(k);
      changes.add(new ClassChange(k, was, is, was.f1() - is.f1(), intervals.get(k)));
    }
    return changes;
  }

  /** The interval of how many percentage points more are wrong here than there. */
  public PairedBootstrap.Interval errorIncrease(ClassPredictions before, long seed) {
    requireSame(before);
    return PairedBootstrap.of(
            count(),
            seed,
            indices -> {
              long more = 0;
              for (int i : indices) {
                more += before.predicted[i] == labels[i] ? 1 : 0;
                more -= predicted[i] == labels[i] ? 1 : 0;
              }
              return new double[] {100.0 * more / indices.length};
            })
        .getFirst();
  }

  private void requireSame(ClassPredictions before) {
    if (before.classes != classes || !Arrays.equals(before.labels, labels)) {
      throw new IllegalArgumentException("the two predictions are of other examples or classes");
    }
  }

  private double[] f1Losses(ClassPredictions before, int[] indices) {
    long[] examples = new long[classes];
    long[] takenThen = new long[classes];
    long[] takenNow = new long[classes];
    long[] rightThen = new long[classes];
    long[] rightNow = new long[classes];
    for (int i : indices) {
      int label = labels[i];
      examples[label]++;
      takenThen[before.predicted[i]]++;
      takenNow[predicted[i]]++;
      rightThen[label] += before.predicted[i] == label ? 1 : 0;
      rightNow[label] += predicted[i] == label ? 1 : 0;
    }
    double[] losses = new double[classes];
    for (int k = 0; k < classes; k++) {
      losses[k] =
          ClassQuality.of(rightThen[k], examples[k], takenThen[k]).f1()
              - ClassQuality.of(rightNow[k], examples[k], takenNow[k]).f1();
    }
    return losses;
  }
}
