package dev.ockham.train.compress;

import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.evaluate.ModelWork;
import dev.ockham.core.gate.GatedUnits;
import dev.ockham.core.prune.Compaction;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.Snapshot;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The units of a network in the order in which they go, by the posterior of their gates. A gate
 * whose noise is as large as its factor tells nothing: near the posterior, closing it costs about ½
 * · SNR² nats. Those come first that cost least for what they save in multiply-adds; units that
 * save none alone, such as channels that a sum holds in place, stay.
 */
final class UnitRanking {

  /**
   * A unit.
   *
   * @param layer number of its tensor
   * @param unit of that
   * @param rank what goes first has the highest
   */
  private record Unit(int layer, int unit, double rank) {}

  private final Snapshot snapshot;

  /** With batch norms folded in once, since a look at a size needs no new statistics. */
  private final Model whole;

  private final List<Unit> order = new ArrayList<>();

  private UnitRanking(Snapshot snapshot) {
    this.snapshot = snapshot;
    this.whole =
        snapshot.masked(
            snapshot.layers().stream().map(layer -> Mask.all(layer.theta().length)).toList());
  }

  /**
   * Ranks the units of a run whose method has gates.
   *
   * @param limits layers that are spared, wholly or in part
   */
  static UnitRanking of(Snapshot snapshot, Limits limits) {
    UnitRanking ranking = new UnitRanking(snapshot);
    List<WeightTensor> tensors = snapshot.layers().stream().map(Snapshot.Layer::weights).toList();
    List<Long> least = limits.least(tensors);
    long whole = work(ranking.whole);
    for (int layer = 0; layer < tensors.size(); layer++) {
      float[] scores = snapshot.layers().get(layer).logAlpha();
      if (scores == null || tensors.get(layer).gatePlace() == WeightTensor.GatePlace.NONE) {
        continue;
      }
      ranking.add(layer, scores, whole, least.get(layer));
    }
    ranking.order.sort(
        Comparator.comparingDouble(Unit::rank)
            .reversed()
            .thenComparingInt(Unit::layer)
            .thenComparingInt(Unit::unit));
    return ranking;
  }

  private void add(int layer, float[] scores, long all, long least) {
    WeightTensor tensor = snapshot.layers().get(layer).weights();
    int units = GatedUnits.count(tensor);
    int each = GatedUnits.weightsPerUnit(tensor);
    int half = units / 2;
    if (half == 0) {
      return;
    }
    // Every other one: of features that belong together, such as a channel's, none goes alone.
    BitSet others = new BitSet();
    IntStream.range(0, half).forEach(k -> others.set(2 * k));
    List<BitSet> gone = nothing();
    gone.set(layer, others);
    double saved = (all - work(narrowed(gone))) / (double) half;
    if (saved <= 0) {
      return;
    }
    boolean outputs = GatedUnits.onOutputs(tensor);
    List<Unit> its =
        IntStream.range(0, units)
            .mapToObj(unit -> {
              double score = scores[outputs ? unit * tensor.fanIn() : unit];
              return new Unit(layer, unit, 2 * score + Math.log(saved));
            })
            .sorted(Comparator.comparingDouble(Unit::rank).reversed())
            .toList();
    long stays = Math.max(1, Math.ceilDiv(least, each));
    order.addAll(its.subList(0, (int) Math.max(0, units - stays)));
  }

  private static long work(Model model) {
    return ModelWork.of(Compaction.compact(model)).denseMultiplyAdds();
  }

  /** How many units may go. */
  int count() {
    return order.size();
  }

  /** The network without the first units of the order; its shapes are the original ones. */
  Model without(int units) {
    return snapshot.masked(masks(first(units)));
  }

  /** As {@link #without}, for its size alone: batch norms keep the statistics of all units. */
  Model sized(int units) {
    return narrowed(first(units));
  }

  private List<BitSet> first(int units) {
    List<BitSet> gone = nothing();
    for (Unit unit : order.subList(0, units)) {
      gone.get(unit.layer()).set(unit.unit());
    }
    return gone;
  }

  private List<BitSet> nothing() {
    List<BitSet> gone = new ArrayList<>();
    snapshot.layers().forEach(_ -> gone.add(new BitSet()));
    return gone;
  }

  private Model narrowed(List<BitSet> gone) {
    Map<String, Matrix> numbers = new LinkedHashMap<>(whole.values());
    List<Mask> masks = masks(gone);
    for (int layer = 0; layer < masks.size(); layer++) {
      String name = snapshot.layers().get(layer).weights().parameter().name();
      Matrix matrix = whole.value(name);
      float[] kept = masks.get(layer).apply(matrix.toDense());
      numbers.put(name, DenseMatrix.owning(matrix.rows(), matrix.cols(), kept));
    }
    return new Model(whole.architecture(), whole.graph(), numbers);
  }

  private List<Mask> masks(List<BitSet> gone) {
    List<Mask> masks = new ArrayList<>();
    for (int layer = 0; layer < gone.size(); layer++) {
      WeightTensor tensor = snapshot.layers().get(layer).weights();
      BitSet its = gone.get(layer);
      int fanIn = tensor.fanIn();
      boolean outputs = GatedUnits.onOutputs(tensor);
      int length = snapshot.layers().get(layer).theta().length;
      masks.add(Mask.all(length).where(i -> !its.get(outputs ? i / fanIn : i % fanIn)));
    }
    return masks;
  }
}
