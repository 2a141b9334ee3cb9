package dev.ockham.train.network;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.LayerSpec;
import dev.ockham.runtime.model.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * What a layer with weights takes and gives, for one example.
 *
 * @param in what it takes
 * @param out what it gives
 * @param vector whether rows and columns are gone: {@code [batch, features]}
 */
record LayerShapes(Shape in, Shape out, boolean vector) {

  /** Those of every layer with weights, in order. */
  static List<LayerShapes> of(Architecture architecture) {
    List<LayerShapes> shapes = new ArrayList<>();
    Shape shape = architecture.input();
    for (LayerSpec layer : architecture.layers()) {
      Shape next = layer.output(shape);
      if (layer instanceof LayerSpec.Linear) {
        shapes.add(new LayerShapes(shape, next, layer instanceof LayerSpec.Dense));
      }
      shape = next;
    }
    return shapes;
  }

  /** Sizes of a tensor of inputs. */
  long[] input(int examples) {
    return sizes(in, examples);
  }

  /** Sizes of a tensor of outputs. */
  long[] output(int examples) {
    return sizes(out, examples);
  }

  private long[] sizes(Shape shape, int examples) {
    return vector
        ? new long[] {examples, shape.size()}
        : new long[] {examples, shape.channels(), shape.height(), shape.width()};
  }
}
