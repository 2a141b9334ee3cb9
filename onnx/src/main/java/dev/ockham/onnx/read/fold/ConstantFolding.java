package dev.ockham.onnx.read.fold;

import dev.ockham.onnx.UnsupportedOnnxException;
import dev.ockham.onnx.read.argument.NodeView;
import dev.ockham.onnx.read.program.MalformedOnnxException;
import dev.ockham.onnx.read.program.OnnxNode;
import dev.ockham.onnx.read.program.Program;
import dev.ockham.onnx.read.program.ProgramInput;
import dev.ockham.onnx.read.program.ProgramInput.Size;
import dev.ockham.onnx.read.program.Tensor;
import dev.ockham.onnx.read.program.TypedProgram;
import dev.ockham.onnx.read.program.ValueType;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.graph.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds kind and shape of every value, and computes what does not depend on an example. Both at
 * once: a shape may follow from constants, and constants from shapes.
 */
public final class ConstantFolding {
  /** Numbers that folding may make of any model, however few weights it has: 64 MB as floats. */
  private static final long LEAST_ROOM = 1L << 24;

  private static final Set<String> MOVING =
      Set.of("Reshape", "Flatten", "Squeeze", "Unsqueeze", "Transpose", "Expand", "Cast");

  private final Program program;
  private final Map<String, Mapped> mapped;
  private final Map<String, ValueType> types = new HashMap<>();
  private final Map<String, Tensor> constants;
  private final Set<String> learnt;
  private final List<OnnxNode> left = new ArrayList<>();
  private final Room room;

  /** Names of all values; only there once a node is written as others. */
  private @Nullable Set<String> names;

  /** Names of the values that anything reads; only there with {@link #names}. */
  private Set<String> read = Set.of();

  private ConstantFolding(Program program, Map<String, Mapped> mapped) {
    this.program = program;
    this.mapped = mapped;
    constants = new LinkedHashMap<>(program.constants());
    learnt = new HashSet<>(program.learnt());
    long weights = 0;
    for (Map.Entry<String, Tensor> each : constants.entrySet()) {
      types.put(each.getKey(), each.getValue().valueType());
      weights += each.getValue().size();
    }
    room = new Room(LEAST_ROOM + 4 * weights);
  }

  /**
   * The program with all constants computed and all shapes known.
   *
   * @param mapped operators that the graph has, by their names
   */
  public static TypedProgram apply(Program program, Map<String, Mapped> mapped) {
    return new ConstantFolding(program, mapped).folded();
  }

  private TypedProgram folded() {
    for (ProgramInput input : program.inputs()) {
      List<Integer> dims = new ArrayList<>();
      for (Size size : input.sizes()) {
        dims.add((int) size.value());
      }
      types.put(input.name(), new ValueType(input.type(), checked(input.name(), new Shape(dims))));
    }
    for (OnnxNode node : program.nodes()) {
      var view = new NodeView(node, constants, types);
      try {
        if (Expansions.OPERATORS.contains(node.operator())) {
          expand(view);
        } else {
          fold(view);
        }
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw explained(node, e);
      }
    }
    return new TypedProgram(
        new Program(program.inputs(), constants, learnt, left, program.outputs()), types);
  }

  private void expand(NodeView view) {
    Set<String> all = names;
    if (all == null) {
      all = new HashSet<>(constants.keySet());
      program.inputs().stream().map(ProgramInput::name).forEach(all::add);
      program.nodes().stream().map(OnnxNode::outputs).forEach(all::addAll);
      names = all;
      read = new HashSet<>(program.reads().keySet());
      read.remove("");
    }
    Expansions.expand(view, new NodePieces(view, constants, types, all, room, this::fold), read);
  }

  /** Refusals of shapes and windows do not know the node. */
  static RuntimeException explained(OnnxNode node, RuntimeException cause) {
    if (cause instanceof UnsupportedOnnxException) {
      return cause;
    }
    return node.unsupported(
        cause instanceof ArithmeticException
            ? "its sizes are too large"
            : String.valueOf(cause.getMessage()));
  }

  private void fold(NodeView view) {
    List<Tensor> known = known(view);
    if (known != null) {
      for (int i = 0; i < Math.min(known.size(), view.node().outputs().size()); i++) {
        String name = view.node().output(i);
        constants.put(name, known.get(i));
        if (sameNumbers(view, known.get(i))) {
          learnt.add(name);
        }
        types.put(name, known.get(i).valueType());
      }
      return;
    }
    List<ValueType> outputs = ShapeInference.of(view, mapped);
    if (view.node().outputs().size() > outputs.size()) {
      throw new MalformedOnnxException(view.node(), "it has too many outputs");
    }
    for (int i = 0; i < view.node().outputs().size(); i++) {
      if (!view.node().output(i).isEmpty()) {
        checked(view.node().output(i), outputs.get(i).shape());
        types.put(view.node().output(i), outputs.get(i));
      }
    }
    left.add(view.node());
  }

  /** Whether a constant has the numbers of one of the file's initialisers, in some order. */
  private boolean sameNumbers(NodeView view, Tensor tensor) {
    return MOVING.contains(view.node().operator())
        && learnt.contains(view.node().input(0))
        && tensor.size() == view.shape(0).size();
  }

  private static Shape checked(String value, Shape shape) {
    if (shape.size() > ModelFile.MOST_VALUE_NUMBERS) {
      throw new UnsupportedOnnxException(
          "value '%s' is of %s: more than %s numbers for one example"
              .formatted(value, shape, ModelFile.MOST_VALUE_NUMBERS));
    }
    return shape;
  }

  private @Nullable List<Tensor> known(NodeView view) {
    switch (view.node().operator()) {
      case "Shape" -> {
        return List.of(shape(view));
      }
      case "Size" -> {
        return List.of(Tensor.integers(Shape.of(), view.shape(0).size()));
      }
      default -> {}
    }
    for (String input : view.node().inputs()) {
      if (!input.isEmpty() && !constants.containsKey(input)) {
        return null;
      }
    }
    List<Tensor> moved = MoveEvaluation.of(view, room);
    if (moved != null) {
      return moved;
    }
    Tensor computed = ElementwiseEvaluation.of(view, room);
    Tensor one = computed == null ? SumEvaluation.of(view, room) : computed;
    return one == null ? null : List.of(one);
  }

  private static Tensor shape(NodeView view) {
    List<Integer> dims = view.shape(0).dims();
    long start = view.attributes().integer("start", 0);
    long end = view.attributes().integer("end", dims.size());
    int from = Math.clamp(start < 0 ? start + dims.size() : start, 0, dims.size());
    int to = Math.clamp(end < 0 ? end + dims.size() : end, from, dims.size());
    return Tensor.vector(dims.subList(from, to).stream().mapToLong(Integer::longValue).toArray());
  }
}
