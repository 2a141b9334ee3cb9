package dev.ockham.onnx.read.map;

import dev.ockham.onnx.read.argument.NodeView;
import dev.ockham.onnx.read.program.ElementType;
import dev.ockham.onnx.read.program.MalformedOnnxException;
import dev.ockham.onnx.read.program.Program;
import dev.ockham.onnx.read.program.ProgramInput;
import dev.ockham.onnx.read.program.ProgramOutput;
import dev.ockham.onnx.read.program.Tensor;
import dev.ockham.onnx.read.program.TypedProgram;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Constant;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Operator;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Reshape;
import dev.ockham.runtime.graph.Role;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Slot;
import dev.ockham.runtime.graph.UnitMap;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The graph that is being made: our nodes and numbers so far, and where each ONNX value is among
 * our values. Mappings ask for inputs in the layout that their operator needs.
 */
final class GraphDraft {
  private final Program program;
  private final Map<String, Value> values = new HashMap<>();
  private final Map<String, Layout> layouts = new HashMap<>();
  private final List<Input> inputs = new ArrayList<>();
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final Map<String, Parameter> parameters = new HashMap<>();
  private final Map<String, Matrix> numbers = new HashMap<>();
  private final Map<String, Integer> unitAxes = new HashMap<>();
  private final Map<String, Shape> shapes = new HashMap<>();
  private final Map<Reshaped, Value> reshaped = new HashMap<>();
  private final NodeNames names;

  /** Names of the file's outputs, for the nodes that will give them. */
  private final Set<String> reserved = new HashSet<>();

  private String base = "";

  /** Numbers of all parameters: those that nodes share become each one's own. */
  private long made;

  /** A value under other sizes. */
  private record Reshaped(String value, Shape shape) {}

  /** A graph of the inputs of a program. */
  GraphDraft(TypedProgram typed) {
    program = typed.program();
    names = new NodeNames(program.reads());
    for (ProgramInput input : program.inputs()) {
      Shape onnx = Objects.requireNonNull(typed.types().get(input.name())).shape();
      Layout layout =
          input.batchAxis() < 0 ? Layout.without(onnx) : Layout.without(onnx, input.batchAxis());
      Input.Numbers kind =
          input.type() == ElementType.REAL ? Input.Numbers.ANY : Input.Numbers.WHOLE;
      var ours = new Input(names.take(input.name()), layout.ours(), kind);
      inputs.add(ours);
      unitAxes.put(ours.name(), ours.unitAxis());
      shapes.put(ours.name(), ours.shape());
      values.put(input.name(), new Value(ours.name(), ours.shape()));
      layouts.put(input.name(), layout);
    }
    for (ProgramOutput output : program.outputs()) {
      if (names.free(NodeNames.clean(output.name()))) {
        reserved.add(names.take(output.name()));
      }
    }
  }

  /** From now on nodes are named after this one. */
  void begin(NodeView view) {
    base = names.free(view);
  }

  /** Whether an input of a node is a constant, or left out. */
  static boolean isConstant(NodeView view, int input) {
    return view.constant(input) != null;
  }

  /** How an input of a node lies among our axes. */
  Layout layout(NodeView view, int input) {
    Layout layout = layouts.get(view.node().input(input));
    return layout == null ? Layout.usual(view.shape(input)) : layout;
  }

  /** An input of a node as it lies. */
  Value value(NodeView view, int input) {
    return value(view, input, layout(view, input));
  }

  /** An input of a node in a layout, reshaped where it lies otherwise. */
  Value value(NodeView view, int input, Layout wanted) {
    return value(view.node().input(input), wanted);
  }

  /** A value in a layout, reshaped where it lies otherwise; constants become nodes. */
  private Value value(String name, Layout wanted) {
    Value own = values.get(name);
    if (own != null) {
      return reshaped(own, wanted.ours());
    }
    Tensor tensor = program.constants().get(name);
    if (tensor == null) {
      throw new MalformedOnnxException("value '" + name + "'", "nothing gives it");
    }
    return constant(tensor, wanted.ours(), program.learnt().contains(name), -1);
  }

  /**
   * Channels and positions of one example: the value without its first axis.
   *
   * @throws dev.ockham.onnx.UnsupportedOnnxException if there are several examples
   */
  Value example(NodeView view, int input) {
    Shape shape = view.shape(input);
    if (shape.rank() == 0 || shape.dim(0) != 1) {
      throw view.node()
          .unsupported(
              ("its input is of %s, a batch of several within one example; export it so that the"
                      + " first axis is the batch")
                  .formatted(shape));
    }
    return value(view, input, Layout.without(shape, 0));
  }

  /** An input of a node with exactly ONNX's axes. */
  Value whole(NodeView view, int input) {
    return value(view, input, Layout.without(view.shape(input)));
  }

  /** Says which of our values an output of a node is. */
  void give(NodeView view, int output, Value value, Layout layout) {
    if (!value.shape().equals(layout.ours())) {
      throw new IllegalStateException(
          view.node().described() + " gives " + value.shape() + " as " + layout);
    }
    values.put(view.node().output(output), value);
    layouts.put(view.node().output(output), layout);
  }

  /** Shape of an output of a node. */
  Shape shape(NodeView view, int output) {
    return Objects.requireNonNull(view.types().get(view.node().output(output))).shape();
  }

  /** A node without parameters. */
  Value node(Operator operator, Value... in) {
    return node(operator, Map.of(), in);
  }

  /**
   * A node with the parameters of which numbers are given.
   *
   * @param given numbers by the operator's names for its parameters; not copied twice
   */
  Value node(Operator operator, Map<String, float[]> given, Value... in) {
    List<Shape> sizes = new ArrayList<>();
    List<String> reads = new ArrayList<>();
    List<Integer> axes = new ArrayList<>();
    for (Value each : in) {
      sizes.add(each.shape());
      reads.add(each.name());
      axes.add(Objects.requireNonNull(unitAxes.get(each.name())));
    }
    Shape out = operator.output(sizes);
    boolean said = names.free(base) || base.endsWith(operator.kind());
    String name = names.take(said ? base : base + "_" + operator.kind());
    Map<String, String> taken = new LinkedHashMap<>();
    for (Slot slot : operator.slots(sizes)) {
      float[] own = given.get(slot.name());
      if (own != null) {
        String parameter = name + "." + slot.name();
        taken.put(slot.name(), parameter);
        parameter(new Parameter(parameter, slot.shape(), slot.role()), own);
      }
    }
    UnitMap units = operator.units(sizes, axes);
    unitAxes.put(name, units.axis());
    shapes.put(name, out);
    nodes.put(name, new Node(name, operator, reads, taken));
    return new Value(name, out);
  }

  private void parameter(Parameter parameter, float[] own) {
    if (own.length != parameter.shape().size()) {
      throw new IllegalArgumentException(
          "%s has %s numbers, it needs %s"
              .formatted(parameter.name(), own.length, parameter.shape()));
    }
    made += own.length;
    // An array just larger than a region takes two of them in G1: a half of memory might fill all.
    long most =
        Math.min(ModelFile.MOST_NUMBERS, Runtime.getRuntime().maxMemory() / (4 * Float.BYTES));
    if (made > most) {
      throw new IllegalArgumentException(
          "all nodes to here have more than %s weights, those counted twice that two of them share%s"
              .formatted(most, most < ModelFile.MOST_NUMBERS ? "; give Java more with -Xmx" : ""));
    }
    parameters.put(parameter.name(), parameter);
    numbers.put(parameter.name(), DenseMatrix.owning(parameter.rows(), parameter.columns(), own));
  }

  /**
   * Numbers that are the same for every example.
   *
   * @param learnt whether they train: those of the file's initialisers do
   * @param unitAxis axis of their units; −1 for none
   */
  Value constant(Tensor tensor, Shape shape, boolean learnt, int unitAxis) {
    String before = base;
    base = before + "_constant";
    try {
      var operator = new Constant(shape, learnt ? Role.BIAS : Role.CONSTANT, unitAxis);
      return node(operator, Map.of("value", tensor.reals()));
    } finally {
      base = before;
    }
  }

  /** Whether a constant input of a node is one of the file's initialisers. */
  boolean learnt(NodeView view, int input) {
    return program.learnt().contains(view.node().input(input));
  }

  /** Axis of a value's units; −1 where it has none. */
  int unitAxis(Value value) {
    return Objects.requireNonNull(unitAxes.get(value.name()));
  }

  /** The same numbers under other sizes, for a node that is there for something else. */
  Value reshaped(Value value, Shape shape) {
    String before = base;
    base = before + "_reshape";
    try {
      return reshape(value, shape);
    } finally {
      base = before;
    }
  }

  /** The same numbers under other sizes; reshapes in a row become one, or none, or that before. */
  Value reshape(Value value, Shape shape) {
    Value from = value;
    Node giver = nodes.get(value.name());
    if (!value.shape().equals(shape) && giver != null && giver.operator() instanceof Reshape) {
      String read = giver.inputs().get(0);
      from = new Value(read, Objects.requireNonNull(shapes.get(read)));
    }
    if (from.shape().equals(shape)) {
      return from;
    }
    var wanted = new Reshaped(from.name(), shape);
    Value known = reshaped.get(wanted);
    if (known == null) {
      known = node(new Reshape(shape.dims()), from);
      reshaped.put(wanted, known);
    }
    return known;
  }

  /** The function of each number that gives a value; null if it is another's. */
  @Nullable Activation activation(Value value) {
    Node giver = nodes.get(value.name());
    return giver != null && giver.operator() instanceof Activation activation ? activation : null;
  }

  /** What a value was before the {@link #activation} that gives it. */
  Value before(Value value) {
    Node giver = Objects.requireNonNull(nodes.get(value.name()), value.name());
    return new Value(giver.inputs().get(0), value.shape());
  }

  /** The model of all that is needed for the outputs. */
  Model finish(String architecture, TypedProgram typed) {
    Set<String> outputs = new LinkedHashSet<>();
    Map<String, String> renamed = new HashMap<>();
    for (ProgramOutput output : program.outputs()) {
      base = output.name() + "_output";
      Value value = output(output, typed);
      if (nodes.get(value.name()) == null || outputs.contains(value.name())) {
        value = node(new Reshape(value.shape().dims()), value);
      }
      outputs.add(value.name());
      if (reserved.remove(NodeNames.clean(output.name()))) {
        renamed.put(value.name(), NodeNames.clean(output.name()));
      }
    }
    return new DraftCompletion(inputs, nodes, parameters, numbers)
        .model(architecture, List.copyOf(outputs), renamed);
  }

  private Value output(ProgramOutput output, TypedProgram typed) {
    Value own = values.get(output.value());
    if (own != null) {
      return own;
    }
    Shape shape = Objects.requireNonNull(typed.types().get(output.value())).shape();
    return value(output.value(), Layout.usual(shape));
  }
}
