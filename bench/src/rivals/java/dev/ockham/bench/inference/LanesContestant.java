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

  /** Lanes of a block, the fewest that its examples fit in. */
  private final List<Scratch> scratches = new ArrayList<>();

  private final List<float[][][]> blocks = new ArrayList<>();
  private final float[][] outputs;
  private final int rows;
  private final int count;

  /**
   * A product.
   *
   * @param weights {@code [outputs, inputs]}
   * @param batches each {@code [count, inputs]}
   */
  LanesContestant(CsrMatrix weights, List<float[]> batches, int count) {
    this.rows = weights.rows();
    this.count = count;
    for (int first = 0; first < count; first += Scratch.MOST) {
      int used = Math.min(count - first, Scratch.MOST);
      int lanes = count == 1 ? 1 : Math.ceilDiv(used, Scratch.WIDTH) * Scratch.WIDTH;
      scratches.add(new Scratch(lanes, Loops.FASTEST));
    }
    layer =
        new FullyConnected(
            Shape.of(weights.cols()), weights, new float[rows], Finish.NONE, Form.BY_DENSITY);
    outputs = new float[scratches.size()][];
    for (int p = 0; p < outputs.length; p++) {
      outputs[p] = Scratch.value(rows, scratches.get(p).lanes());
    }
    for (float[] batch : batches) {
      float[][][] all = new float[outputs.length][][];
      for (int p = 0; p < outputs.length; p++) {
        all[p] = new float[][] {inLanes(batch, p, weights.cols())};
      }
      blocks.add(all);
    }
  }

  private float[] inLanes(float[] batch, int block, int columns) {
    int lanes = scratches.get(block).lanes();
    int first = block * Scratch.MOST;
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
    for (int p = 0; p < all.length; p++) {
      Scratch scratch = scratches.get(p);
      scratch.begin();
      layer.run(all[p], outputs[p], scratch);
      scratch.end();
    }
  }

  @Override
  public float[] output() {
    float[] all = new float[count * rows];
    for (int i = 0; i < count; i++) {
      for (int r = 0; r < rows; r++) {
        int block = i / Scratch.MOST;
        int lanes = scratches.get(block).lanes();
        all[i * rows + r] = outputs[block][r * lanes + i % Scratch.MOST];
      }
    }
    return all;
  }

  @Override
  public void close() {}
}
