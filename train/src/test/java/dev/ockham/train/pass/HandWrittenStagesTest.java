package dev.ockham.train.pass;

import static dev.ockham.runtime.graph.Geometry.dilate;
import static dev.ockham.runtime.graph.Geometry.groups;
import static dev.ockham.runtime.graph.Geometry.pad;
import static dev.ockham.runtime.graph.Geometry.stride;
import static dev.ockham.runtime.graph.Geometry.withoutBias;

import dev.ockham.core.kernel.Kernels;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Reduce;
import dev.ockham.runtime.graph.Value;
import dev.ockham.train.engine.Libtorch;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Stages written by hand give what libtorch and its autograd give. */
class HandWrittenStagesTest {
  private static final int ROWS = 5;
  private final Kernels kernels = Kernels.create();

  @BeforeAll
  static void start() {
    Libtorch.start();
  }

  private static Map<String, Graph> graphs() {
    Map<String, Graph> graphs = new LinkedHashMap<>();
    image(graphs, "plain", (g, x) -> g.conv2d(x, 4, 3));
    image(graphs, "padded", (g, x) -> g.conv2d(x, 4, 3, pad(1)));
    image(graphs, "strided", (g, x) -> g.conv2d(x, 4, 3, pad(1), stride(2)));
    image(graphs, "dilated", (g, x) -> g.conv2d(x, 4, 3, pad(2), dilate(2)));
    image(graphs, "uneven", (g, x) -> g.conv2d(x, 4, 3, pad(0, 1, 2, 0), stride(2)));
    image(graphs, "grouped", (g, x) -> g.conv2d(x, 9, 3, pad(1), groups(3)));
    image(graphs, "depthwise", (g, x) -> g.depthwise(x, 3, pad(1)));
    image(graphs, "without bias", (g, x) -> g.conv2d(x, 4, 3, pad(1), withoutBias()));
    image(graphs, "plain without bias", (g, x) -> g.conv2d(x, 4, 3, withoutBias()));
    image(graphs, "plain and wide", (g, x) -> g.conv2d(g.relu(g.conv2d(x, 24, 3)), 25, 3));
    image(
        graphs,
        "wide without bias",
        (g, x) -> g.conv2d(g.conv2d(x, 24, 3, pad(1)), 24, 5, withoutBias()));
    image(graphs, "max pool", (g, x) -> g.maxPool(x, 2));
    image(graphs, "max pool 3", (g, x) -> g.maxPool(x, 3, stride(2), pad(1)));
    image(graphs, "average pool", (g, x) -> g.averagePool(x, 2));
    image(graphs, "batch norm", (g, x) -> g.batchNorm(g.relu(x)));
    image(graphs, "relu", (g, x) -> g.relu(x));
    image(graphs, "global mean", (g, x) -> g.reduce(x, Reduce.To.MEAN, true, 1, 2));
    image(graphs, "row sums", (g, x) -> g.reduce(x, Reduce.To.SUM, false, 2));
    image(graphs, "twice the same", (g, x) -> g.add(x, x));
    image(
        graphs,
        "residual",
        (g, x) -> {
          Value y = g.relu(g.batchNorm(g.conv2d(x, 6, 3, pad(1), withoutBias())));
          return g.relu(g.add(g.batchNorm(g.conv2d(y, 6, 3, pad(1), withoutBias())), x));
        });
    image(
        graphs,
        "fan-out to three",
        (g, x) ->
            g.add(
                g.add(g.relu(x), g.conv2d(x, 6, 1)), g.relu(g.add(x, g.conv2d(x, 6, 3, pad(1))))));
    image(
        graphs,
        "relu behind reshape",
        (g, x) -> {
          Value flat = g.flatten(x);
          return g.add(g.relu(flat), g.flatten(g.conv2d(x, 6, 1)));
        });
    GraphBuilder line = new GraphBuilder();
    Value signal = line.conv1d(line.input("signal", 2, 14), 6, 3);
    graphs.put("one axis", line.build(line.conv1d(signal, 4, 3, pad(1), stride(2))));
    GraphBuilder steps = new GraphBuilder();
    Value sequence = steps.dense(steps.input("steps", 7, 5), 6);
    graphs.put("positions", steps.build(steps.dense(steps.relu(sequence), 4)));
    GraphBuilder vector = new GraphBuilder();
    Value features = vector.dense(vector.input("features", 9), 8);
    graphs.put(
        "vector norm", vector.build(vector.dense(vector.batchNorm(vector.relu(features)), 3)));
    return graphs;
  }

  /** Behind a convolution whose gradient needs that by the value, and before a dense layer. */
  private static void image(
      Map<String, Graph> graphs, String name, BiFunction<GraphBuilder, Value, Value> middle) {
    GraphBuilder g = new GraphBuilder();
    Value x = g.conv2d(g.input("image", 2, 9, 8), 6, 3, pad(1));
    graphs.put(name, g.build(g.dense(g.flatten(middle.apply(g, x)), 3)));
  }

  static Stream<Arguments> cases() {
    return graphs().entrySet().stream()
        .flatMap(each ->
            Stream.of(true, false)
                .map(noisy -> Arguments.of(each.getKey(), noisy, each.getValue())));
  }

  @ParameterizedTest(name = "{0}, noise {1}")
  @MethodSource("cases")
  void agreeWithAutograd(String name, boolean noisy, Graph graph) {
    try (TwoPasses passes = new TwoPasses(graph, ROWS, noisy, kernels)) {
      passes.agree(noisy ? new NoiseSource(3, 1) : null, 1e-4);
    }
  }
}
