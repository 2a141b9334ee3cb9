package dev.ockham.onnx.read.fuse;

import dev.ockham.onnx.read.program.OnnxNode;
import dev.ockham.onnx.read.program.Tensor;
import dev.ockham.runtime.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A product or sum with numbers per feature behind a norm that has none of its own yet. */
final class NormAffinePattern implements Pattern {
  @Override
  public @Nullable OnnxNode rewritten(OnnxNode last, ProgramIndex index) {
    boolean scales = last.operator().equals("Mul");
    if (!scales && !last.operator().equals("Add")) {
      return null;
    }
    for (int i = 0; i < 2; i++) {
      String value = last.input(i);
      String numbers = last.input(1 - i);
      OnnxNode norm = index.giver(value, "LayerNormalization");
      norm = norm == null ? index.giver(value, "GroupNormalization") : norm;
      boolean free =
          norm != null && norm.input(2).isEmpty() && (norm.input(1).isEmpty() || !scales);
      if (norm != null && free && index.readOnce(value) && fits(norm, numbers, index)) {
        List<String> reads =
            new ArrayList<>(List.of(norm.input(0), scales ? numbers : norm.input(1)));
        if (!scales) {
          reads.add(numbers);
        }
        return last.as(norm.operator(), reads, norm.attributes());
      }
    }
    return null;
  }

  /** Whether a constant has one number for each feature that the norm scales. */
  private static boolean fits(OnnxNode norm, String numbers, ProgramIndex index) {
    Tensor tensor = index.constant(numbers);
    if (tensor == null || !tensor.isReal()) {
      return false;
    }
    Shape x = index.shape(norm.input(0));
    Shape shape = tensor.shape();
    if (norm.operator().equals("GroupNormalization")) {
      int axis = shape.rank() - x.rank() + 1;
      return axis >= 0
          && shape.rank() <= x.rank()
          && shape.dim(axis) == x.dim(1)
          && tensor.size() == x.dim(1);
    }
    int axis = Math.floorMod((int) norm.attributes().integer("axis", -1), x.rank());
    return shape.dims().equals(x.dims().subList(axis, x.rank()));
  }
}
