package dev.ockham.onnx.read.fuse;

import dev.ockham.onnx.read.argument.NodeView;
import dev.ockham.onnx.read.argument.PadArguments;
import dev.ockham.onnx.read.program.Attributes;
import dev.ockham.onnx.read.program.ElementType;
import dev.ockham.onnx.read.program.OnnxNode;
import dev.ockham.onnx.read.program.Tensor;
import dev.ockham.onnx.read.program.ValueType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Zeros put around positions in front of a convolution or a mean become its own padding. */
final class PadPattern implements Pattern {
  @Override
  public @Nullable OnnxNode rewritten(OnnxNode last, ProgramIndex index) {
    boolean average = last.operator().equals("AveragePool");
    OnnxNode pad =
        average || last.operator().equals("Conv") ? index.giver(last.input(0), "Pad") : null;
    if (pad == null || !takes(last, average)) {
      return null;
    }
    PadArguments zeros = arguments(pad, index);
    int rank = zeros.before().size();
    if (!zeros.mode().equals("constant") || zeros.value() != 0 || rank < 3) {
      return null;
    }
    long[] own = last.attributes().integers("pads");
    List<Long> pads = new ArrayList<>();
    for (int side = 0; side < 2; side++) {
      List<Integer> more = side == 0 ? zeros.before() : zeros.after();
      for (int axis = 0; axis < rank; axis++) {
        if (more.get(axis) < 0 || (axis < 2 && more.get(axis) > 0)) {
          return null;
        }
        if (axis >= 2) {
          long before = own == null ? 0 : own[side * (rank - 2) + axis - 2];
          pads.add(before + more.get(axis));
        }
      }
    }
    if (average && !smaller(pads, last)) {
      return null;
    }
    Map<String, Object> settings = new HashMap<>(last.attributes().values());
    settings.remove("auto_pad");
    settings.put("pads", List.copyOf(pads));
    if (average) {
      settings.put("count_include_pad", 1L);
    }
    List<String> reads = new ArrayList<>(last.inputs());
    reads.set(0, pad.input(0));
    return last.as(last.operator(), reads, new Attributes(settings));
  }

  /** Whether the node has no padding of another kind, which would not simply add up. */
  private static boolean takes(OnnxNode node, boolean average) {
    String auto = node.attributes().text("auto_pad", "NOTSET");
    if (auto.startsWith("SAME")) {
      return false;
    }
    long[] own = node.attributes().integers("pads");
    boolean pads = false;
    for (int i = 0; own != null && i < own.length; i++) {
      pads |= own[i] != 0;
    }
    boolean counts = node.attributes().integer("count_include_pad", 0) != 0;
    boolean ceil = node.attributes().integer("ceil_mode", 0) != 0;
    return !average || (!ceil && (!pads || counts));
  }

  /** A window of ours does not lie in padding alone. */
  private static boolean smaller(List<Long> pads, OnnxNode pool) {
    long[] kernel = pool.attributes().integers("kernel_shape");
    for (int i = 0; kernel != null && i < pads.size(); i++) {
      if (pads.get(i) >= kernel[i % kernel.length]) {
        return false;
      }
    }
    return kernel != null;
  }

  private static PadArguments arguments(OnnxNode pad, ProgramIndex index) {
    Map<String, Tensor> constants = new HashMap<>();
    for (String input : pad.inputs()) {
      Tensor tensor = index.constant(input);
      if (tensor != null) {
        constants.put(input, tensor);
      }
    }
    var type = new ValueType(ElementType.REAL, index.shape(pad.input(0)));
    return PadArguments.of(new NodeView(pad, constants, Map.of(pad.input(0), type)));
  }
}
