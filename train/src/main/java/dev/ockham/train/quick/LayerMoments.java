package dev.ockham.train.quick;

import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.noise.CounterDraws;
import dev.ockham.train.engine.MatrixProduct;
import dev.ockham.train.engine.MatrixProduct.Matrix;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Second moments of a layer's rows: those of the pruned network with themselves, and with those of
 * the whole network at the same positions.
 */
final class LayerMoments {

  private static final int CHUNK = 1024;

  private final LayerRows layer;
  private final int perExample;
  private final NoiseKey key;
  private final MemorySegment rowsNow;
  private final MemorySegment rowsBefore;
  private final MemorySegment products;
  private final MemorySegment crossProducts;
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
    rowsNow = floats(arena, CHUNK * width);
    rowsBefore = floats(arena, CHUNK * width);
    products = floats(arena, width * width);
    crossProducts = floats(arena, width * width);
  }

  private static MemorySegment floats(Arena arena, long count) {
    return arena.allocate(count * Float.BYTES, 64);
  }

  /**
   * Adds rows of an example.
   *
   * @param valuesNow what the pruned network has at the layer's input
   * @param valuesBefore what the whole one has
   * @param from where the example begins in both
   * @param example its number, by which positions are drawn
   */
  void add(float[] valuesNow, float[] valuesBefore, int from, int example) {
    boolean all = perExample == layer.positions();
    for (int i = 0; i < perExample; i++) {
      int position = all ? i : (int) (CounterDraws.uniform(key, example, i) * layer.positions());
      put(valuesNow, from, position, rowsNow);
      put(valuesBefore, from, position, rowsBefore);
      if (++filled == CHUNK) {
        flush();
      }
    }
  }

  private void put(float[] values, int from, int position, MemorySegment rows) {
    layer.write(values, from, position, row, 0);
    MemorySegment.copy(
        row, 0, rows, ValueLayout.JAVA_FLOAT, (long) filled * row.length * Float.BYTES, row.length);
  }

  /** Multiplies what has been put; called by itself when there is no room left. */
  void flush() {
    int width = layer.width();
    Matrix a = new Matrix(rowsNow);
    MatrixProduct.transposedBy(width, width, filled, a, a, 1, new Matrix(products));
    MatrixProduct.transposedBy(
        width, width, filled, a, new Matrix(rowsBefore), 1, new Matrix(crossProducts));
    count += filled;
    filled = 0;
  }

  /** Means of products of numbers of the pruned network's rows, {@code [width, width]}. */
  float[] products() {
    return scaled(products);
  }

  /** Means of products with the whole network's, {@code [width of now, width of before]}. */
  float[] crossProducts() {
    return scaled(crossProducts);
  }

  private float[] scaled(MemorySegment sums) {
    flush();
    float[] means = sums.toArray(ValueLayout.JAVA_FLOAT);
    for (int i = 0; i < means.length; i++) {
      means[i] /= Math.max(1, count);
    }
    return means;
  }
}
