package dev.ockham.report.page;

import dev.ockham.core.arch.WeightTensor;
import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.Reshape;
import dev.ockham.runtime.graph.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A node whose weights are multiplied with the pixels themselves, so that they can be laid out like
 * them.
 *
 * @param layer the number of its weight tensor
 * @param node a linear node that reads all pixels as one vector, or a convolution over rows and
 *     columns
 */
record PixelReader(int layer, Node node) {

  /**
   * All of a network with one input, an image.
   *
   * @param tensors the graph's weight tensors, in order
   * @param image channels, height and width of the input
   * @return empty where something else reads pixels too, such as a pool
   */
  static Optional<List<PixelReader>> of(Graph graph, List<WeightTensor> tensors, Shape image) {
    Set<String> pixels = new HashSet<>();
    pixels.add(graph.inputs().getFirst().name());
    List<PixelReader> readers = new ArrayList<>();
    for (Node node : graph.nodes()) {
      if (node.inputs().stream().noneMatch(pixels::contains)) {
        continue;
      }
      if (keepsPixels(node)) {
        pixels.add(node.name());
      } else if (multipliesPixels(graph, node, image)) {
        readers.add(new PixelReader(number(tensors, node), node));
      } else {
        return Optional.empty();
      }
    }
    return Optional.of(readers);
  }

  /** Whether number i of what it gives is made of number i of what it reads. */
  private static boolean keepsPixels(Node node) {
    return node.operator() instanceof Reshape
        || node.operator() instanceof Activation
        || (node.operator() instanceof Normalize norm && norm.over() == Normalize.Over.BATCH);
  }

  private static boolean multipliesPixels(Graph graph, Node node, Shape image) {
    Shape read = graph.shape(node.inputs().getFirst());
    return (node.operator() instanceof Linear && read.rank() == 1)
        || (node.operator() instanceof Convolution conv
            && conv.window().axes() == 2
            && read.equals(image));
  }

  private static int number(List<WeightTensor> tensors, Node node) {
    String parameter = node.parameters().get("weight");
    for (int i = 0; i < tensors.size(); i++) {
      if (tensors.get(i).parameter().name().equals(parameter)) {
        return i;
      }
    }
    throw new IllegalArgumentException(node.name() + " has no weights among those given");
  }
}
