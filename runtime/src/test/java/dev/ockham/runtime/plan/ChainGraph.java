package dev.ockham.runtime.plan;

import dev.ockham.runtime.graph.Affine;
import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.DependentGate;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.Operator;
import dev.ockham.runtime.graph.Standardize;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.graph.Window;
import dev.ockham.runtime.model.Bias;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.model.ModelLayer;
import dev.ockham.runtime.model.SparseModel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A chain of layers written down as a graph with the same numbers. */
final class ChainGraph {
  private final GraphBuilder builder = new GraphBuilder();
  private final Map<String, Matrix> numbers = new HashMap<>();
  private Value last;

  private ChainGraph(SparseModel chain) {
    var in = chain.input();
    last =
        in.isFlat()
            ? builder.input("x", in.channels())
            : builder.input("x", in.channels(), in.height(), in.width());
  }

  static Model of(SparseModel chain) {
    ChainGraph made = new ChainGraph(chain);
    int number = 0;
    for (ModelLayer layer : chain.layers()) {
      made.add("layer" + number++, layer);
    }
    if (made.last.shape().rank() != 1) {
      made.last = made.builder.flatten(made.last);
    }
    return new Model(chain.architecture(), made.builder.build(made.last), made.numbers);
  }

  private void add(String name, ModelLayer layer) {
    switch (layer) {
      case ModelLayer.InputScaling scaling ->
          add(
              name,
              new Standardize(Standardize.Each.ALL),
              Map.of("mean", number(scaling.mean()), "scale", number(scaling.scale())));
      case ModelLayer.FeatureScaling scaling ->
          add(
              name,
              new Standardize(Standardize.Each.FEATURE),
              Map.of("mean", column(scaling.mean()), "scale", column(scaling.scale())));
      case ModelLayer.Dense dense ->
          add(
              name,
              new Linear(dense.weights().rows()),
              Map.of("weight", dense.weights(), "bias", column(dense.bias())));
      case ModelLayer.Conv2d conv -> add(name, convolution(conv), weights(conv));
      case ModelLayer.MaxPool2d pool -> last = builder.named(name).maxPool(last, pool.size());
      case ModelLayer.Relu relu -> last = builder.named(name).relu(last);
      case ModelLayer.Flatten flatten -> last = builder.named(name).flatten(last);
      case ModelLayer.DependentGate gate ->
          add(
              name,
              new DependentGate(0, gate.cut()),
              Map.of(
                  "scale", column(gate.scale()),
                  "shift", column(gate.shift()),
                  "factor", column(gate.factor())));
      case ModelLayer.Affine affine ->
          add(
              name,
              new Affine(0),
              Map.of("scale", column(affine.scale()), "shift", column(affine.shift())));
    }
  }

  private static Convolution convolution(ModelLayer.Conv2d conv) {
    List<Integer> ones = List.of(1, 1);
    List<Integer> zeros = List.of(0, 0);
    List<Integer> kernel = List.of(conv.kernelHeight(), conv.kernelWidth());
    return new Convolution(conv.weights().rows(), new Window(kernel, ones, zeros, zeros, ones), 1);
  }

  private static Map<String, Matrix> weights(ModelLayer.Conv2d conv) {
    return Map.of("weight", conv.weights(), "bias", column(conv.bias()));
  }

  private void add(String name, Operator operator, Map<String, Matrix> slots) {
    last = builder.named(name).node("unused", operator, last);
    slots.forEach((slot, matrix) -> numbers.put(name + "." + slot, matrix));
  }

  static Matrix number(float value) {
    return DenseMatrix.of(1, 1, new float[] {value});
  }

  static Matrix column(Bias bias) {
    return DenseMatrix.of(bias.length(), 1, bias.toArray());
  }
}
