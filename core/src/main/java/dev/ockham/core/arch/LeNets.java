package dev.ockham.core.arch;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Value;
import java.util.List;

/** The small networks of the pruning literature, and fully connected ones of any widths. */
final class LeNets {

  static final String MLP = "mlp:";
  private static final long MOST_WEIGHTS = Integer.MAX_VALUE / 8;
  private static final Shape MNIST = Shape.of(1, 28, 28);

  private LeNets() {}

  static List<Family> families() {
    return List.of(
        Family.of(
            "lenet-300-100",
            "fully connected, of the pruning literature (LeCun et al. 1998)",
            dense(MNIST, 300, 100, 10)),
        Family.of(
            "lenet-500-300",
            "fully connected, of the structured-pruning literature",
            dense(MNIST, 500, 300, 10)),
        Family.of(
            "lenet-5-caffe",
            "two convolutions and two dense layers, as in Caffe's MNIST example",
            caffe()));
  }

  private static Graph dense(Shape input, int... widths) {
    GraphBuilder g = new GraphBuilder();
    Value x = g.input("input", input);
    if (input.rank() > 1) {
      x = g.flatten(x);
    }
    for (int i = 0; i < widths.length; i++) {
      x = g.dense(x, widths[i]);
      x = i < widths.length - 1 ? g.relu(x) : x;
    }
    return g.build(x);
  }

  private static Graph caffe() {
    GraphBuilder g = new GraphBuilder();
    Value x = g.maxPool(g.conv2d(g.input("input", MNIST), 20, 5), 2); // 28 -> 24 -> 12
    x = g.flatten(g.maxPool(g.conv2d(x, 50, 5), 2)); // -> 8 -> 4, 50 × 4 × 4 = 800
    return g.build(g.dense(g.relu(g.dense(x, 500)), 10));
  }

  /** {@code mlp:IN-HIDDEN-…-OUT}. */
  static Architecture mlp(String name) {
    int[] widths = widths(name);
    int[] behind = new int[widths.length - 1];
    System.arraycopy(widths, 1, behind, 0, behind.length);
    return new Architecture(name, dense(Shape.of(widths[0]), behind));
  }

  private static int[] widths(String name) {
    String[] parts = name.substring(MLP.length()).split("-", -1);
    int[] widths = new int[parts.length];
    for (int i = 0; i < parts.length; i++) {
      widths[i] = parts[i].matches("\\d{1,9}") ? Integer.parseInt(parts[i]) : 0;
      if (widths[i] < 1 || widths[i] > TextChain.MOST_OUTPUTS) {
        throw new IllegalArgumentException(
            "architecture '%s': width '%s' is not a number from 1 to 1000000"
                .formatted(name, parts[i]));
      }
      if (i > 0 && (long) widths[i - 1] * widths[i] > MOST_WEIGHTS) {
        throw new IllegalArgumentException(
            "architecture '%s': a layer of %s × %s weights is too large"
                .formatted(name, String.valueOf(widths[i - 1]), String.valueOf(widths[i])));
      }
    }
    if (widths.length < 2) {
      throw new IllegalArgumentException(
          "architecture '%s' needs at least two widths, inputs and outputs, as in mlp:784-300-10"
              .formatted(name));
    }
    return widths;
  }
}
