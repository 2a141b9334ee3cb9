package dev.ockham.core.arch;

import static dev.ockham.runtime.graph.Geometry.pad;
import static dev.ockham.runtime.graph.Geometry.stride;
import static dev.ockham.runtime.graph.Geometry.withoutBias;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Pad;
import dev.ockham.runtime.graph.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * Residual networks for small pictures (arXiv:1512.03385, section 4.2): a convolution, three stages
 * of n blocks with 16, 32 and 64 channels, global average, dense; 6n + 2 layers. Where a stage
 * begins, the shortcut takes every second row and column and pads channels with zeros on both sides
 * (option A), or projects (option B). Names are those of PyTorch's networks.
 */
final class ResNets {

  private static final int[] WIDTHS = {16, 32, 64};
  private static final int[] DEPTHS = {20, 32, 56};

  private ResNets() {}

  static List<Family> families() {
    List<Argument> arguments =
        List.of(Argument.classes(10), Argument.channels(3), Argument.size(32));
    List<Family> families = new ArrayList<>();
    for (boolean projects : new boolean[] {false, true}) {
      for (int depth : DEPTHS) {
        families.add(
            new Family(
                "resnet-" + depth + (projects ? "-b" : ""),
                "residual, for CIFAR (arXiv:1512.03385), "
                    + (projects ? "projecting shortcuts" : "shortcuts without weights"),
                arguments,
                values -> graph((depth - 2) / 6, projects, values)));
      }
    }
    return families;
  }

  private static Graph graph(int blocks, boolean projects, Arguments values) {
    GraphBuilder g = new GraphBuilder();
    int size = values.of("size");
    Value x = g.input("input", values.of("channels"), size, size);
    x = g.named("conv1").conv2d(x, WIDTHS[0], 3, pad(1), withoutBias());
    x = g.named("bn1").batchNorm(x);
    x = g.named("relu1").relu(x);
    for (int stage = 0; stage < WIDTHS.length; stage++) {
      for (int block = 0; block < blocks; block++) {
        int step = stage > 0 && block == 0 ? 2 : 1;
        String name = "layer" + (stage + 1) + "." + block + ".";
        x = block(g, name, x, WIDTHS[stage], step, projects);
      }
    }
    x = g.named("pool").globalAverage(x);
    return g.build(g.named("linear").dense(x, values.of("classes")));
  }

  private static Value block(
      GraphBuilder g, String name, Value x, int width, int step, boolean projects) {
    Value y = g.named(name + "conv1").conv2d(x, width, 3, pad(1), stride(step), withoutBias());
    y = g.named(name + "bn1").batchNorm(y);
    y = g.named(name + "relu1").relu(y);
    y = g.named(name + "conv2").conv2d(y, width, 3, pad(1), withoutBias());
    y = g.named(name + "bn2").batchNorm(y);
    Value shortcut = x;
    if (step > 1) {
      shortcut =
          projects ? projected(g, name, x, width, step) : subsampled(g, name, x, width, step);
    }
    Value sum = g.named(name + "add").add(y, shortcut);
    return g.named(name + "relu2").relu(sum);
  }

  private static Value projected(GraphBuilder g, String name, Value x, int width, int step) {
    Value y = g.named(name + "shortcut.conv").conv2d(x, width, 1, stride(step), withoutBias());
    return g.named(name + "shortcut.bn").batchNorm(y);
  }

  private static Value subsampled(GraphBuilder g, String name, Value x, int width, int step) {
    Value y = g.named(name + "shortcut.rows").slice(x, 1, 0, x.shape().dim(1), step);
    y = g.named(name + "shortcut.columns").slice(y, 2, 0, x.shape().dim(2), step);
    int more = width - x.shape().dim(0);
    Pad channels = new Pad(List.of(more / 2, 0, 0), List.of(more - more / 2, 0, 0), 0);
    return g.named(name + "shortcut.pad").node("pad", channels, y);
  }
}
