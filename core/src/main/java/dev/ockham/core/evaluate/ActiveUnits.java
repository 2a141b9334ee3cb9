package dev.ockham.core.evaluate;

import dev.ockham.core.data.Examples;
import dev.ockham.runtime.model.Inference;
import dev.ockham.runtime.model.ModelLayer;
import dev.ockham.runtime.model.Shape;
import dev.ockham.runtime.model.SparseModel;
import java.util.ArrayList;
import java.util.List;

/**
 * How many units a gate that looks at the example lets through.
 *
 * @param gate its name
 * @param units how many it stands at
 * @param stored how many of them are open for some input; the others are shut for good
 * @param meanActive how many are open for an example, in the mean over the examples; what the
 *     authors of dependent Beta-Bernoulli dropout count as neurons left (arXiv:1805.10896, table 1)
 */
public record ActiveUnits(String gate, int units, int stored, double meanActive) {

  private static final int CHUNK = 500;

  /**
   * Counts for every such gate of a model, in order.
   *
   * @param examples raw values; labels do not matter; at least one
   * @param threads cores to use; the result does not depend on it
   * @throws IllegalArgumentException if there are no examples, or they are not of the model's size
   */
  public static List<ActiveUnits> of(SparseModel model, Examples examples, int threads) {
    if (examples.count() == 0 || examples.shape().size() != model.input().size()) {
      throw new IllegalArgumentException(
          "units are counted on examples of %s, not on %s of %s"
              .formatted(model.input(), examples.count(), examples.shape()));
    }
    List<ActiveUnits> counts = new ArrayList<>();
    Shape shape = model.input();
    for (int i = 0; i < model.layers().size(); i++) {
      ModelLayer layer = model.layers().get(i);
      if (layer instanceof ModelLayer.DependentGate gate) {
        counts.add(
            gate.units() == 0
                ? new ActiveUnits(gate.name(), 0, 0, 0)
                : count(gate, before(model, i, shape), shape, examples, threads));
      }
      shape = layer.outputShape(shape);
    }
    return counts;
  }

  private static Inference before(SparseModel model, int layer, Shape shape) {
    List<ModelLayer> prefix = new ArrayList<>(model.layers().subList(0, layer));
    if (!shape.isFlat()) {
      prefix.add(new ModelLayer.Flatten());
    }
    return new Inference(new SparseModel("prefix", model.input(), shape.size(), prefix));
  }

  private static ActiveUnits count(
      ModelLayer.DependentGate gate,
      Inference before,
      Shape shape,
      Examples examples,
      int threads) {
    int positions = shape.height() * shape.width();
    long active = 0;
    for (int from = 0; from < examples.count(); from += CHUNK) {
      int count = Math.min(CHUNK, examples.count() - from);
      float[] values = before.logits(examples.values(from, from + count), count, threads);
      for (int at = 0; at < values.length; at += positions) {
        float sum = 0;
        for (int k = at; k < at + positions; k++) {
          sum += values[k];
        }
        active += gate.of(at / positions % gate.units(), sum / positions) > 0 ? 1 : 0;
      }
    }
    int stored = 0;
    for (int unit = 0; unit < gate.units(); unit++) {
      stored += gate.factor().get(unit) > gate.cut() ? 1 : 0;
    }
    return new ActiveUnits(gate.name(), gate.units(), stored, (double) active / examples.count());
  }
}
