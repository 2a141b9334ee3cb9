package dev.ockham.core.arch;

import static dev.ockham.runtime.graph.Geometry.ceil;
import static dev.ockham.runtime.graph.Geometry.pad;
import static dev.ockham.runtime.graph.Geometry.withoutBias;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.Value;
import java.util.List;

/**
 * The CIFAR network of the pruning papers (arXiv:1701.05369, section 5.4, and after): Zagoruyko's
 * VGG of 2015, <a href="https://torch.ch/blog/2015/07/30/cifar.html">"92.45% on CIFAR-10 in
 * Torch"</a>, with 13 convolutions and 2 dense layers. Without his dropout, since the methods bring
 * noise of their own, and without biases in front of batch norms, which take them off again.
 */
final class VggNets {

  /** Channels of the convolutions; 0 is a pool. */
  private static final int[] LAYERS = {
    64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0
  };

  private VggNets() {}

  static List<Family> families() {
    return List.of(
        new Family(
            "vgg-like",
            "13 convolutions, 2 dense layers, batch norms: the pruning papers' network for CIFAR",
            List.of(Argument.classes(10), Argument.channels(3), Argument.size(32)),
            VggNets::graph));
  }

  private static Graph graph(Arguments values) {
    GraphBuilder g = new GraphBuilder();
    int size = values.of("size");
    Value x = g.input("input", values.of("channels"), size, size);
    for (int width : LAYERS) {
      x =
          width == 0
              ? g.maxPool(x, 2, ceil())
              : g.relu(g.batchNorm(g.conv2d(x, width, 3, pad(1), withoutBias())));
    }
    x = g.node("dense", new Linear(512), List.of("bias"), g.flatten(x));
    return g.build(g.dense(g.relu(g.batchNorm(x)), values.of("classes")));
  }
}
