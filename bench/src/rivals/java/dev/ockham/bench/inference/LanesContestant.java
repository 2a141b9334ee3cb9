package dev.ockham.bench.inference;

import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.kernel.Finish;
import dev.ockham.runtime.kernel.Form;
import dev.ockham.runtime.kernel.FullyConnected;
import dev.ockham.runtime.kernel.Loops;
import dev.ockham.runtime.kernel.Scratch;
import dev.ockham.runtime.model.CsrMatrix;
import java.util.ArrayList;
import java.util.List;

/** Ockham's product alone: batches lie in lanes beforehand, and stay there. */
final class LanesContestant implements Contestant {

  private final FullyConnected layer;
  private final Scratch scratch;
  private final List<float[][][]> blocks = new ArrayList<>();
  private final float[][] outputs;
  private final int rows;
  private final int count;
  private final int lanes;

  /**
   * A product.
   *
   * @param weights {@code [outputs, inputs]}
   * @param batches each {@code [count, inputs]}
   */
  LanesContestant(CsrMatrix weights, List<float[]> batches, int count) {
    this.rows = weights.rows();
    this.count = count;
    lanes = count == 1 ? 1 : Scratch.MOST;
    scratch = new Scratch(lanes, Loops.FASTEST);
    layer =
        new FullyConnected(
            Shape.of(weights.cols()), weights, new float[rows], Finish.NONE, Form.BY_DENSITY);
    int pieces = Math.ceilDiv(count, lanes);
    outputs = new float[pieces][];
    for (int p = 0; p < pieces; p++) {
      outputs[p] = Scratch.value(rows, lanes);
    }
    for (float[] batch : batches) {
      float[][][] all = new float[pieces][][];
      for (int p = 0; p < pieces; p++) {
        all[p] = new float[][] {inLanes(batch, p * lanes, weights.cols())};
      }
      blocks.add(all);
    }
  }

  private float[] inLanes(float[] batch, int first, int columns) {
    float[] value = Scratch.value(columns, lanes);
    for (int i = first; i < Math.min(count, first + lanes); i++) {
      for (int f = 0; f < columns; f++) {
        value[f * lanes + i - first] = batch[i * columns + f];
      }
    }
    return value;
  }

  @Override
  public void predict(int batch) {
    float[][][] all = blocks.get(batch);
    scratch.begin();
    for (int p = 0; p < all.length; p++) {
      layer.run(all[p], outputs[p], scratch);
    }
    scratch.end();
  }

  @Override
  public float[] output() {
    float[] all = new float[count * rows];
    for (int i = 0; i < count; i++) {
      for (int r = 0; r < rows; r++) {
        all[i * rows + r] = outputs[i / lanes][r * lanes + i % lanes];
      }
    }
    return all;
  }

  @Override
  public void close() {}
}
