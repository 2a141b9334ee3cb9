package dev.ockham.train.pass;

import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.NoiseUnits;
import dev.ockham.core.method.Estimator;
import dev.ockham.runtime.graph.Combine;
import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Pool;
import dev.ockham.runtime.graph.Reduce;
import dev.ockham.runtime.graph.Reshape;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Window;
import dev.ockham.train.engine.Precision;
import dev.ockham.train.gate.GateLeaves;
import dev.ockham.train.posterior.WeightLeaves;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Which stage a node becomes: the one place that knows which gradients are written by hand. The
 * choice is a function of graph, leaves and capacity alone.
 */
final class StageChoice {

  /**
   * Channels, in as well as out, from which libtorch's own convolutions are faster than patches and
   * BLAS, in windows of more than one position. Below it depends on how well these fill oneDNN's
   * blocks of 16. Measured, see docs/internals.md.
   */
  private static final int MANY_CHANNELS = 24;

  private final Graph graph;
  private final PassLeaves leaves;
  private final int capacity;
  private final Precision precision;
  private final boolean byHand;
  private final Kernels kernels;
  private final Arena arena;

  /** How many nodes take a parameter. */
  private final Map<String, Integer> takers = new HashMap<>();

  StageChoice(
      Graph graph,
      PassLeaves leaves,
      int capacity,
      Precision precision,
      boolean byHand,
      Kernels kernels,
      Arena arena) {
    this.graph = graph;
    this.leaves = leaves;
    this.capacity = capacity;
    this.precision = precision;
    this.byHand = byHand;
    this.kernels = kernels;
    this.arena = arena;
    for (Node node : graph.nodes()) {
      node.parameters().values().forEach(name -> takers.merge(name, 1, Integer::sum));
    }
  }

  /** The stage of a node. */
  Stage of(Node node, Wiring wiring) {
    Stage stage = byHand && !sharesParameters(node) ? byHand(node, wiring) : null;
    return stage != null ? stage : segment(node, wiring);
  }

  /** Gradients of one parameter from several nodes are added up by autograd. */
  private boolean sharesParameters(Node node) {
    return node.parameters().values().stream().anyMatch(name -> taken(name) > 1);
  }

  private int taken(String parameter) {
    return Objects.requireNonNull(takers.get(parameter), parameter);
  }

  private @Nullable Stage byHand(Node node, Wiring wiring) {
    if (StagePlan.rectifies(node.operator())) {
      return new ReluStage(wiring);
    }
    return switch (node.operator()) {
      case Linear _ -> local(node) ? dense(node, wiring) : null;
      case Convolution convolution -> local(node) ? convolution(node, convolution, wiring) : null;
      case Reshape _ -> new ReshapeStage(wiring);
      case Pool pool -> pool(pool, wiring);
      case Combine combine -> combine(combine, wiring);
      case Reduce reduce -> reduce(reduce, wiring);
      case Normalize normalize -> normalize(node, normalize, wiring);
      default -> null;
    };
  }

  /** Whether noisy weights enter by their pre-activations, or there are none. */
  private boolean local(Node node) {
    return switch (leaves.weightsOf(parameter(node, "weight").name())) {
      case WeightLeaves.Point _ -> true;
      case WeightLeaves.Gaussian _ -> leaves.estimator() == Estimator.LOCAL;
      case WeightLeaves.Gated _ -> false;
    };
  }

  private Parameter parameter(Node node, String slot) {
    return Objects.requireNonNull(graph.parameter(node, slot), slot);
  }

  private WeightMemory memory(Node node) {
    Parameter weight = parameter(node, "weight");
    Parameter bias = graph.parameter(node, "bias");
    Tensor leaf = bias == null ? null : leaves.numbersOf(bias.name());
    return new WeightMemory(ordinal(weight), leaves.weightsOf(weight.name()), leaf, arena);
  }

  private int ordinal(Parameter weight) {
    return graph.prunable().indexOf(weight);
  }

  /** The pre-activations of a node that are drawn. */
  private NoiseUnits units(Node node, Wiring wiring) {
    int[] left = leaves.drawn().get(node.name());
    return left == null ? NoiseUnits.all(wiring.output().size()) : NoiseUnits.of(left);
  }

  private Stage dense(Node node, Wiring wiring) {
    return new DenseStage(
        wiring, units(node, wiring), memory(node), capacity, precision, kernels, arena);
  }

  private Stage convolution(Node node, Convolution convolution, Wiring wiring) {
    Window window = convolution.window();
    boolean patches =
        window.plain()
            && square(window.kernel())
            && convolution.groups() == 1
            && (window.kernel().getFirst() == 1 || fewChannels(wiring));
    if (!patches) {
      return new TorchConvolutionStage(
          wiring, convolution, units(node, wiring), memory(node), capacity, kernels, arena);
    }
    return new ConvolutionStage(
        wiring,
        window.kernel().getFirst(),
        units(node, wiring),
        memory(node),
        capacity,
        kernels,
        arena);
  }

  private static boolean fewChannels(Wiring wiring) {
    int in = wiring.input().value().shape().dim(0);
    return Math.min(in, wiring.output().shape().dim(0)) < MANY_CHANNELS;
  }

  private @Nullable Stage pool(Pool pool, Wiring wiring) {
    Window window = pool.window();
    boolean plain =
        pool.of() == Pool.Of.MAX
            && square(window.kernel())
            && window.kernel().equals(window.stride())
            && !window.pads()
            && !pool.ceil()
            && window.dilation().stream().allMatch(d -> d == 1);
    return plain ? new MaxPoolingStage(wiring, window.kernel().getFirst(), kernels) : null;
  }

  private static boolean square(List<Integer> kernel) {
    return kernel.size() == 2 && kernel.get(0).equals(kernel.get(1));
  }

  private static @Nullable Stage combine(Combine combine, Wiring wiring) {
    boolean equal =
        wiring.inputs().stream()
            .allMatch(input -> input.value().shape().equals(wiring.output().shape()));
    return combine.by() == Combine.By.ADD && equal ? new AddStage(wiring) : null;
  }

  /** Sums and means of runs that follow each other in memory. */
  private static @Nullable Stage reduce(Reduce reduce, Wiring wiring) {
    Shape in = wiring.input().value().shape();
    int first = in.rank() - reduce.axes().size();
    boolean last = IntStream.range(first, in.rank()).allMatch(reduce.axes()::contains);
    int run = in.product(first, in.rank());
    return switch (reduce.to()) {
      case MEAN -> last ? new ReduceStage(wiring, run, 1f / run) : null;
      case SUM -> last ? new ReduceStage(wiring, run, 1f) : null;
      case MAX, MIN -> null;
    };
  }

  private @Nullable Stage normalize(Node node, Normalize normalize, Wiring wiring) {
    return switch (normalize.over()) {
      case BATCH ->
          new NormStage(
              wiring,
              normalize.axis(),
              normalize.epsilon(),
              numbers(node, "scale"),
              numbers(node, "shift"),
              arena);
      case LAYER, GROUP, INSTANCE -> null;
    };
  }

  private @Nullable Tensor numbers(Node node, String slot) {
    Parameter parameter = graph.parameter(node, slot);
    return parameter == null ? null : leaves.numbersOf(parameter.name());
  }

  /** A stage that multiplies a value by what a gate draws. */
  Stage gate(GatePlace place, Wiring wiring) {
    return switch (place.leaves()) {
      case GateLeaves.Fixed _, GateLeaves.Gaussian _ ->
          new NoiseGateStage(wiring, place, capacity, kernels, arena);
      case GateLeaves.Learnt _, GateLeaves.Dependent _ ->
          new UnitGateStage(wiring, place, capacity, kernels, arena);
    };
  }

  /** A node without a gradient by hand. */
  private Stage segment(Node node, Wiring wiring) {
    return new AutogradSegment(
        wiring,
        TorchOperators.function(graph, node, leaves, kernels),
        new TorchParameters(graph, node, leaves, kernels).trained());
  }
}
