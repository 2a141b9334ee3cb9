package dev.ockham.core.arch;

import dev.ockham.core.name.Nearest;
import dev.ockham.runtime.model.Shape;
import java.util.ArrayList;
import java.util.List;

/** The architectures that Ockham knows by name, and those that a text describes. */
public final class Architectures {

  private static final String MLP = "mlp:";
  private static final Shape MNIST = new Shape(1, 28, 28);

  private Architectures() {}

  /** A named network with one line about it. */
  public record Entry(Architecture architecture, String description) {}

  /** The fixed networks, in the order in which they are listed. */
  public static List<Entry> catalog() {
    return List.of(
        new Entry(
            mlp("lenet-300-100", MNIST, 784, 300, 100, 10),
            "fully connected, of the pruning literature (LeCun et al. 1998)"),
        new Entry(
            mlp("lenet-500-300", MNIST, 784, 500, 300, 10),
            "fully connected, of the structured-pruning literature"),
        new Entry(
            lenet5Caffe(), "two convolutions and two dense layers, as in Caffe's MNIST example"));
  }

  /**
   * The architecture of a name: one of {@link #catalog()}; {@code mlp:IN-HIDDEN-…-OUT} of any
   * widths; or {@code net:} with an input shape and layers, such as {@code
   * net:1x28x28-conv20x5-relu-pool2-flatten-dense10}, which is also the {@link Architecture#name()}
   * of every network made by {@link Architecture#of}.
   *
   * @throws IllegalArgumentException naming what is wrong and, for a misspelt name, the nearest one
   */
  public static Architecture parse(String name) {
    if (name.startsWith(NetworkText.PREFIX)) {
      return NetworkText.parse(name);
    }
    if (name.startsWith(MLP)) {
      int[] widths = widths(name);
      return mlp(name, Shape.flat(widths[0]), widths);
    }
    List<String> known = new ArrayList<>();
    for (Entry entry : catalog()) {
      if (entry.architecture().name().equals(name)) {
        return entry.architecture();
      }
      known.add(entry.architecture().name());
    }
    known.add("mlp:784-300-100-10");
    throw new IllegalArgumentException(
        "unknown architecture '%s'%s; known: %s (any widths), or net: with any layers"
            .formatted(name, Nearest.hint(name, known), String.join(", ", known)));
  }

  private static int[] widths(String name) {
    String[] parts = name.substring(MLP.length()).split("-", -1);
    int[] widths = new int[parts.length];
    for (int i = 0; i < parts.length; i++) {
      try {
        widths[i] = Integer.parseInt(parts[i]);
      } catch (NumberFormatException e) {
        widths[i] = 0;
      }
      if (widths[i] < 1 || widths[i] > LayerChain.MOST_OUTPUTS) {
        throw new IllegalArgumentException(
            "architecture '%s': width '%s' is not a number from 1 to 1000000"
                .formatted(name, parts[i]));
      }
      if (i > 0 && (long) widths[i - 1] * widths[i] > LayerChain.MOST_WEIGHTS) {
        throw new IllegalArgumentException(
            "architecture '%s': a layer of %s × %s weights is too large"
                .formatted(name, widths[i - 1], widths[i]));
      }
    }
    if (widths.length < 2) {
      throw new IllegalArgumentException(
          "architecture '%s' needs at least two widths, inputs and outputs, as in mlp:784-300-10"
              .formatted(name));
    }
    return widths;
  }

  private static Architecture mlp(String name, Shape input, int... widths) {
    List<LayerSpec> layers = new ArrayList<>();
    layers.add(new LayerSpec.Flatten());
    for (int i = 1; i < widths.length; i++) {
      layers.add(new LayerSpec.Dense("dense" + i, widths[i - 1], widths[i]));
      if (i < widths.length - 1) {
        layers.add(new LayerSpec.Relu());
      }
    }
    return new Architecture(name, input, layers);
  }

  private static Architecture lenet5Caffe() {
    return new Architecture(
        "lenet-5-caffe",
        MNIST,
        List.of(
            new LayerSpec.Conv2d("conv1", 1, 20, 5), // 28 -> 24
            new LayerSpec.MaxPool2d(2), // -> 12
            new LayerSpec.Conv2d("conv2", 20, 50, 5), // -> 8
            new LayerSpec.MaxPool2d(2), // -> 4
            new LayerSpec.Flatten(), // 50 × 4 × 4 = 800
            new LayerSpec.Dense("dense1", 800, 500),
            new LayerSpec.Relu(),
            new LayerSpec.Dense("dense2", 500, 10)));
  }
}
