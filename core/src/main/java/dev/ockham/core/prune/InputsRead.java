package dev.ockham.core.prune;

import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.ModelLayer;
import dev.ockham.runtime.model.Shape;
import dev.ockham.runtime.model.SparseModel;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Which input values a model reads: those that a weight of its first layer is not zero for. */
public final class InputsRead {

  private InputsRead() {}

  /**
   * The values of an example that the model's output depends on. For a model that came out of
   * {@link Compaction}, every one of them has a path to the output; the others may be left out of
   * the measurements.
   *
   * @return indices into {@code [channels, height, width]}, ascending
   */
  public static int[] of(SparseModel model) {
    List<Shape> before = new ArrayList<>();
    Shape shape = model.input();
    int first = 0;
    while (first < model.layers().size()
        && !(model.layers().get(first) instanceof ModelLayer.Linear)) {
      before.add(shape);
      shape = model.layers().get(first).outputShape(shape);
      first++;
    }
    if (first == model.layers().size()) {
      return all(model.input()).stream().toArray(); // No weights: what goes in comes out.
    }
    BitSet read =
        switch ((ModelLayer.Linear) model.layers().get(first)) {
          case ModelLayer.Dense dense -> columns(dense.weights());
          case ModelLayer.Conv2d conv -> windows(conv, shape);
        };
    for (int i = first - 1; i >= 0; i--) {
      if (model.layers().get(i) instanceof ModelLayer.MaxPool2d pool) {
        read = beforePool(read, pool.size(), before.get(i), pool.outputShape(before.get(i)));
      }
    }
    return read.stream().toArray();
  }

  private static BitSet all(Shape shape) {
    BitSet all = new BitSet();
    all.set(0, shape.size());
    return all;
  }

  private static BitSet columns(Matrix weights) {
    float[] values = weights.toDense();
    BitSet columns = new BitSet();
    for (int i = 0; i < values.length; i++) {
      if (values[i] != 0) {
        columns.set(i % weights.cols());
      }
    }
    return columns;
  }

  /** Everything that a kernel position with a weight slides over. */
  private static BitSet windows(ModelLayer.Conv2d conv, Shape in) {
    Shape out = conv.outputShape(in);
    int area = conv.kernelHeight() * conv.kernelWidth();
    BitSet read = new BitSet();
    columns(conv.weights()).stream()
        .forEach(column -> {
          int channel = column / area;
          int top = column % area / conv.kernelWidth();
          int left = column % conv.kernelWidth();
          for (int y = top; y < top + out.height(); y++) {
            int row = (channel * in.height() + y) * in.width();
            read.set(row + left, row + left + out.width());
          }
        });
    return read;
  }

  /** The members of the windows whose maximum is read. */
  private static BitSet beforePool(BitSet read, int size, Shape in, Shape out) {
    BitSet members = new BitSet();
    read.stream()
        .forEach(at -> {
          int x = at % out.width() * size;
          int y = at / out.width() % out.height() * size;
          int channel = at / out.width() / out.height();
          for (int i = y; i < y + size; i++) {
            int row = (channel * in.height() + i) * in.width();
            members.set(row + x, row + x + size);
          }
        });
    return members;
  }
}
