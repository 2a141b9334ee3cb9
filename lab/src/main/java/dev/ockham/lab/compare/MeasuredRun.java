package dev.ockham.lab.compare;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Examples;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.run.TrainedRun;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What one run gives at its own threshold and at others. The others are looked at with validation
 * images alone; one of them is chosen, and it and the run's own are measured once on test images.
 *
 * @param seed of the run
 * @param curve validation images: pruned to each of {@link #SPARSITIES}, where the run has not
 *     pruned more by itself; the first entry is the run's own threshold
 * @param chosen place in the curve of the smallest network that is accurate enough
 * @param ownTest the network at its own threshold, on test images
 * @param chosenTest the chosen network, on test images
 */
public record MeasuredRun(
    long seed, List<PrunedPoint> curve, int chosen, PrunedPoint ownTest, PrunedPoint chosenTest) {

  /** Fractions of all weights to go. */
  public static final List<Double> SPARSITIES =
      List.of(0.5, 0.7, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995);

  /** Copies the list. */
  public MeasuredRun {
    curve = List.copyOf(curve);
  }

  /**
   * Measures a run of the dense twin, which has its own form only.
   *
   * @param threads cores to use; the result does not depend on it
   */
  public static MeasuredRun dense(TrainedRun run, Dataset data, int threads) throws RunException {
    PrunedPoint own = own(run.snapshot(), run.validation(data), threads);
    PrunedPoint test = own(run.snapshot(), data.test(), threads);
    return new MeasuredRun(run.record().spec().training().seed(), List.of(own), 0, test, test);
  }

  /**
   * Measures a run of a method that prunes.
   *
   * @param enough largest validation error, in percent, that a chosen network may have; where none
   *     is that good, the most accurate one is chosen
   * @param threads cores to use; the result does not depend on it
   */
  public static MeasuredRun of(TrainedRun run, Dataset data, double enough, int threads)
      throws RunException {
    Snapshot snapshot = run.snapshot();
    Examples validation = run.validation(data);
    List<PrunedPoint> curve = new ArrayList<>(List.of(own(snapshot, validation, threads)));
    List<List<Mask>> kept = new ArrayList<>(List.of(snapshot.masksAt(snapshot.threshold())));
    long previous = Long.MAX_VALUE;
    for (double sparsity : SPARSITIES) {
      Mask.Selection selection = snapshot.masksTo(sparsity);
      List<Mask> masks = masks(snapshot, selection);
      long left = masks.stream().mapToLong(Mask::kept).sum();
      // A threshold of +∞ means that as many weights are 0 already.
      if (left < previous && left > 0 && selection.threshold() < Float.POSITIVE_INFINITY) {
        curve.add(
            PrunedPoint.of(
                snapshot,
                OptionalDouble.of(sparsity),
                masks,
                selection.threshold(),
                validation,
                threads));
        kept.add(masks);
        previous = left;
      }
    }
    int chosen = choose(curve, enough);
    PrunedPoint ownTest = own(snapshot, data.test(), threads);
    PrunedPoint point = curve.get(chosen);
    PrunedPoint chosenTest =
        chosen == 0
            ? ownTest
            : PrunedPoint.of(
                snapshot,
                point.sparsity(),
                kept.get(chosen),
                point.threshold(),
                data.test(),
                threads);
    return new MeasuredRun(
        run.record().spec().training().seed(), curve, chosen, ownTest, chosenTest);
  }

  private static PrunedPoint own(Snapshot snapshot, Examples images, int threads) {
    double threshold = snapshot.threshold();
    return PrunedPoint.of(
        snapshot, OptionalDouble.empty(), snapshot.masksAt(threshold), threshold, images, threads);
  }

  /** Weights of one unit share a score, and must go together. */
  private static List<Mask> masks(Snapshot snapshot, Mask.Selection selection) {
    return snapshot.method().structured()
        ? snapshot.masksAt(selection.threshold())
        : selection.masks();
  }

  /** The fewest weights among those accurate enough; else the lowest error. */
  static int choose(List<PrunedPoint> curve, double enough) {
    boolean any = curve.stream().anyMatch(point -> point.errorPercent() <= enough);
    int best = -1;
    for (int i = 0; i < curve.size(); i++) {
      PrunedPoint point = curve.get(i);
      if (any && point.errorPercent() > enough) {
        continue;
      }
      boolean better =
          best < 0
              || (any
                  ? point.weights() < curve.get(best).weights()
                  : point.errorPercent() < curve.get(best).errorPercent());
      best = better ? i : best;
    }
    return best;
  }

  /** The chosen network, on validation images. */
  public PrunedPoint chosenPoint() {
    return curve.get(chosen);
  }

  /** What is left at a sparsity that was asked for, if the run was not smaller by itself. */
  Optional<PrunedPoint> at(double sparsity) {
    return curve.stream()
        .filter(point -> point.sparsity().equals(OptionalDouble.of(sparsity)))
        .findFirst();
  }

  /** For {@code result.json}. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("seed", seed);
    json.put("own_test", ownTest.json());
    json.put("chosen_test", chosenTest.json());
    json.put("chosen", chosen);
    json.put("validation", curve.stream().map(PrunedPoint::json).toList());
    return json;
  }
}
