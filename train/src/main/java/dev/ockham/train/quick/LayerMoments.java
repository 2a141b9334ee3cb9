package dev.ockham.train.quick;

import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.noise.CounterDraws;
import dev.ockham.train.engine.MatrixProduct;
import dev.ockham.train.engine.MatrixProduct.Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Second moments of a layer's rows, over examples and positions. */
final class LayerMoments {

  private static final int CHUNK = 1024;

  private final LayerRows layer;
  private final int perExample;
  private final NoiseKey key;
  private final MemorySegment rows;
  private final MemorySegment products;
  private final float[] row;
  private int filled;
  private long count;

  /**
   * Sums that are zero.
   *
   * @param layer whose rows
   * @param perExample positions to draw of each example; all where there are no more
   * @param key of these draws
   * @param arena owns the memory, which any thread may use
   */
  LayerMoments(LayerRows layer, int perExample, NoiseKey key, Arena arena) {
    this.layer = layer;
    this.perExample = Math.min(perExample, layer.positions());
    this.key = key;
    long width = layer.width();
    row = new float[layer.width()];
    rows = floats(arena, CHUNK * width);
    products = floats(arena, width * width);
  }

  private static MemorySegment floats(Arena arena, long count) {
    return arena.allocate(count * Float.BYTES, 64);
  }

  /**
   * Adds rows of an example.
   *
   * @param values what the network has at the layer's input
   * @param from where the example begins
   * @param example its number, by which positions are drawn
   */
  void add(float[] values, int from, int example) {
    boolean all = perExample == layer.positions();
    for (int i = 0; i < perExample; i++) {
      int position = all ? i : (int) (CounterDraws.uniform(key, example, i) * layer.positions());
      layer.write(values, from, position, row, 0);
      long at = (long) filled * row.length * Float.BYTES;
      MemorySegment.copy(row, 0, rows, ValueLayout.JAVA_FLOAT, at, row.length);
      if (++filled == CHUNK) {
        flush();
      }
    }
  }

  private void flush() {
    int width = layer.width();
    Matrix a = new Matrix(rows);
    MatrixProduct.transposedBy(width, width, filled, a, a, 1, new Matrix(products));
    count += filled;
    filled = 0;
  }

  /** Means of products of the numbers of a row, {@code [width, width]}; the caller owns them. */
  float[] products() {
    flush();
    float[] means = products.toArray(ValueLayout.JAVA_FLOAT);
    for (int i = 0; i < means.length; i++) {
      means[i] /= Math.max(1, count);
    }
    return means;
  }
}
