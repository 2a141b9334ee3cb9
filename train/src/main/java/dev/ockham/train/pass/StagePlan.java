package dev.ockham.train.pass;

import dev.ockham.core.kernel.Kernels;
import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Operator;
import dev.ockham.runtime.graph.Reshape;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.train.engine.Precision;
import dev.ockham.train.gate.GateLeaves;
import dev.ockham.train.gate.NoGate;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Makes the values and stages of a pass from a graph. */
final class StagePlan {

  private final Graph graph;
  private final PassLeaves leaves;
  private final int capacity;
  private final Arena arena;
  private final StageChoice choice;
  private final Map<String, List<Node>> readers;
  private final Map<String, PassValue> values = new HashMap<>();
  private final List<PassValue> inputs = new ArrayList<>();
  private final List<Stage> stages = new ArrayList<>();

  StagePlan(
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
    this.arena = arena;
    this.readers = graph.readers();
    this.choice = new StageChoice(graph, leaves, capacity, precision, byHand, kernels, arena);
    for (Input input : graph.inputs()) {
      PassValue value =
          new PassValue(
              input.name(), input.shape(), input.unitAxis(), false, memory(input.shape()));
      values.put(input.name(), value);
      inputs.add(value);
    }
    Set<String> live = live();
    for (Node node : graph.nodes()) {
      if (live.contains(node.name())) {
        place(node);
      }
    }
  }

  /** What comes from outside, in the graph's order. */
  List<PassValue> inputs() {
    return inputs;
  }

  /** In the order in which they run. */
  List<Stage> stages() {
    return stages;
  }

  /** What leaves the pass, in the graph's order. */
  List<PassValue> outputs() {
    return graph.outputs().stream().map(this::value).toList();
  }

  private PassValue value(String name) {
    return Objects.requireNonNull(values.get(name), name);
  }

  private MemorySegment memory(Shape shape) {
    return Buffers.floats(arena, (long) capacity * shape.size());
  }

  /** The nodes that an output depends on. */
  private Set<String> live() {
    Set<String> live = new HashSet<>(graph.outputs());
    for (Node node : graph.nodes().reversed()) {
      if (live.contains(node.name())) {
        live.addAll(node.inputs());
      }
    }
    return live;
  }

  private void place(Node node) {
    List<Reading> reads = new ArrayList<>();
    for (String read : node.inputs()) {
      reads.add(new Reading(value(read)));
    }
    GatePlace onInput = gate(node, false);
    if (onInput != null) {
      reads.set(0, new Reading(gated(reads.getFirst().value(), onInput)));
    }
    PassValue output = output(node, reads);
    stages.add(choice.of(node, new Wiring(reads, output)));
    GatePlace onOutput = gate(node, true);
    values.put(node.name(), onOutput == null ? output : gated(output, onOutput));
  }

  private PassValue output(Node node, List<Reading> reads) {
    String name = node.name();
    Shape shape = graph.shape(name);
    int axis = graph.unitAxis(name);
    boolean wanted = trains(node) || reads.stream().anyMatch(Reading::wanted);
    return sharesMemory(node)
        ? PassValue.over(reads.getFirst().value(), name, shape, axis, wanted)
        : new PassValue(name, shape, axis, wanted, () -> memory(shape));
  }

  private boolean trains(Node node) {
    return node.parameters().values().stream()
        .anyMatch(name -> graph.parameter(name).role().trained());
  }

  private @Nullable GatePlace gate(Node node, boolean onOutput) {
    for (GatePlace place : leaves.gates()) {
      if (place.node().equals(node.name())
          && place.onOutput() == onOutput
          && !(place.gate() instanceof NoGate)) {
        return place;
      }
    }
    return null;
  }

  /**
   * A stage that multiplies a value by a gate's draws: along the first axis, of a convolution's
   * channels, or the last one, which a dense layer reads. These are the value's units where it has
   * any there; behind a reshape they may lie along another axis, or along none.
   */
  private PassValue gated(PassValue value, GatePlace place) {
    boolean learns = !(place.leaves() instanceof GateLeaves.Fixed);
    Node node = Objects.requireNonNull(graph.node(place.node()), place.node());
    boolean last = !place.onOutput() && node.operator() instanceof Linear;
    PassValue product =
        new PassValue(
            value.name() + (place.onOutput() ? "*" : "*" + place.node()),
            value.shape(),
            last ? value.shape().rank() - 1 : 0,
            learns || value.wanted(),
            () -> memory(value.shape()));
    stages.add(choice.gate(place, new Wiring(List.of(new Reading(value)), product)));
    return product;
  }

  /**
   * Whether a node writes over what it reads. A reshape always does, since numbers stay the same. A
   * ReLU does where nobody else reads them, not even by another name, and no input of the pass is
   * overwritten; no stage needs its own output on the way back but max-pooling, which can take it
   * after a ReLU.
   */
  private boolean sharesMemory(Node node) {
    return node.operator() instanceof Reshape
        || (rectifies(node.operator()) && onlyReader(node.inputs().getFirst()));
  }

  static boolean rectifies(Operator operator) {
    return operator instanceof Activation(Activation.Function function, float _, float _)
        && function == Activation.Function.RELU;
  }

  private boolean onlyReader(String read) {
    Node giver = graph.node(read);
    if (giver == null
        || graph.gives(read)
        || Objects.requireNonNull(readers.get(read)).size() > 1) {
      return false;
    }
    return !(giver.operator() instanceof Reshape) || onlyReader(giver.inputs().getFirst());
  }
}
