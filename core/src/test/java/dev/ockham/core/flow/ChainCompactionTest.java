package dev.ockham.core.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.runtime.graph.Affine;
import dev.ockham.runtime.graph.DependentGate;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Standardize;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.Bias;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.model.ModelLayer;
import dev.ockham.runtime.model.Shape;
import dev.ockham.runtime.model.SparseModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Chains come out with the bits that the compaction of chains gave. */
class ChainCompactionTest {

  @ParameterizedTest
  @CsvSource({
    "1, 0.3", "2, 0.1", "3, 0.05", "4, 0.02", "5, 0.01", "6, 0", "7, 1", "8, 0.07", "9, 0.03"
  })
  void weightsAndBiasesHaveTheSameBits(long seed, double density) {
    Chain chain = new Chain(new SplittableRandom(seed), density);
    chain.build();

    SparseModel wanted = dev.ockham.core.prune.Compaction.compact(chain.sparse());
    Model got = Compaction.compact(chain.model());

    for (ModelLayer.Linear layer : wanted.linearLayers()) {
      assertThat(got.value(layer.name() + ".weight").rows()).isEqualTo(layer.weights().rows());
      assertThat(GraphModels.numbers(got, layer.name() + ".weight"))
          .as(layer.name())
          .isEqualTo(layer.weights().toDense());
      assertThat(GraphModels.numbers(got, layer.name() + ".bias"))
          .as(layer.name())
          .isEqualTo(layer.bias().toArray());
    }
    for (ModelLayer layer : wanted.layers()) {
      if (layer instanceof ModelLayer.Affine affine) {
        assertThat(GraphModels.numbers(got, affine.name() + ".shift"))
            .isEqualTo(affine.shift().toArray());
      }
    }
  }

  /** The same network as a chain of layers and as a graph. */
  private static final class Chain {
    private final SplittableRandom random;
    private final double density;
    private final List<ModelLayer> layers = new ArrayList<>();
    private final GraphBuilder graph = new GraphBuilder();
    private final Map<String, float[]> numbers = new HashMap<>();
    private Value value = graph.input("x", 2, 16, 15);

    Chain(SplittableRandom random, double density) {
      this.random = random;
      this.density = density;
    }

    void build() {
      layers.add(new ModelLayer.InputScaling(128, 0.01f));
      value = graph.named("scaling").node("", new Standardize(Standardize.Each.ALL), value);
      numbers.put("scaling.mean", new float[] {128});
      numbers.put("scaling.scale", new float[] {0.01f});
      conv("conv1", 8, 2, 3);
      gate("gate1", 8);
      affine("bn1", 8);
      relu();
      pool();
      conv("conv2", 12, 8, 3);
      gate("gate2", 12);
      pool();
      layers.add(new ModelLayer.Flatten());
      value = graph.flatten(value);
      gate("gate3", 48);
      dense("fc1", 30, 48);
      affine("bn2", 30);
      relu();
      dense("fc2", 20, 30);
      relu();
      dense("fc3", 5, 20);
    }

    SparseModel sparse() {
      return new SparseModel("chain", new Shape(2, 16, 15), 5, layers);
    }

    Model model() {
      return GraphModels.of(graph.build(value), numbers);
    }

    private void relu() {
      layers.add(new ModelLayer.Relu());
      value = graph.relu(value);
    }

    private void pool() {
      layers.add(new ModelLayer.MaxPool2d(2));
      value = graph.maxPool(value, 2);
    }

    private void conv(String name, int outputs, int inputs, int kernel) {
      float[] weights = normal(outputs * inputs * kernel * kernel, density);
      float[] bias = normal(outputs, 1);
      layers.add(
          new ModelLayer.Conv2d(
              name,
              kernel,
              kernel,
              DenseMatrix.of(outputs, weights.length / outputs, weights),
              Bias.of(bias)));
      value = graph.named(name).conv2d(value, outputs, kernel);
      put(name, weights, bias);
    }

    private void dense(String name, int outputs, int inputs) {
      float[] weights = normal(outputs * inputs, density);
      float[] bias = normal(outputs, 1);
      layers.add(
          new ModelLayer.Dense(name, DenseMatrix.of(outputs, inputs, weights), Bias.of(bias)));
      value = graph.named(name).dense(value, outputs);
      put(name, weights, bias);
    }

    private void put(String name, float[] weights, float[] bias) {
      numbers.put(name + ".weight", weights);
      numbers.put(name + ".bias", bias);
    }

    private void affine(String name, int units) {
      float[] scale = normal(units, 1);
      float[] shift = normal(units, 1);
      layers.add(new ModelLayer.Affine(name, Bias.of(scale), Bias.of(shift)));
      value = graph.named(name).node("", new Affine(0), value);
      numbers.put(name + ".scale", scale);
      numbers.put(name + ".shift", shift);
    }

    private void gate(String name, int units) {
      float[] scale = normal(units, 1);
      float[] shift = normal(units, 1);
      float[] factor = normal(units, 1);
      for (int i = 0; i < units; i++) {
        factor[i] = Math.abs(factor[i]);
      }
      layers.add(
          new ModelLayer.DependentGate(
              name, Bias.of(scale), Bias.of(shift), Bias.of(factor), 0.2f));
      value = graph.named(name).node("", new DependentGate(0, 0.2f), value);
      numbers.put(name + ".scale", scale);
      numbers.put(name + ".shift", shift);
      numbers.put(name + ".factor", factor);
    }

    private float[] normal(int length, double part) {
      float[] values = new float[length];
      for (int i = 0; i < length; i++) {
        double number = 0.4 * random.nextGaussian();
        values[i] = random.nextDouble() < part ? (float) number : 0;
      }
      return values;
    }
  }
}
