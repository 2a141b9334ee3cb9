package dev.ockham.train.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.method.Estimator;
import dev.ockham.runtime.Thorough;
import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Combine;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.Role;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Value;
import dev.ockham.train.FlatMemory;
import dev.ockham.train.engine.NativeTensor;
import dev.ockham.train.engine.Precision;
import dev.ockham.train.engine.TensorMemory;
import dev.ockham.train.engine.TensorScope;
import dev.ockham.train.posterior.Gradients;
import dev.ockham.train.posterior.WeightLeaves;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Segments of several nodes against segments of one, their memory, and shared parameters. */
@Isolated
class AutogradSegmentTest {
  private static final int ROWS = 4;
  private static final int STEPS = 5;
  private static final int TOKENS = 11;
  private static final NoiseSource NOISE = new NoiseSource(3, 1);

  /** Attention over tokens, a recurrent layer behind it, and a classifier. */
  private static Graph attention() {
    GraphBuilder g = new GraphBuilder();
    Value x = g.embed(g.input("tokens", STEPS), TOKENS, 6);
    x = g.add(x, g.learnt(Shape.of(STEPS, 6), 1));
    Value normal = g.layerNorm(x);
    Value scores =
        g.matrixProductTransposed(heads(g, g.dense(normal, 6)), heads(g, g.dense(normal, 6)));
    Activation half = new Activation(Activation.Function.SCALE, 0.5f, 0);
    Value mixed =
        g.matrixProduct(g.softmax(g.activation(scores, half)), heads(g, g.dense(normal, 6)));
    Value joined = g.reshape(g.permute(mixed, 1, 0, 2), STEPS, 6);
    x = g.add(x, g.dense(joined, 6));
    Value state = g.bidirectional(g.layerNorm(x), Recurrent.Cell.LSTM, 3, true);
    Value gated = g.multiply(state, g.activation(state, Activation.Function.SIGMOID));
    return g.build(g.dense(g.activation(gated, Activation.Function.GELU), 3));
  }

  private static Value heads(GraphBuilder g, Value x) {
    return g.permute(g.reshape(x, STEPS, 2, 3), 1, 0, 2);
  }

  /** Leaves of a graph with Gaussian weights. */
  private static final class Leaves implements AutoCloseable {
    private final Map<String, WeightLeaves> weights = new LinkedHashMap<>();
    private final Map<String, Tensor> numbers = new LinkedHashMap<>();
    private final List<NativeTensor> tensors = new ArrayList<>();
    private final Arena arena;

    Leaves(Graph graph, Arena arena) {
      this.arena = arena;
      SplittableRandom random = new SplittableRandom(1);
      for (Parameter parameter : graph.parameters()) {
        Tensor leaf = leaf(parameter, random, -0.6, 0.6);
        if (parameter.role().prunable()) {
          Tensor sigma2 = leaf(parameter, random, 0.01, 0.1);
          weights.put(parameter.name(), new WeightLeaves.Gaussian(leaf, sigma2));
        } else {
          numbers.put(parameter.name(), leaf);
        }
      }
    }

    private Tensor leaf(Parameter parameter, SplittableRandom random, double low, double high) {
      NativeTensor tensor = NativeTensor.floats(arena, parameter.shape().toLongs());
      float[] values = new float[parameter.shape().size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextDouble(low, high);
      }
      tensor.set(values);
      tensors.add(tensor);
      return tensor.newLeaf();
    }

    PassLeaves of(Estimator estimator) {
      return new PassLeaves(weights, numbers, estimator);
    }

    Map<String, float[]> gradients() {
      Map<String, float[]> gradients = new LinkedHashMap<>();
      weights.forEach((name, leaves) -> {
        gradients.put(name, gradient(leaves.theta()));
        gradients.put(name + "'", gradient(((WeightLeaves.Gaussian) leaves).sigma2()));
      });
      numbers.forEach((name, leaf) -> gradients.put(name, gradient(leaf)));
      return gradients;
    }

    private static float[] gradient(Tensor leaf) {
      try (TensorScope _ = new TensorScope()) {
        return TensorMemory.of(leaf.grad()).toArray(ValueLayout.JAVA_FLOAT);
      }
    }

    void clear() {
      weights.values().forEach(WeightLeaves::clearGradients);
      numbers.values().forEach(Gradients::clear);
    }

    @Override
    public void close() {
      weights.values().forEach(WeightLeaves::close);
      numbers.values().forEach(Tensor::close);
      tensors.forEach(NativeTensor::close);
    }
  }

  /** The same pass, its stages joined or apart. */
  private static final class Pass implements AutoCloseable {
    private final StagePlan plan;
    private final List<Stage> stages;

    Pass(Graph graph, PassLeaves leaves, boolean byHand, boolean joined, Arena arena) {
      plan = new StagePlan(graph, leaves, ROWS, Precision.FLOAT32, byHand, Kernels.create(), arena);
      stages = joined ? SegmentRuns.joined(plan.stages(), plan.outputs()) : plan.stages();
      GradientPlan.lay(stages, plan.outputs(), ROWS, arena);
    }

    float[] forward() {
      PassValue input = plan.inputs().getFirst();
      for (int i = 0; i < ROWS * input.size(); i++) {
        input.values().setAtIndex(ValueLayout.JAVA_FLOAT, i, (i * 7 + i / 3) % TOKENS);
      }
      int[] examples = IntStream.range(40, 40 + ROWS).toArray();
      for (Stage stage : stages) {
        stage.forward(new Share(examples, NOISE, new Norms.OfBatch(), true));
      }
      return plan.outputs()
          .getFirst()
          .values()
          .asSlice(0, (long) ROWS * plan.outputs().getFirst().size() * Float.BYTES)
          .toArray(ValueLayout.JAVA_FLOAT);
    }

    void backward() {
      for (int i = 0; i < ROWS * plan.outputs().getFirst().size(); i++) {
        plan.outputs().getFirst().gradient().setAtIndex(ValueLayout.JAVA_FLOAT, i, 1 - 0.3f * i);
      }
      for (Stage stage : stages.reversed()) {
        if (stage.wiring().wanted()) {
          stage.backward(ROWS);
        }
      }
      stages.forEach(Stage::publish);
    }

    @Override
    public void close() {
      stages.forEach(Stage::close);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void joinedNodesGiveWhatNodesApartDo(boolean byHand) {
    Graph graph = attention();
    for (Estimator estimator : Estimator.values()) {
      try (Arena arena = Arena.ofConfined();
          Leaves one = new Leaves(graph, arena);
          Leaves other = new Leaves(graph, arena);
          Pass apart = new Pass(graph, one.of(estimator), byHand, false, arena);
          Pass joined = new Pass(graph, other.of(estimator), byHand, true, arena)) {
        assertThat(joined.stages.size()).isLessThan(apart.stages.size());
        assertThat(joined.forward()).containsExactly(apart.forward(), within(1e-6f));
        apart.backward();
        joined.backward();
        Map<String, float[]> expected = one.gradients();
        other
            .gradients()
            .forEach((name, gradient) ->
                assertThat(gradient)
                    .as("%s %s", estimator, name)
                    .containsExactly(expected.get(name), within(2e-5f)));
      }
    }
  }

  @Test
  void aGraphWithoutAnyStageByHandIsOneSegment() {
    Graph graph = attention();
    try (Arena arena = Arena.ofConfined();
        Leaves leaves = new Leaves(graph, arena);
        Pass pass = new Pass(graph, leaves.of(Estimator.LOCAL), false, true, arena)) {
      assertThat(pass.stages).hasSize(1);
    }
  }

  private static final int PASSES = 200 / Thorough.oneIn(2);

  @Test
  void passesLeaveNoNativeMemoryBehind() {
    Graph graph = attention();
    try (Arena arena = Arena.ofConfined();
        Leaves leaves = new Leaves(graph, arena);
        Pass pass = new Pass(graph, leaves.of(Estimator.LOCAL), false, true, arena)) {
      runs(pass, leaves);
      // One leaked activation a pass would be 4 · 5 · 6 · 4 = 480 bytes.
      FlatMemory.require(250L * PASSES, () -> runs(pass, leaves));
    }
  }

  private static void runs(Pass pass, Leaves leaves) {
    for (int i = 0; i < PASSES; i++) {
      leaves.clear();
      var _ = pass.forward();
      pass.backward();
    }
  }

  /** Two layers of the same weights, one minus or plus the other. */
  private static Graph twice(Combine.By by, boolean shared) {
    Shape shape = Shape.of(3, STEPS);
    List<Parameter> parameters = new ArrayList<>();
    parameters.add(new Parameter("w", shape, Role.WEIGHT));
    if (!shared) {
      parameters.add(new Parameter("v", shape, Role.WEIGHT));
    }
    List<Node> nodes =
        List.of(
            new Node("a", new Linear(3), List.of("x"), Map.of("weight", "w")),
            new Node("b", new Linear(3), List.of("x"), Map.of("weight", shared ? "w" : "v")),
            new Node("y", new Combine(by), List.of("a", "b")));
    Input x = new Input("x", Shape.of(STEPS));
    return new Graph(List.of(x), parameters, nodes, List.of("y"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"LOCAL", "PER_BATCH", "PER_EXAMPLE"})
  void nodesThatShareWeightsShareTheirDraw(Estimator estimator) {
    try (Arena arena = Arena.ofConfined()) {
      Graph shared = twice(Combine.By.SUBTRACT, true);
      try (Leaves leaves = new Leaves(shared, arena);
          Pass pass = new Pass(shared, leaves.of(estimator), true, true, arena)) {
        assertThat(pass.forward()).containsOnly(0f);
        pass.backward();
        assertThat(leaves.gradients().get("w")).containsOnly(0f);
      }
      Graph apart = twice(Combine.By.SUBTRACT, false);
      try (Leaves leaves = new Leaves(apart, arena);
          Pass pass = new Pass(apart, leaves.of(estimator), true, true, arena)) {
        assertThat(pass.forward()).doesNotContain(0f);
      }
    }
  }

  @Test
  void gradientsOfSharedWeightsAddUp() {
    Graph shared = twice(Combine.By.ADD, true);
    try (Arena arena = Arena.ofConfined();
        Leaves leaves = new Leaves(shared, arena);
        Pass pass = new Pass(shared, leaves.of(Estimator.LOCAL), true, true, arena)) {
      var _ = pass.forward();
      pass.backward();
      float[] byW = Objects.requireNonNull(leaves.gradients().get("w"));
      float expected = 0;
      for (int row = 0; row < ROWS; row++) {
        float x =
            pass.plan
                .inputs()
                .getFirst()
                .values()
                .getAtIndex(ValueLayout.JAVA_FLOAT, (long) row * STEPS);
        expected += 2 * x * (1 - 0.3f * (3 * row));
      }
      assertThat(byW[0]).isCloseTo(expected, within(1e-4f));
    }
  }
}
