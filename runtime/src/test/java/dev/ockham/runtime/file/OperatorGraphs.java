package dev.ockham.runtime.file;

import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Affine;
import dev.ockham.runtime.graph.BiasMap;
import dev.ockham.runtime.graph.Combine;
import dev.ockham.runtime.graph.Concat;
import dev.ockham.runtime.graph.Constant;
import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.ConvolutionTransposed;
import dev.ockham.runtime.graph.DependentGate;
import dev.ockham.runtime.graph.Embed;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.GraphSample;
import dev.ockham.runtime.graph.LengthMask;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.MatrixProduct;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.Operator;
import dev.ockham.runtime.graph.OperatorSamples;
import dev.ockham.runtime.graph.PRelu;
import dev.ockham.runtime.graph.Pad;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Permute;
import dev.ockham.runtime.graph.Pool;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.Reduce;
import dev.ockham.runtime.graph.Reshape;
import dev.ockham.runtime.graph.Resize;
import dev.ockham.runtime.graph.Role;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Slice;
import dev.ockham.runtime.graph.Softmax;
import dev.ockham.runtime.graph.Standardize;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.graph.Window;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A small graph for each operator, its samples where none is here, and one with branches. */
final class OperatorGraphs {
  private static final Window UNEVEN =
      new Window(List.of(3, 2), List.of(2, 1), List.of(1, 0), List.of(0, 1), List.of(1, 2));

  private OperatorGraphs() {}

  static List<Graph> all() {
    List<Graph> graphs = new ArrayList<>();
    graphs.add(of(new Linear(3), Shape.of(5)));
    graphs.add(of(new Convolution(4, UNEVEN, 2), Shape.of(2, 5, 7)));
    graphs.add(
        of(
            new ConvolutionTransposed(3, Window.of(2, 3, 2, 1, 1), List.of(1, 0), 1),
            Shape.of(2, 4, 5)));
    graphs.add(of(new Embed(9, 4), Shape.of(6)));
    graphs.add(of(new Recurrent(Recurrent.Cell.LSTM, 3, true, false), Shape.of(4, 2)));
    graphs.add(of(new Recurrent(Recurrent.Cell.GRU, 2, false, true), Shape.of(4, 2), Shape.of()));
    graphs.add(of(new Recurrent(Recurrent.Cell.GRU_RESET_FIRST, 2, true, true), Shape.of(4, 2)));
    graphs.add(of(new Pool(Pool.Of.AVERAGE, UNEVEN, true, false), Shape.of(2, 5, 7)));
    graphs.add(of(new Activation(Activation.Function.CLIP, -0f, 6.1f), Shape.of(5)));
    graphs.add(
        of(new Activation(Activation.Function.LEAKY_RELU, Float.MIN_VALUE, -3.4e38f), Shape.of(5)));
    graphs.add(of(new PRelu(0), Shape.of(3, 2)));
    graphs.add(of(new Combine(Combine.By.POWER), Shape.of(3, 2), Shape.of(2)));
    graphs.add(of(new Concat(1), Shape.of(3, 2), Shape.of(3, 5)));
    graphs.add(of(new Reshape(List.of(2, -1)), Shape.of(3, 4)));
    graphs.add(of(new Permute(List.of(2, 0, 1)), Shape.of(3, 4, 5)));
    graphs.add(of(new Slice(1, 1, 6, 2), Shape.of(3, 7)));
    graphs.add(of(new Pad(List.of(0, 1), List.of(2, 0), -1.5f), Shape.of(3, 7)));
    graphs.add(of(new Reduce(Reduce.To.MEAN, List.of(0, 2), true), Shape.of(3, 4, 5)));
    graphs.add(of(new Normalize(Normalize.Over.GROUP, 0, 2, 1e-5f), Shape.of(4, 3, 3)));
    graphs.add(of(new Normalize(Normalize.Over.BATCH, 0, 1, 0.001f), Shape.of(4, 3, 3)));
    graphs.add(of(new Softmax(0, true), Shape.of(4)));
    graphs.add(of(new MatrixProduct(true), Shape.of(2, 3), Shape.of(4, 3)));
    graphs.add(
        of(
            new Resize(Resize.By.LINEAR, Resize.Align.HALF_PIXEL, List.of(5, 3)),
            Shape.of(2, 3, 4)));
    graphs.add(of(new LengthMask(7, 0, -1e9f), Shape.of()));
    graphs.add(of(new Constant(Shape.of(2, 3), Role.BIAS, 1)));
    graphs.add(of(new Standardize(Standardize.Each.UNIT), Shape.of(3, 2, 2)));
    graphs.add(of(new Affine(1), Shape.of(3, 2)));
    graphs.add(of(new BiasMap(List.of(List.of(0, 1, 1), List.of(0, 2, 1, 1))), Shape.of(2, 3, 4)));
    graphs.add(of(new DependentGate(0, 0.001f), Shape.of(3, 2, 2)));
    graphs.add(branches());
    for (Class<? extends Operator> type : OperatorSamples.types()) {
      if (graphs.stream().noneMatch(graph -> has(graph, type))) {
        graphs.addAll(OperatorSamples.of(type).stream().map(GraphSample::graph).toList());
      }
    }
    return graphs;
  }

  private static boolean has(Graph graph, Class<? extends Operator> type) {
    return graph.nodes().stream().anyMatch(node -> type.isInstance(node.operator()));
  }

  private static Graph of(Operator operator, Shape... inputs) {
    GraphBuilder g = new GraphBuilder();
    List<Value> values = new ArrayList<>();
    for (Shape input : inputs) {
      values.add(g.input("x" + values.size(), input));
    }
    if (values.isEmpty()) {
      g.input("unused", 1);
    }
    return g.build(g.node("node", operator, values.toArray(Value[]::new)));
  }

  /** Two inputs, a residual sum, a name with quotes and letters of the world, two outputs. */
  static Graph branches() {
    GraphBuilder g = new GraphBuilder();
    Value x = g.input("image \"é\" 😀", 2, 6, 6);
    Value y = g.relu(g.conv2d(x, 4, 3));
    Value z = g.batchNorm(g.conv2d(x, 4, 3));
    Value sum = g.named("sum\\1").add(y, z);
    Value scores = g.dense(g.globalAverage(sum), 3);
    return g.build(scores, g.softmax(scores));
  }

  /**
   * A model of a graph.
   *
   * @param density share of numbers that are not 0
   */
  static Model model(Graph graph, long seed, double density) {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, Matrix> values = new LinkedHashMap<>();
    for (Parameter parameter : graph.parameters()) {
      float[] numbers = new float[parameter.shape().size()];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = random.nextDouble() < density ? (float) random.nextDouble(-1, 1) : 0;
        if (parameter.name().endsWith(".factor")) {
          numbers[i] = Math.abs(numbers[i]); // of gates, never below 0
        }
      }
      values.put(parameter.name(), DenseMatrix.of(parameter.rows(), parameter.columns(), numbers));
    }
    return new Model("sample", graph, values);
  }
}
