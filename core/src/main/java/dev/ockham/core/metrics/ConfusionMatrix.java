package dev.ockham.core.metrics;

import java.util.ArrayList;
import java.util.List;

/**
 * How many examples of each class were taken for each class, and what follows from that.
 *
 * @param counts {@code counts.get(label).get(predicted)}, as many rows as columns
 */
public record ConfusionMatrix(List<List<Long>> counts) {

  /**
   * How one class came out. Where a fraction would divide by 0 it is 0, as scikit-learn has it.
   *
   * @param examples how many are of this class
   * @param predicted how many were taken for it
   * @param precision share of those taken for it that are of it, in [0, 1]
   * @param recall share of those of it that were taken for it, in [0, 1]
   * @param f1 harmonic mean of the two
   */
  public record ClassQuality(
      long examples, long predicted, double precision, double recall, double f1) {
    /** Of how many were right, were of the class and were taken for it. */
    static ClassQuality of(long right, long examples, long predicted) {
      double precision = predicted == 0 ? 0 : (double) right / predicted;
      double recall = examples == 0 ? 0 : (double) right / examples;
      long both = examples + predicted;
      return new ClassQuality(
          examples, predicted, precision, recall, both == 0 ? 0 : 2.0 * right / both);
    }
  }

  /** Copies the rows and checks that they are a square. */
  public ConfusionMatrix {
    counts = counts.stream().map(List::copyOf).toList();
    for (List<Long> row : counts) {
      if (row.size() != counts.size()) {
        throw new IllegalArgumentException(
            "%s rows, but one of %s columns".formatted(counts.size(), row.size()));
      }
    }
  }

  /**
   * Counts how often each class was predicted for each label.
   *
   * @param labels classes that are right, in [0, classes)
   * @param predicted classes that were told, as many
   */
  public static ConfusionMatrix of(int[] labels, int[] predicted, int classes) {
    if (labels.length != predicted.length) {
      throw new IllegalArgumentException(
          "%s labels for %s predictions".formatted(labels.length, predicted.length));
    }
    long[][] counted = new long[classes][classes];
    for (int i = 0; i < labels.length; i++) {
      counted[labels[i]][predicted[i]]++;
    }
    List<List<Long>> rows = new ArrayList<>();
    for (long[] row : counted) {
      List<Long> copy = new ArrayList<>();
      for (long each : row) {
        copy.add(each);
      }
      rows.add(copy);
    }
    return new ConfusionMatrix(rows);
  }

  /** How many classes there are. */
  public int classes() {
    return counts.size();
  }

  /** Examples of a class that were taken for another, or for itself. */
  public long count(int label, int predicted) {
    return counts.get(label).get(predicted);
  }

  /** How a class came out. */
  public ClassQuality of(int label) {
    long examples = 0;
    long predicted = 0;
    for (int k = 0; k < classes(); k++) {
      examples += count(label, k);
      predicted += count(k, label);
    }
    return ClassQuality.of(count(label, label), examples, predicted);
  }

  /** How every class came out, in order. */
  public List<ClassQuality> perClass() {
    List<ClassQuality> all = new ArrayList<>();
    for (int label = 0; label < classes(); label++) {
      all.add(of(label));
    }
    return all;
  }

  /** Mean recall of the classes that have examples, in [0, 1]; NaN if none has. */
  public double balancedAccuracy() {
    return perClass().stream()
        .filter(each -> each.examples() > 0)
        .mapToDouble(ClassQuality::recall)
        .average()
        .orElse(Double.NaN);
  }

  /** Mean F1 of the classes that have examples or were taken for one; NaN if there are none. */
  public double macroF1() {
    return perClass().stream()
        .filter(each -> each.examples() + each.predicted() > 0)
        .mapToDouble(ClassQuality::f1)
        .average()
        .orElse(Double.NaN);
  }
}
