package dev.ockham.train.run;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.arch.InitialWeights;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Geometry;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.Resize;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import dev.ockham.train.network.Network;
import dev.ockham.train.network.WeightLayer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Small networks of every form that learn from a teacher, with numbers in them. */
final class TaughtNetworks {

  private TaughtNetworks() {}

  /** All of them by name. */
  static Map<String, Graph> all() {
    Map<String, Graph> all = new LinkedHashMap<>();
    all.put("residual", residual());
    all.put("two-inputs", twoInputs());
    all.put("detector", detector());
    all.put("u-net", uNet());
    all.put("lstm", lstm());
    all.put("gru", gru());
    all.put(
        "transformer",
        Architectures.parse(
                "transformer-encoder:vocab=12,steps=6,width=8,heads=2,layers=1,hidden=12,classes=3")
            .graph());
    return all;
  }

  /** An image to a vector, with a sum that skips a layer. */
  static Graph residual() {
    GraphBuilder g = new GraphBuilder();
    Value x = g.relu(g.conv2d(g.input("image", 2, 6, 6), 6, 3, Geometry.pad(1)));
    Value y = g.conv2d(g.relu(g.conv2d(x, 6, 3, Geometry.pad(1))), 6, 3, Geometry.pad(1));
    return g.build(g.dense(g.globalAverage(g.relu(g.add(x, y))), 4));
  }

  /** An image and a vector, joined. */
  static Graph twoInputs() {
    GraphBuilder g = new GraphBuilder();
    Value image = g.relu(g.conv2d(g.input("image", 1, 6, 6), 5, 3));
    Value known = g.relu(g.dense(g.input("known", 7), 8));
    Value joined = g.concat(0, g.flatten(g.maxPool(image, 2)), known);
    return g.build(g.dense(g.relu(g.dense(joined, 10)), 2));
  }

  /** Boxes, and a score of two classes for each. */
  static Graph detector() {
    GraphBuilder g = new GraphBuilder();
    Value x = g.relu(g.conv2d(g.input("image", 3, 8, 8), 8, 3, Geometry.pad(1)));
    x = g.relu(g.conv2d(x, 8, 3, Geometry.stride(2), Geometry.pad(1)));
    Value boxes = g.permute(g.conv2d(x, 4, 3, Geometry.pad(1)), 1, 2, 0);
    Value scores = g.permute(g.conv2d(x, 2, 1), 1, 2, 0);
    return g.build(g.reshape(boxes, 16, 4), g.named("scores").softmax(g.reshape(scores, 16, 2)));
  }

  /** An image to an image: down, up again, and across. */
  static Graph uNet() {
    GraphBuilder g = new GraphBuilder();
    Value fine = g.relu(g.conv2d(g.input("image", 1, 8, 8), 4, 3, Geometry.pad(1)));
    Value coarse = g.relu(g.conv2d(g.maxPool(fine, 2), 8, 3, Geometry.pad(1)));
    Value up =
        g.node("up", new Resize(Resize.By.LINEAR, Resize.Align.HALF_PIXEL, List.of(8, 8)), coarse);
    Value joined = g.relu(g.conv2d(g.concat(0, fine, up), 6, 3, Geometry.pad(1)));
    return g.build(g.activation(g.conv2d(joined, 2, 1), Activation.Function.SIGMOID));
  }

  /** A sequence to a sequence, and its last state. */
  static Graph lstm() {
    GraphBuilder g = new GraphBuilder();
    Value states = g.recurrent(g.input("steps", 5, 4), Recurrent.Cell.LSTM, 8, false);
    Value last = g.recurrent(states, Recurrent.Cell.LSTM, 6, true);
    return g.build(g.dense(states, 3), g.dense(last, 2));
  }

  /** A sequence read both ways by the cells that ONNX has and PyTorch lacks. */
  static Graph gru() {
    GraphBuilder g = new GraphBuilder();
    Value x = g.input("steps", 5, 4);
    return g.build(g.dense(g.bidirectional(x, Recurrent.Cell.GRU_RESET_FIRST, 6, true), 3));
  }

  /** A graph with initial weights that are a function of the seed. */
  static Model model(String name, Graph graph, long seed) {
    Architecture architecture = new Architecture(name, graph);
    Map<String, Matrix> values = new HashMap<>();
    RunSpec none = RunSpec.defaults().with("method.name", "none");
    try (Network network = new Network(architecture, none.method())) {
      network.initialize(InitialWeights.HE, seed, Kernels.create());
      for (WeightLayer layer : network.layers()) {
        put(values, layer.tensor().parameter(), layer.weights().theta().value().toArray());
      }
      network
          .plain()
          .byName()
          .forEach((parameter, value) ->
              put(values, graph.parameter(parameter), value.value().toArray()));
    }
    return new Model(name, graph, values);
  }

  private static void put(Map<String, Matrix> values, Parameter parameter, float[] numbers) {
    values.put(parameter.name(), DenseMatrix.of(parameter.rows(), parameter.columns(), numbers));
  }

  /** Numbers of one example. */
  static Shape example(Graph graph) {
    return new Architecture("any", graph).example();
  }
}
