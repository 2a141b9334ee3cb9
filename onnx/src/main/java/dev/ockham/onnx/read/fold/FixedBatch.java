package dev.ockham.onnx.read.fold;

import dev.ockham.onnx.UnsupportedOnnxException;
import dev.ockham.onnx.read.program.OnnxNode;
import dev.ockham.onnx.read.program.Program;
import dev.ockham.onnx.read.program.ProgramInput;
import dev.ockham.onnx.read.program.ProgramInput.Size;
import dev.ockham.onnx.read.program.Tensor;
import dev.ockham.runtime.graph.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;

/**
 * Fixes the number of examples, and so all sizes. A graph of ours has no axis for a batch, so what
 * a model makes of a batch of one is what it makes of each example.
 */
public final class FixedBatch {
  private final Program program;
  private final Map<String, List<Integer>> given;
  private final Map<String, Tensor> constants;

  /** Values that a recurrent layer reads as steps, examples and features. */
  private final Set<String> feedingRecurrent;

  /** A size along an axis. */
  private record AxisSize(int axis, long size) {}

  private FixedBatch(Program program, Map<String, List<Integer>> given) {
    this.program = program;
    this.given = given;
    constants = new LinkedHashMap<>(program.constants());
    feedingRecurrent = feedingRecurrent(program);
  }

  /**
   * The program for a number of examples.
   *
   * @param given sizes of inputs that the caller says
   * @param examples how many; a batch that the file fixes at another number becomes one of so many
   * @throws UnsupportedOnnxException if a size other than that of the batch is open
   */
  public static Program of(Program program, Map<String, List<Integer>> given, int examples) {
    var fixing = new FixedBatch(program, given);
    return fixing.fixed(fixing::batchAxis, examples);
  }

  /** The program of which each input is one example as it is. */
  public static Program unbatched(Program program, Map<String, List<Integer>> given) {
    return new FixedBatch(program, given).fixed(input -> -1, 1);
  }

  /**
   * How many examples the file fixes its batch at: 1 where it is free, or of one; 0 where inputs do
   * not agree, so that there is none.
   */
  public static int fixedExamples(Program program) {
    var fixing = new FixedBatch(program, Map.of());
    Set<Long> numbers = new HashSet<>();
    for (ProgramInput input : program.inputs()) {
      int axis = fixing.batchAxis(input);
      if (axis >= 0 && input.sizes().get(axis).free()) {
        return 1;
      }
      numbers.add(axis < 0 ? 1 : input.sizes().get(axis).value());
    }
    return numbers.size() > 1 ? 0 : numbers.iterator().next().intValue();
  }

  private Program fixed(ToIntFunction<ProgramInput> batchAxis, int examples) {
    for (String name : given.keySet()) {
      if (program.inputs().stream().noneMatch(input -> input.name().equals(name))) {
        throw UnsupportedOnnxException.ofOptions(
            "there is no input '%s'; the inputs are %s"
                .formatted(name, program.inputs().stream().map(ProgramInput::name).toList()));
      }
    }
    List<ProgramInput> inputs = new ArrayList<>();
    Set<AxisSize> other = new HashSet<>();
    for (ProgramInput input : program.inputs()) {
      ProgramInput said = said(input);
      int axis = batchAxis.applyAsInt(said);
      long before = axis < 0 ? examples : said.sizes().get(axis).value();
      if (before > 1 && before != examples) {
        other.add(new AxisSize(axis, before));
      }
      inputs.add(fixed(said, axis, examples));
    }
    if (!other.isEmpty()) {
      replaceInShapes(other, examples);
    }
    return program.with(inputs, program.nodes(), constants);
  }

  /** Shapes that a file writes down for its own number of examples. */
  private void replaceInShapes(Set<AxisSize> other, int examples) {
    for (OnnxNode node : program.nodes()) {
      Tensor shape = constants.get(node.input(1));
      boolean shapes = node.operator().equals("Reshape") || node.operator().equals("Expand");
      if (!shapes || shape == null || shape.size() > Shape.MOST_AXES) {
        continue;
      }
      long[] sizes = shape.integers().clone();
      boolean changes = false;
      for (int axis = 0; axis < sizes.length; axis++) {
        if (other.contains(new AxisSize(axis, sizes[axis]))) {
          sizes[axis] = examples;
          changes = true;
        }
      }
      if (changes) {
        constants.put(node.input(1), Tensor.integers(shape.shape(), sizes));
      }
    }
  }

  /** The input with the sizes that the caller says. */
  private ProgramInput said(ProgramInput input) {
    List<Integer> sizes = given.get(input.name());
    if (sizes == null) {
      return input;
    }
    boolean fits = sizes.size() == input.sizes().size();
    List<Size> dims = new ArrayList<>();
    for (int axis = 0; fits && axis < sizes.size(); axis++) {
      Size declared = input.sizes().get(axis);
      fits = sizes.get(axis) > 0 && (declared.free() || declared.value() == sizes.get(axis));
      boolean batch =
          declared.free() && sizes.get(axis) == 1 && dims.stream().noneMatch(Size::free);
      dims.add(batch ? declared : new Size(sizes.get(axis), declared.symbol()));
    }
    if (!fits) {
      throw UnsupportedOnnxException.ofOptions(
          "input '%s' is declared as %s, which %s does not fit"
              .formatted(input.name(), text(input), sizes));
    }
    return new ProgramInput(input.name(), input.type(), dims, -1);
  }

  private int batchAxis(ProgramInput input) {
    List<Size> sizes = input.sizes();
    List<Integer> free = new ArrayList<>();
    for (int axis = 0; axis < sizes.size(); axis++) {
      if (sizes.get(axis).free()) {
        free.add(axis);
      }
    }
    if (free.isEmpty()) {
      return fixedBatchAxis(sizes, input);
    }
    for (int axis : free) {
      String symbol = sizes.get(axis).symbol().toLowerCase(Locale.ROOT);
      if (axis <= 1 && (symbol.startsWith("batch") || symbol.equals("n"))) {
        return axis;
      }
    }
    int first = free.get(0);
    boolean second = first == 1 && sizes.get(0).value() != 1;
    return second ? 1 : 0;
  }

  /** Where nothing is open: the first axis, or the second of steps for a recurrent layer. */
  private int fixedBatchAxis(List<Size> sizes, ProgramInput input) {
    if (sizes.isEmpty()) {
      return -1;
    }
    return sizes.size() == 3 && feedingRecurrent.contains(input.name()) ? 1 : 0;
  }

  private static Set<String> feedingRecurrent(Program program) {
    Set<String> recurrent = Set.of("LSTM", "GRU", "RNN");
    Set<String> feeding = new HashSet<>();
    for (OnnxNode node : program.nodes()) {
      if (recurrent.contains(node.operator()) && node.attributes().integer("layout", 0) == 0) {
        feeding.add(node.input(0));
      }
    }
    return feeding;
  }

  private static ProgramInput fixed(ProgramInput input, int batchAxis, int examples) {
    List<Size> sizes = new ArrayList<>();
    for (int axis = 0; axis < input.sizes().size(); axis++) {
      Size size = input.sizes().get(axis);
      if (size.free() && axis != batchAxis) {
        throw UnsupportedOnnxException.ofOptions(
            ("input '%s' leaves axis %s ('%s') of %s open, and a graph of ours has fixed sizes: say"
                    + " all of them, such as --shape %s=%s")
                .formatted(
                    input.name(), axis, size.symbol(), text(input), input.name(), example(input)));
      }
      sizes.add(axis == batchAxis ? new Size(examples, size.symbol()) : size);
    }
    return new ProgramInput(input.name(), input.type(), sizes, batchAxis);
  }

  private static String text(ProgramInput input) {
    return String.join(
        "x",
        input.sizes().stream()
            .map(size -> size.free() ? named(size) : Long.toString(size.value()))
            .toList());
  }

  private static String named(Size size) {
    return size.symbol().isEmpty() ? "?" : size.symbol();
  }

  private static String example(ProgramInput input) {
    List<String> sizes = new ArrayList<>();
    for (int axis = 0; axis < input.sizes().size(); axis++) {
      Size size = input.sizes().get(axis);
      sizes.add(size.free() ? axis == 0 ? "1" : "224" : Long.toString(size.value()));
    }
    return String.join("x", sizes);
  }
}
