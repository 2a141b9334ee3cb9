package dev.ockham.train.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.method.Estimator;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Role;
import dev.ockham.train.engine.NativeTensor;
import dev.ockham.train.engine.Precision;
import dev.ockham.train.engine.TensorMemory;
import dev.ockham.train.posterior.Gradients;
import dev.ockham.train.posterior.WeightLeaves;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** A graph with drawn parameters, and passes over it: as it is, and all by autograd. */
final class TwoPasses implements AutoCloseable {
  private final Arena arena = Arena.ofConfined();
  private final Graph graph;
  private final int rows;
  private final Map<String, NativeTensor> parameters = new LinkedHashMap<>();
  private final List<Tensor> leaves = new ArrayList<>();
  final One byHand;
  final One autograd;

  /** A pass, and its leaves by name. */
  static final class One {
    final Map<String, Tensor> leaves = new LinkedHashMap<>();
    final GraphPass pass;

    One(TwoPasses of, boolean noisyWeights, boolean byHand, Kernels kernels) {
      Map<String, WeightLeaves> weights = new LinkedHashMap<>();
      Map<String, Tensor> numbers = new LinkedHashMap<>();
      for (Parameter each : of.graph.parameters()) {
        Tensor leaf = of.leaf(each.name());
        leaves.put(each.name(), leaf);
        if (each.role().prunable() && noisyWeights) {
          Tensor sigma2 = of.leaf(each.name() + ".sigma2");
          leaves.put(each.name() + ".sigma2", sigma2);
          weights.put(each.name(), new WeightLeaves.Gaussian(leaf, sigma2));
        } else if (each.role().prunable()) {
          weights.put(each.name(), new WeightLeaves.Point(leaf));
        } else {
          numbers.put(each.name(), leaf);
        }
      }
      pass =
          new GraphPass(
              of.graph,
              new PassLeaves(weights, numbers, Estimator.LOCAL),
              of.rows + 2,
              Precision.FLOAT32,
              byHand,
              true,
              kernels,
              of.arena);
    }
  }

  TwoPasses(Graph graph, int rows, boolean noisyWeights, Kernels kernels) {
    this.graph = graph;
    this.rows = rows;
    SplittableRandom random = new SplittableRandom(4);
    for (Parameter each : graph.parameters()) {
      double scale = each.role().prunable() ? 1 / Math.sqrt(each.columns()) : 0.4;
      double middle = each.role() == Role.SCALE ? 1 : 0;
      NativeTensor values = NativeTensor.floats(arena, each.shape().toLongs());
      values.set(draw(random, values.size(), middle - scale, middle + scale));
      parameters.put(each.name(), values);
      if (each.role().prunable()) {
        NativeTensor sigma2 = NativeTensor.floats(arena, each.shape().toLongs());
        sigma2.set(draw(random, values.size(), 0.02 * scale * scale, 0.5 * scale * scale));
        parameters.put(each.name() + ".sigma2", sigma2);
      }
    }
    byHand = new One(this, noisyWeights, true, kernels);
    autograd = new One(this, noisyWeights, false, kernels);
    for (One one : List.of(byHand, autograd)) {
      SplittableRandom inputs = new SplittableRandom(8);
      for (int i = 0; i < graph.inputs().size(); i++) {
        int size = rows * graph.inputs().get(i).shape().size();
        float[] values = draw(inputs, size, -1.5, 1.5);
        MemorySegment.copy(values, 0, one.pass.input(i), ValueLayout.JAVA_FLOAT, 0, size);
      }
    }
  }

  private Tensor leaf(String name) {
    Tensor leaf = Objects.requireNonNull(parameters.get(name), name).newLeaf();
    leaves.add(leaf);
    return leaf;
  }

  private static float[] draw(SplittableRandom random, long size, double from, double to) {
    float[] values = new float[Math.toIntExact(size)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(from, to);
    }
    return values;
  }

  /** Compares outputs and all gradients for a drawn gradient by the output. */
  void agree(@Nullable NoiseSource noise, double tolerance) {
    float[] expected = run(autograd, noise);
    float[] actual = run(byHand, noise);
    near("output", actual, expected, tolerance);
    autograd.leaves.forEach((name, leaf) -> {
      if (noise != null || !name.endsWith(".sigma2")) {
        Tensor other = Objects.requireNonNull(byHand.leaves.get(name), name);
        near(name, gradient(other), gradient(leaf), tolerance);
      }
    });
  }

  /** A step whose gradients are dropped, as training drops them. */
  void step(One one, @Nullable NoiseSource noise) {
    float[] output = run(one, noise);
    assertThat(output[0]).isFinite();
    one.leaves.values().forEach(Gradients::clear);
  }

  private float[] run(One one, @Nullable NoiseSource noise) {
    int[] examples = IntStream.range(0, rows).map(i -> 7 * i + 3).toArray();
    MemorySegment output = one.pass.forward(examples, noise);
    int size = rows * graph.shape(graph.outputs().getFirst()).size();
    float[] values = output.asSlice(0, 4L * size).toArray(ValueLayout.JAVA_FLOAT);
    float[] gradient = draw(new SplittableRandom(2), size, -1, 1);
    MemorySegment.copy(gradient, 0, one.pass.byOutput(), ValueLayout.JAVA_FLOAT, 0, size);
    one.pass.backward();
    return values;
  }

  static float[] gradient(Tensor leaf) {
    return TensorMemory.of(leaf.grad()).toArray(ValueLayout.JAVA_FLOAT);
  }

  /** To a fraction of the largest number. */
  static void near(String what, float[] actual, float[] expected, double tolerance) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    double largest = 0;
    double distance = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      distance = Math.max(distance, Math.abs(expected[i] - actual[i]));
    }
    assertThat(largest).as("%s is there", what).isPositive();
    assertThat(distance / largest).as("distance of " + what).isCloseTo(0, within(tolerance));
  }

  @Override
  public void close() {
    byHand.pass.close();
    autograd.pass.close();
    leaves.forEach(Tensor::close);
    parameters.values().forEach(NativeTensor::close);
    arena.close();
  }
}
