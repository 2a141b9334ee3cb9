package dev.ockham.core.quality;

import dev.ockham.core.metrics.ClassPredictions;
import dev.ockham.core.metrics.ClassPredictions.ClassChange;
import dev.ockham.core.metrics.Classification;
import dev.ockham.core.metrics.ConfusionMatrix.ClassQuality;
import dev.ockham.core.metrics.LabelPredictions;
import dev.ockham.core.metrics.NumberPredictions;
import dev.ockham.core.metrics.PairedBootstrap.Interval;
import dev.ockham.core.quality.QualityReport.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes {@link QualityReport}s of predictions. */
public final class QualityComparison {

  /** Seed of the bootstrap; any other would do as well. */
  private static final long SEED = 1;

  /** Most numbers that are ranked class by class. */
  private static final long MOST_RANKED = 20_000_000;

  private QualityComparison() {}

  /**
   * Compares a network after pruning with the one before.
   *
   * @param after the predictions
   * @param before those of another network for the same examples; null for none
   * @throws IllegalArgumentException if the two are of other examples or kinds
   */
  public static QualityReport of(Predicted after, @Nullable Predicted before) {
    return switch (after) {
      case Predicted.Classes classes ->
          classes(classes, before == null ? null : (Predicted.Classes) same(after, before));
      case Predicted.Labels labels ->
          labels(labels, before == null ? null : ((Predicted.Labels) same(after, before)).values());
      case Predicted.Numbers numbers ->
          numbers(
              numbers, before == null ? null : ((Predicted.Numbers) same(after, before)).values());
    };
  }

  private static Predicted same(Predicted after, Predicted before) {
    if (before.getClass() != after.getClass()) {
      throw new IllegalArgumentException("the two networks do not predict the same kind of target");
    }
    return before;
  }

  private static QualityReport classes(
      Predicted.Classes after, Predicted.@Nullable Classes before) {
    ClassPredictions now = after.values();
    List<ClassChange> changes = before == null ? List.of() : now.since(before.values(), SEED);
    List<Row> rows = new ArrayList<>();
    for (int k = 0; k < now.classes(); k++) {
      Interval interval = before == null ? null : changes.get(k).interval();
      Double harm = before == null ? null : changes.get(k).f1Loss();
      rows.add(
          new Row(
              after.names().get(k),
              before == null ? Map.of() : ofClass(before.values(), k),
              ofClass(now, k),
              harm,
              interval));
    }
    return new QualityReport(
        "classes",
        now.count(),
        "f1",
        before == null ? Map.of() : overall(before),
        overall(after),
        rows,
        now.confusion().counts());
  }

  private static Map<String, Double> overall(Predicted.Classes predicted) {
    Map<String, Double> all = new LinkedHashMap<>();
    ClassPredictions values = predicted.values();
    Classification quality = predicted.summary();
    all.put("error_percent", quality.errorPercent());
    all.put("balanced_accuracy", values.confusion().balancedAccuracy());
    all.put("macro_f1", values.confusion().macroF1());
    all.put("auroc", ranks(values) ? values.macroAuroc() : Double.NaN);
    all.put("nll", quality.nll());
    all.put("brier", values.brier());
    all.put("ece", quality.ece());
    return all;
  }

  private static boolean ranks(ClassPredictions values) {
    return (long) values.count() * values.classes() <= MOST_RANKED;
  }

  private static Map<String, Double> ofClass(ClassPredictions values, int label) {
    Map<String, Double> all = of(values.confusion().of(label));
    if (ranks(values)) {
      all.put("auroc", values.auroc(label));
      all.put("average_precision", values.averagePrecision(label));
    }
    return all;
  }

  private static Map<String, Double> of(ClassQuality quality) {
    Map<String, Double> all = new LinkedHashMap<>();
    all.put("examples", (double) quality.examples());
    all.put("precision", quality.precision());
    all.put("recall", quality.recall());
    all.put("f1", quality.f1());
    return all;
  }

  private static QualityReport labels(Predicted.Labels after, @Nullable LabelPredictions before) {
    LabelPredictions now = after.values();
    List<Interval> intervals = before == null ? List.of() : now.f1Losses(before, SEED);
    List<Row> rows = new ArrayList<>();
    for (int k = 0; k < now.labels(); k++) {
      Double harm = null;
      Map<String, Double> then = Map.of();
      if (before != null) {
        harm = before.of(k).told().f1() - now.of(k).told().f1();
        then = ofLabel(before, k);
      }
      rows.add(
          new Row(
              after.names().get(k),
              then,
              ofLabel(now, k),
              harm,
              before == null ? null : intervals.get(k)));
    }
    return new QualityReport(
        "labels",
        now.count(),
        "f1",
        before == null ? Map.of() : overall(before),
        overall(now),
        rows,
        List.of());
  }

  private static Map<String, Double> overall(LabelPredictions values) {
    Map<String, Double> all = new LinkedHashMap<>();
    all.put("label_error_percent", values.errorPercent());
    all.put("exact", values.exact());
    all.put("nll", values.nll());
    return all;
  }

  private static Map<String, Double> ofLabel(LabelPredictions values, int label) {
    LabelPredictions.Quality quality = values.of(label);
    Map<String, Double> all = of(quality.told());
    all.put("auroc", quality.auroc());
    all.put("average_precision", quality.averagePrecision());
    return all;
  }

  private static QualityReport numbers(
      Predicted.Numbers after, @Nullable NumberPredictions before) {
    NumberPredictions now = after.values();
    List<Interval> intervals = before == null ? List.of() : now.rmseIncrease(before, SEED);
    List<Row> rows = new ArrayList<>();
    for (int k = 0; k < now.outputs(); k++) {
      Double harm = null;
      Map<String, Double> then = Map.of();
      if (before != null) {
        harm = now.of(k).rmse() - before.of(k).rmse();
        then = of(before.of(k));
      }
      rows.add(
          new Row(
              after.names().get(k),
              then,
              of(now.of(k)),
              harm,
              before == null ? null : intervals.get(k)));
    }
    return new QualityReport(
        "numbers",
        now.count(),
        "rmse",
        before == null ? Map.of() : overall(before),
        overall(now),
        rows,
        List.of());
  }

  private static Map<String, Double> overall(NumberPredictions values) {
    Map<String, Double> all = new LinkedHashMap<>();
    if (values.of(0).nll() != null) {
      all.put("nll", values.nll());
    }
    return all;
  }

  private static Map<String, Double> of(NumberPredictions.Quality quality) {
    Map<String, Double> all = new LinkedHashMap<>();
    all.put("rmse", quality.rmse());
    all.put("mae", quality.mae());
    all.put("r2", quality.r2());
    Double nll = quality.nll();
    if (nll != null) {
      all.put("nll", nll);
    }
    quality
        .coverage()
        .forEach((level, share) -> all.put("coverage_" + Math.round(100 * level), share));
    return all;
  }
}
