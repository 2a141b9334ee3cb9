package dev.ockham.core.evaluate;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.LayerSpec;
import dev.ockham.core.gate.GatedUnits;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.ModelLayer;
import dev.ockham.runtime.model.Shape;
import dev.ockham.runtime.model.SparseModel;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * What a model costs to run on one example, and how many units it is made of. Biases are not
 * counted.
 *
 * @param units per layer with weights, as the papers count them (245-160-55): inputs of a dense
 *     layer that a weight reads, output channels of a convolution that have a weight
 * @param denseMultiplyAdds multiply-adds if a dense layer multiplies all outputs that the model has
 *     with those inputs, and a convolution all its channels; this is what hardware saves without
 *     knowing of zeros
 * @param sparseMultiplyAdds multiply-adds of weights that are not 0 alone
 */
public record ModelWork(List<Integer> units, long denseMultiplyAdds, long sparseMultiplyAdds) {

  /** Copies the list. */
  public ModelWork {
    units = List.copyOf(units);
  }

  /**
   * Of a model, best one without units that do not matter any more ({@link
   * dev.ockham.core.prune.Compaction}).
   */
  public static ModelWork of(SparseModel model) {
    List<Integer> units = new ArrayList<>();
    long dense = 0;
    long sparse = 0;
    Shape shape = model.input();
    for (ModelLayer layer : model.layers()) {
      Shape out = layer.outputShape(shape);
      if (layer instanceof ModelLayer.Linear linear) {
        Matrix weights = linear.weights();
        long positions = (long) out.height() * out.width();
        switch (linear) {
          case ModelLayer.Dense _ -> {
            int read = used(weights, true);
            units.add(read);
            dense += (long) read * weights.rows();
          }
          case ModelLayer.Conv2d _ -> {
            units.add(used(weights, false));
            dense += positions * weights.rows() * weights.cols();
          }
        }
        sparse += positions * weights.nonZeros();
      }
      shape = out;
    }
    return new ModelWork(units, dense, sparse);
  }

  /** Of an architecture before anything is pruned. */
  public static ModelWork of(Architecture architecture) {
    List<Integer> units = new ArrayList<>();
    long work = 0;
    Shape shape = architecture.input();
    for (LayerSpec layer : architecture.layers()) {
      shape = layer.output(shape);
      if (layer instanceof LayerSpec.Linear linear) {
        units.add(GatedUnits.count(linear));
        work += linear.weights() * shape.height() * shape.width();
      }
    }
    return new ModelWork(units, work, work);
  }

  /** All units together. */
  public long unitCount() {
    return units.stream().mapToLong(Integer::longValue).sum();
  }

  /** Units behind the first layer: those that learn something, not pixels. */
  public long hiddenUnits() {
    return unitCount() - units.getFirst();
  }

  private static int used(Matrix weights, boolean columns) {
    float[] values = weights.toDense();
    BitSet used = new BitSet();
    for (int i = 0; i < values.length; i++) {
      if (values[i] != 0) {
        used.set(columns ? i % weights.cols() : i / weights.cols());
      }
    }
    return used.cardinality();
  }
}
