package dev.ockham.core.arch;

import dev.ockham.runtime.model.Shape;
import java.util.ArrayList;
import java.util.List;

/** Works out what each layer of a list takes, names those with weights, and refuses misfits. */
final class LayerChain {

  /** Most units of one layer. */
  static final int MOST_OUTPUTS = 1_000_000;

  /** Weights of one layer, several float copies of which must fit native memory and an array. */
  static final long MOST_WEIGHTS = Integer.MAX_VALUE / 8;

  private final List<LayerSpec> layers = new ArrayList<>();
  private Shape shape;

  /** Whether what flows is {@code [batch, features]} and has lost rows and columns. */
  private boolean vector;

  private int dense;
  private int convolutions;
  private int norms;

  private LayerChain(Shape input) {
    shape = input;
  }

  /**
   * The layers with all their sizes. A flat input begins as a vector, so that no {@code flatten}
   * need be written; the list returned begins with one in any case.
   *
   * @throws IllegalArgumentException naming the layer by its number from 1, and the shapes
   */
  static List<LayerSpec> of(Shape input, List<LayerTemplate> templates) {
    if (input.channels() < 1) {
      throw new IllegalArgumentException("the input " + input + " is empty");
    }
    LayerChain chain = new LayerChain(input);
    if (input.isFlat()) {
      chain.add(new LayerTemplate.Flatten());
    }
    for (int i = 0; i < templates.size(); i++) {
      LayerTemplate template = templates.get(i);
      if (i == 0 && input.isFlat() && template instanceof LayerTemplate.Flatten) {
        continue;
      }
      try {
        chain.add(template);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "layer %s, %s: %s".formatted(i + 1, template.text(), e.getMessage()), e);
      }
    }
    if (templates.isEmpty() || !(templates.getLast() instanceof LayerTemplate.Dense)) {
      throw new IllegalArgumentException(
          "%s; the last layer must be dense and have one output per class"
              .formatted(
                  templates.isEmpty()
                      ? "there are no layers"
                      : "layer %s, %s, is the last"
                          .formatted(templates.size(), templates.getLast().text())));
    }
    return chain.layers;
  }

  private void add(LayerTemplate template) {
    LayerSpec layer =
        switch (template) {
          case LayerTemplate.Dense(int outputs) -> dense(outputs);
          case LayerTemplate.Conv2d(int outputs, int kernel) -> convolution(outputs, kernel);
          case LayerTemplate.BatchNorm _ -> batchNorm();
          case LayerTemplate.MaxPool2d(int size) -> {
            requireWindow("window", size);
            yield new LayerSpec.MaxPool2d(size);
          }
          case LayerTemplate.Relu _ -> new LayerSpec.Relu();
          case LayerTemplate.Flatten _ -> {
            vector = true;
            yield new LayerSpec.Flatten();
          }
        };
    layers.add(layer);
    shape = layer.output(shape);
  }

  private LayerSpec dense(int outputs) {
    if (!vector) {
      throw new IllegalArgumentException(
          "takes a vector but gets %s; put flatten before it".formatted(shape));
    }
    requireOutputs(outputs, shape.size());
    dense++;
    return new LayerSpec.Dense("dense" + dense, shape.size(), outputs);
  }

  private LayerSpec convolution(int outputs, int kernel) {
    requireWindow("kernel", kernel);
    requireOutputs(outputs, (long) shape.channels() * kernel * kernel);
    convolutions++;
    return new LayerSpec.Conv2d("conv" + convolutions, shape.channels(), outputs, kernel);
  }

  private LayerSpec batchNorm() {
    if (layers.isEmpty() || !(layers.getLast() instanceof LayerSpec.Linear linear)) {
      throw new IllegalArgumentException(
          "must stand directly behind a dense or convolution layer, which it folds into");
    }
    norms++;
    return new LayerSpec.BatchNorm("bn" + norms, linear.outputs());
  }

  private void requireWindow(String what, int edge) {
    if (vector) {
      throw new IllegalArgumentException(
          "takes channels, rows and columns but gets a vector of %s".formatted(shape.size()));
    }
    if (edge < 1) {
      throw new IllegalArgumentException("its %s is %s, it must be >= 1".formatted(what, edge));
    }
    if (edge > shape.height() || edge > shape.width()) {
      throw new IllegalArgumentException(
          "its %s of %s×%s is larger than what it gets, %s".formatted(what, edge, edge, shape));
    }
  }

  private static void requireOutputs(int outputs, long fanIn) {
    if (outputs < 1 || outputs > MOST_OUTPUTS) {
      throw new IllegalArgumentException(
          "%s outputs are not from 1 to %s".formatted(outputs, MOST_OUTPUTS));
    }
    if (fanIn > MOST_WEIGHTS / outputs) {
      throw new IllegalArgumentException("%s × %s weights are too many".formatted(fanIn, outputs));
    }
  }
}
