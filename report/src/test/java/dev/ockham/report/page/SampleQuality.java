package dev.ockham.report.page;

import dev.ockham.core.data.Features;
import dev.ockham.core.metrics.ClassPredictions;
import dev.ockham.core.metrics.NumberPredictions;
import dev.ockham.core.quality.ClassCertainty;
import dev.ockham.core.quality.MeasuredQuality;
import dev.ockham.core.quality.NumberCertainty;
import dev.ockham.core.quality.Predicted;
import dev.ockham.core.quality.QualityComparison;
import dev.ockham.core.quality.UncertainClasses;
import dev.ockham.core.quality.UncertainNumbers;
import dev.ockham.core.target.ClassLabels;
import dev.ockham.core.target.Numbers;
import dev.ockham.core.target.Targets;
import dev.ockham.runtime.graph.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Measured qualities of made up predictions. */
final class SampleQuality {

  private static final int EXAMPLES = 600;

  private SampleQuality() {}

  private static Features features(Targets targets) {
    return Features.of(Shape.of(1), new float[EXAMPLES], targets);
  }

  /** Classes of which pruning took all but the last for the one behind it, one time in three. */
  static MeasuredQuality ofClasses(int classes) {
    int[] labels = new int[EXAMPLES];
    List<String> names = new ArrayList<>();
    for (int k = 0; k < classes; k++) {
      names.add(k == 0 ? "cats & dogs" : "class " + k);
    }
    UncertainClasses dense = new UncertainClasses(EXAMPLES, classes);
    UncertainClasses pruned = new UncertainClasses(EXAMPLES, classes);
    for (int i = 0; i < EXAMPLES; i++) {
      labels[i] = i % classes;
      int wrong = i / classes % 3 == 0 ? Math.min(labels[i] + 1, classes - 1) : labels[i];
      dense.add(i, new double[][] {sure(labels[i], classes, i)});
      pruned.add(i, new double[][] {sure(wrong, classes, i)});
    }
    Features examples = features(ClassLabels.of(labels));
    ClassPredictions before = dense.beside(examples);
    ClassPredictions after = pruned.beside(examples);
    return new MeasuredQuality(
        "validation",
        QualityComparison.of(
                new Predicted.Classes(after, names, after.classification()),
                new Predicted.Classes(before, names, before.classification()))
            .toMap(),
        Map.of(
            "dense", ClassCertainty.of(dense, examples, null).toMap(),
            "pruned", ClassCertainty.of(pruned, examples, null).toMap()));
  }

  private static double[] sure(int label, int classes, int example) {
    double[] p = new double[classes];
    double own = 0.6 + 0.39 * (example % 7) / 7;
    Arrays.fill(p, (1 - own) / (classes - 1));
    p[label] = own;
    return p;
  }

  /** Two numbers, of which pruning doubled the error of the second. */
  static MeasuredQuality ofNumbers() {
    float[] targets = new float[2 * EXAMPLES];
    UncertainNumbers dense = new UncertainNumbers(EXAMPLES, 2);
    UncertainNumbers pruned = new UncertainNumbers(EXAMPLES, 2);
    for (int i = 0; i < EXAMPLES; i++) {
      double apart = Math.sin(17.0 * i);
      for (int k = 0; k < 2; k++) {
        targets[2 * i + k] = i;
        dense.add(i, k, new double[] {i + apart}, new double[] {0.5});
        pruned.add(i, k, new double[] {i + (k + 1) * apart}, new double[] {0.5});
      }
    }
    Features examples = features(Numbers.of(2, targets));
    List<String> names = List.of("price", "weight");
    NumberPredictions before = dense.beside(examples);
    NumberPredictions after = pruned.beside(examples);
    return new MeasuredQuality(
        "validation",
        QualityComparison.of(
                new Predicted.Numbers(after, names), new Predicted.Numbers(before, names))
            .toMap(),
        Map.of("pruned", NumberCertainty.of(pruned, names, examples, null).toMap()));
  }
}
