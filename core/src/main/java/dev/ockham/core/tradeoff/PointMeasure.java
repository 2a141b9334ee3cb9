package dev.ockham.core.tradeoff;

import dev.ockham.core.bits.BitSearch;
import dev.ockham.core.bits.Bits;
import dev.ockham.core.bits.Quantized;
import dev.ockham.core.data.Examples;
import dev.ockham.core.evaluate.ActiveUnits;
import dev.ockham.core.evaluate.ModelWork;
import dev.ockham.core.goal.Measure;
import dev.ockham.core.goal.Measure.Kind;
import dev.ockham.core.goal.Measured;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.quality.Predicted;
import dev.ockham.core.quality.QualityComparison;
import dev.ockham.core.quality.QualityReport;
import dev.ockham.core.run.Judge;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.runtime.graph.DependentGate;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Measures networks of one run on one set of examples.
 *
 * @param run whose weights
 * @param judge what outputs are compared with
 * @param names of classes, labels or numbers; none where they are not known
 * @param split name of the examples
 * @param examples to predict, at least one
 * @param bits of each weight in the file
 * @param threads cores to use; no result depends on it
 */
public record PointMeasure(
    TrainedRun run,
    Judge judge,
    List<String> names,
    String split,
    Examples examples,
    Bits bits,
    int threads) {

  /** What others say as well: a recall for each class would make a curve's file long. */
  private static final Set<Kind> LEFT_OUT =
      EnumSet.of(Kind.RECALL, Kind.ACCURACY, Kind.COMPRESSION);

  /**
   * Checks that there is something to measure.
   *
   * @throws RunException if there are no examples, or nothing that predictions are compared with
   */
  public static PointMeasure of(
      TrainedRun run, List<String> names, String split, Examples examples, Bits bits, int threads)
      throws IOException {
    if (examples.count() == 0) {
      throw new RunException("%s has no %s examples".formatted(run.folder().root(), split));
    }
    Judge judge = Judge.of(run.folder(), run.record());
    if (judge instanceof Judge.Teacher && !examples.labelled()) {
      throw new RunException(
          "%s learns the outputs of a teacher; without classes there is no error to measure"
              .formatted(run.folder().root()));
    }
    return new PointMeasure(run, judge, names, split, examples, bits, threads);
  }

  /** The run's weights. */
  Snapshot snapshot() {
    return run.snapshot();
  }

  /** A network with its file, as it would be shipped. */
  record Shipped(Model model, long bytes) {}

  Shipped shipped(List<Mask> masks, double threshold) {
    Model model = snapshot().pruned(masks);
    Quantized rounded =
        switch (bits) {
          case Bits.Float32() -> Quantized.exact(model);
          case Bits.Float16() -> Quantized.ofHalves(model);
          case Bits.Whole(int each) -> Quantized.ofBits(model, each);
          case Bits.Auto() ->
              BitSearch.search(
                      model,
                      snapshot().relativeDeviations(),
                      each -> judge.score(each, examples, threads, _ -> {}))
                  .chosen();
        };
    // By its shortest text, as 'prune' writes it.
    double said = Double.parseDouble(Float.toString((float) threshold));
    return new Shipped(
        rounded.model(),
        run.record().modelFile(rounded.model(), said).compactSize(rounded.steps()));
  }

  Predicted predicted(Model model) {
    return Predicted.of(model, judge, names, examples, threads, _ -> {});
  }

  /** What all mean weights predict. */
  Predicted dense() {
    return predicted(
        snapshot()
            .masked(snapshot().layers().stream().map(l -> Mask.all(l.theta().length)).toList()));
  }

  /**
   * Measures one network.
   *
   * @param before what it is compared with, class by class; null for nothing
   */
  CurvePoint point(
      OptionalDouble sparsity, List<Mask> masks, double threshold, @Nullable Predicted before) {
    Shipped shipped = shipped(masks, threshold);
    Model model = shipped.model();
    Predicted predicted = predicted(model);
    long original = snapshot().architecture().weights();
    Measured measured = Measured.of(original, model, shipped.bytes(), predicted);
    Map<Measure, Double> values = new LinkedHashMap<>(measured.values());
    values.keySet().removeIf(m -> LEFT_OUT.contains(m.kind()));
    List<String> hurt =
        before == null
            ? List.of()
            : QualityComparison.of(predicted, before).hurtMost().stream()
                .map(QualityReport.Row::name)
                .toList();
    ModelWork work = ModelWork.of(model);
    return new CurvePoint(
        sparsity, threshold, values, hurt, work.units(), work.sparseMultiplyAdds(), active(model));
  }

  /**
   * Measures a network of a curve again, on these examples.
   *
   * @throws RunException if the run's method gives no scores
   */
  public CurvePoint again(CurvePoint point) throws RunException {
    return point(point.sparsity(), point.masks(snapshot()), point.threshold(), null);
  }

  private OptionalDouble active(Model model) {
    boolean gated =
        model.graph().nodes().stream().anyMatch(node -> node.operator() instanceof DependentGate);
    return gated
        ? OptionalDouble.of(
            ActiveUnits.of(model, examples).stream().mapToDouble(ActiveUnits::meanActive).sum())
        : OptionalDouble.empty();
  }
}
