package dev.ockham.train.quick;

import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Window;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the rows of a layer's weight matrix are multiplied with: the features of a dense layer, or
 * the patch under the window of a convolution, one row of numbers for each position.
 *
 * @param node the layer
 * @param weight its weights, {@code [outputs, columns]} as a matrix
 * @param bias its bias; null without
 * @param input shape of what it reads
 * @param positions how many rows an example has
 */
record LayerRows(
    Node node, Parameter weight, @Nullable Parameter bias, Shape input, int positions) {

  /** Most columns: their products take 8 bytes times the square, and solving the cube. */
  static final int MOST_COLUMNS = 4096;

  /**
   * The rows of a node, if it is linear in a weight matrix of its own that is not too wide.
   *
   * @param own whether no other node takes the parameter
   */
  static Optional<LayerRows> of(Graph graph, Node node, boolean own) {
    boolean known =
        node.operator() instanceof Linear
            || (node.operator() instanceof Convolution convolution && convolution.groups() == 1);
    if (!known || !own) {
      return Optional.empty();
    }
    Parameter weight = Objects.requireNonNull(graph.parameter(node, "weight"), node.name());
    Shape input = graph.inputShapes(node).getFirst();
    Shape output = graph.shape(node.name());
    if (weight.columns() > MOST_COLUMNS || weight.columns() == 0 || weight.rows() == 0) {
      return Optional.empty();
    }
    int positions = output.size() / weight.rows();
    return Optional.of(
        new LayerRows(node, weight, graph.parameter(node, "bias"), input, positions));
  }

  /** What the layer reads, by name. */
  String reads() {
    return node.inputs().getFirst();
  }

  /** Numbers of a row: columns of the weight matrix, and a 1 for the bias. */
  int width() {
    return weight.columns() + 1;
  }

  /**
   * Writes the row of a position.
   *
   * @param values what examples have at the layer's input
   * @param from where the example begins
   * @param position from 0
   * @param into gets {@link #width} numbers
   * @param at where they begin
   */
  void write(float[] values, int from, int position, float[] into, int at) {
    int columns = weight.columns();
    switch (node.operator()) {
      case Convolution convolution -> patch(convolution.window(), values, from, position, into, at);
      case Linear _ -> System.arraycopy(values, from + position * columns, into, at, columns);
      default -> throw new IllegalStateException(node.name());
    }
    into[at + columns] = 1;
  }

  private void patch(Window window, float[] values, int from, int position, float[] into, int at) {
    boolean flat = window.axes() == 1;
    int last = window.axes() - 1;
    int height = flat ? 1 : input.dim(1);
    int width = input.dim(input.rank() - 1);
    int wide = window.outputs(last, width, false);
    int kernelRows = flat ? 1 : window.kernel().get(0);
    int kernelColumns = window.kernel().get(last);
    int top = flat ? 0 : position / wide * window.stride().get(0) - window.before().get(0);
    int left = position % wide * window.stride().get(last) - window.before().get(last);
    int down = flat ? 1 : window.dilation().get(0);
    int right = window.dilation().get(last);
    int k = at;
    for (int channel = 0; channel < input.dim(0); channel++) {
      for (int i = 0; i < kernelRows; i++) {
        int y = top + i * down;
        for (int j = 0; j < kernelColumns; j++) {
          int x = left + j * right;
          boolean inside = y >= 0 && y < height && x >= 0 && x < width;
          into[k++] = inside ? values[from + (channel * height + y) * width + x] : 0;
        }
      }
    }
  }

  /** Whether a list has a layer that reads the same value. */
  static List<String> reads(List<LayerRows> layers) {
    return layers.stream().map(LayerRows::reads).distinct().toList();
  }
}
