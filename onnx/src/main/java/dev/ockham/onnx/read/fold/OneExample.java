package dev.ockham.onnx.read.fold;

import dev.ockham.onnx.UnsupportedOnnxException;
import dev.ockham.onnx.read.program.OnnxNode;
import dev.ockham.onnx.read.program.Program;
import dev.ockham.onnx.read.program.ProgramInput;
import dev.ockham.onnx.read.program.ProgramInput.Size;
import dev.ockham.onnx.read.program.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Fixes the batch at one example: a graph of ours has no axis for it, so what a model makes of a
 * batch of one is what it makes of each example. All sizes are known afterwards.
 */
public final class OneExample {
  private final Program program;
  private final Map<String, List<Integer>> given;
  private final Map<String, Tensor> constants;

  private OneExample(Program program, Map<String, List<Integer>> given) {
    this.program = program;
    this.given = given;
    constants = new LinkedHashMap<>(program.constants());
  }

  /**
   * The program for a batch of one.
   *
   * @param given sizes of inputs that the caller says
   * @param batched whether inputs have an axis for the batch
   * @throws UnsupportedOnnxException if a size other than that of the batch is open
   */
  public static Program apply(Program program, Map<String, List<Integer>> given, boolean batched) {
    return new OneExample(program, given).fixed(batched);
  }

  private Program fixed(boolean batched) {
    for (String name : given.keySet()) {
      if (program.inputs().stream().noneMatch(input -> input.name().equals(name))) {
        throw new UnsupportedOnnxException(
            "there is no input '%s'; the inputs are %s"
                .formatted(name, program.inputs().stream().map(ProgramInput::name).toList()));
      }
    }
    List<ProgramInput> inputs = new ArrayList<>();
    for (ProgramInput input : program.inputs()) {
      ProgramInput said = said(input);
      inputs.add(fixed(said, batched ? batchAxis(said) : -1));
    }
    return program.with(inputs, program.nodes(), constants);
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
      dims.add(
          declared.free() && sizes.get(axis) == 1
              ? declared
              : new Size(sizes.get(axis), declared.symbol()));
    }
    if (!fits) {
      throw new UnsupportedOnnxException(
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

  /** Where nothing is open: an axis of one example, or the first if it is a batch of several. */
  private int fixedBatchAxis(List<Size> sizes, ProgramInput input) {
    if (sizes.isEmpty()) {
      return -1;
    }
    boolean stepsFirst = sizes.size() == 3 && feedsRecurrent(input.name());
    if (stepsFirst && sizes.get(1).value() == 1) {
      return 1;
    }
    return sizes.get(0).value() == 1 ? 0 : -1;
  }

  private boolean feedsRecurrent(String value) {
    Set<String> recurrent = Set.of("LSTM", "GRU", "RNN");
    for (OnnxNode node : program.nodes()) {
      if (recurrent.contains(node.operator())
          && node.input(0).equals(value)
          && node.attributes().integer("layout", 0) == 0) {
        return true;
      }
    }
    return false;
  }

  private ProgramInput fixed(ProgramInput input, int batchAxis) {
    List<Size> sizes = new ArrayList<>();
    for (int axis = 0; axis < input.sizes().size(); axis++) {
      Size size = input.sizes().get(axis);
      if (size.free() && axis != batchAxis) {
        throw new UnsupportedOnnxException(
            ("input '%s' leaves axis %s ('%s') of %s open, and a graph of ours has fixed sizes: say"
                    + " all of them, such as --shape %s=%s")
                .formatted(
                    input.name(), axis, size.symbol(), text(input), input.name(), example(input)));
      }
      sizes.add(axis == batchAxis ? new Size(1, size.symbol()) : size);
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
