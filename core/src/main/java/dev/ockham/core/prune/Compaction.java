package dev.ockham.core.prune;

import dev.ockham.runtime.model.Bias;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.ModelLayer;
import dev.ockham.runtime.model.SparseModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Turns zeros into smaller layers: removes the units (outputs of dense layers, channels of
 * convolutions) that a sparse model does not need, without changing what it computes.
 *
 * <p>Two kinds of units go:
 *
 * <ul>
 *   <li>A unit without a non-zero incoming weight is a constant c: its bias, after whatever lies
 *       between it and the next layer with weights. Convolutions here have no padding, so c is the
 *       same at every position and survives pooling; it reaches output o of the next layer as
 *       {@code c · Σ W[o, j]} over the columns j that read the unit, and is added to that bias.
 *   <li>A unit without a non-zero outgoing weight has no effect.
 * </ul>
 *
 * <p>One pass forwards and one backwards reach the fixed point. Folding a constant clears columns
 * of the next layer only, so all constants are found front to back. Dropping an unused unit clears
 * its row, which can make units of the layer before it unused but never makes a constant; so all
 * unused units are found back to front.
 *
 * <p>Outputs of the last layer with weights and input pixels are never removed. The result equals
 * the original up to the rounding of the folded biases, which are summed in double.
 */
public final class Compaction {
  private Compaction() {}

  /**
   * The smallest model of the same function that leaving out units gives. Layers keep their names
   * and places; one that loses all its units has zero rows, and the next one zero columns.
   *
   * @param model the model; a weight counts as pruned if it is zero
   * @return a model with dense matrices, those still containing the zeros of surviving units
   * @throws IllegalArgumentException if a folded bias exceeds the range of float
   */
  public static SparseModel compact(SparseModel model) {
    List<Integer> positions = positions(model);
    List<Work> chain = reduced(model, positions);
    List<ModelLayer> layers = new ArrayList<>(model.layers());
    for (int k = 0; k < chain.size(); k++) {
      Work layer = chain.get(k);
      BitSet columns = k == 0 ? range(layer.cols) : layer.columnsReading(chain.get(k - 1));
      layers.set(positions.get(k), layer.shrunk(columns));
      int end = k + 1 < chain.size() ? positions.get(k + 1) : layers.size();
      for (int i = positions.get(k) + 1; i < end; i++) {
        layers.set(i, ofAlive(layers.get(i), layer));
      }
    }
    return new SparseModel(model.architecture(), model.input(), model.classes(), layers);
  }

  /**
   * What compaction leaves of a layer with weights.
   *
   * @param outputs the units that stay, by their numbers in the layer
   * @param bias one per unit of the layer, with the constants that were folded into it
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  public record Remains(BitSet outputs, float[] bias) {}

  /**
   * What {@link #compact} leaves of each layer with weights, in order.
   *
   * @throws IllegalArgumentException if a folded bias exceeds the range of float
   */
  public static List<Remains> remains(SparseModel model) {
    return reduced(model, positions(model)).stream()
        .map(layer -> new Remains(layer.alive, layer.floatBias()))
        .toList();
  }

  private static List<Integer> positions(SparseModel model) {
    return IntStream.range(0, model.layers().size())
        .filter(i -> model.layers().get(i) instanceof ModelLayer.Linear)
        .boxed()
        .toList();
  }

  /** The layers with weights, with constants folded and dead units marked. */
  private static List<Work> reduced(SparseModel model, List<Integer> positions) {
    List<Work> chain =
        positions.stream().map(i -> new Work((ModelLayer.Linear) model.layers().get(i))).toList();
    for (int k = 0; k + 1 < chain.size(); k++) {
      List<ModelLayer> between = model.layers().subList(positions.get(k) + 1, positions.get(k + 1));
      foldConstants(chain.get(k), between, chain.get(k + 1));
    }
    for (int k = chain.size() - 2; k >= 0; k--) {
      dropUnused(chain.get(k), chain.get(k + 1));
    }
    return chain;
  }

  private static BitSet range(int length) {
    BitSet all = new BitSet(length);
    all.set(0, length);
    return all;
  }

  private static void foldConstants(Work from, List<ModelLayer> between, Work to) {
    for (int unit = 0; unit < from.rows; unit++) {
      if (from.readsNothing(unit)) {
        to.absorb(unit, from.rows, constantAfter(between, from.bias[unit], unit, from.rows));
        from.alive.clear(unit);
      }
    }
  }

  private static void dropUnused(Work from, Work to) {
    for (int unit = 0; unit < from.rows; unit++) {
      if (from.alive.get(unit) && to.ignores(unit, from.rows)) {
        from.clearRow(unit);
        from.alive.clear(unit);
      }
    }
  }

  /**
   * What a unit that is {@code value} everywhere has become after the given layers: one number, or
   * after operations on flattened features one for each position.
   */
  private static float[] constantAfter(
      List<ModelLayer> between, double value, int unit, int units) {
    float[] constant = {(float) value};
    for (ModelLayer layer : between) {
      constant =
          switch (layer) {
            case ModelLayer.InputScaling(float mean, float scale) ->
                each(constant, 1, (_, x) -> (x - mean) * scale);
            case ModelLayer.Relu() -> each(constant, 1, (_, x) -> Math.max(0f, x));
            case ModelLayer.DependentGate gate -> {
              int run = gate.units() / units;
              yield each(constant, run, (i, x) -> x * gate.of(unit * run + i, x));
            }
            case ModelLayer.Affine affine -> {
              int run = affine.units() / units;
              yield each(
                  constant,
                  run,
                  (i, x) ->
                      x * affine.scale().get(unit * run + i) + affine.shift().get(unit * run + i));
            }
            case ModelLayer.MaxPool2d _, ModelLayer.Flatten _ -> constant;
            case ModelLayer.FeatureScaling _, ModelLayer.Dense _, ModelLayer.Conv2d _ ->
                throw new AssertionError("between two neighbouring layers with weights: " + layer);
          };
    }
    return constant;
  }

  /** A function of a position within a unit and of the value there. */
  @FunctionalInterface
  private interface AtPosition {
    float of(int position, float value);
  }

  private static float[] each(float[] constant, int run, AtPosition function) {
    float[] result = new float[Math.max(run, constant.length)];
    for (int i = 0; i < result.length; i++) {
      result[i] = function.of(i, constant[constant.length == 1 ? 0 : i]);
    }
    return result;
  }

  /** A layer without weights, of the units alone that are left of the layer before it. */
  private static ModelLayer ofAlive(ModelLayer layer, Work before) {
    return switch (layer) {
      case ModelLayer.DependentGate gate -> gate.of(before.aliveOf(gate.units()));
      case ModelLayer.Affine affine -> affine.of(before.aliveOf(affine.units()));
      case ModelLayer.Scaling _,
          ModelLayer.Linear _,
          ModelLayer.MaxPool2d _,
          ModelLayer.Relu _,
          ModelLayer.Flatten _ ->
          layer;
    };
  }

  /**
   * A layer with weights while it is being changed. Its columns fall into equal runs, one for each
   * unit of the layer before: a kernel's area, or after flattening the height × width of a channel.
   */
  private static final class Work {
    private final ModelLayer.Linear layer;
    private final int rows;
    private final int cols;
    private final float[] weights;
    private final double[] bias;
    private final BitSet alive;

    Work(ModelLayer.Linear layer) {
      this.layer = layer;
      rows = layer.weights().rows();
      cols = layer.weights().cols();
      weights = layer.weights().toDense();
      bias = new double[rows];
      for (int row = 0; row < rows; row++) {
        bias[row] = layer.bias().get(row);
      }
      alive = range(rows);
    }

    boolean readsNothing(int unit) {
      return isZero(unit * cols, (unit + 1) * cols);
    }

    boolean ignores(int unit, int units) {
      int run = cols / units;
      for (int row = 0; row < rows; row++) {
        int start = row * cols + unit * run;
        if (!isZero(start, start + run)) {
          return false;
        }
      }
      return true;
    }

    /** Adds to the bias what a constant input contributes, and stops reading that input. */
    void absorb(int unit, int units, float[] constant) {
      int run = cols / units;
      int perValue = run / constant.length;
      for (int row = 0; row < rows; row++) {
        int start = row * cols + unit * run;
        for (int value = 0; value < constant.length; value++) {
          double sum = 0;
          for (int i = start + value * perValue; i < start + (value + 1) * perValue; i++) {
            sum += weights[i];
            weights[i] = 0;
          }
          bias[row] += constant[value] * sum;
        }
      }
    }

    /** Of operations with a run of numbers for each unit of this layer: those of units alive. */
    int[] aliveOf(int numbers) {
      int run = rows == 0 ? 0 : numbers / rows;
      return alive.stream()
          .flatMap(unit -> IntStream.range(unit * run, (unit + 1) * run))
          .toArray();
    }

    void clearRow(int unit) {
      Arrays.fill(weights, unit * cols, (unit + 1) * cols, 0f);
    }

    /** The columns that read surviving units of the layer before. */
    BitSet columnsReading(Work before) {
      BitSet columns = new BitSet(cols);
      for (int i = before.alive.nextSetBit(0); i >= 0; i = before.alive.nextSetBit(i + 1)) {
        int run = cols / before.rows;
        columns.set(i * run, (i + 1) * run);
      }
      return columns;
    }

    float[] floatBias() {
      float[] all = new float[rows];
      for (int row = 0; row < rows; row++) {
        all[row] = (float) bias[row];
      }
      return Bias.of(all).toArray();
    }

    /** The layer without its dead rows and with the given columns only. */
    ModelLayer.Linear shrunk(BitSet columns) {
      float[] keptWeights = new float[alive.cardinality() * columns.cardinality()];
      float[] keptBias = new float[alive.cardinality()];
      int unit = 0;
      int at = 0;
      for (int row = alive.nextSetBit(0); row >= 0; row = alive.nextSetBit(row + 1)) {
        keptBias[unit++] = (float) bias[row];
        for (int col = columns.nextSetBit(0); col >= 0; col = columns.nextSetBit(col + 1)) {
          keptWeights[at++] = weights[row * cols + col];
        }
      }
      return layer.with(
          DenseMatrix.of(keptBias.length, columns.cardinality(), keptWeights), Bias.of(keptBias));
    }

    private boolean isZero(int from, int to) {
      for (int i = from; i < to; i++) {
        if (weights[i] != 0) {
          return false;
        }
      }
      return true;
    }
  }
}
