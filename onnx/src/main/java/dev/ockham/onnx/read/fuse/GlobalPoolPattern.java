package dev.ockham.onnx.read.fuse;

import dev.ockham.onnx.read.program.Attributes;
import dev.ockham.onnx.read.program.OnnxNode;
import dev.ockham.runtime.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A mean over all positions whose axes of size 1 are then dropped is a reduction to a vector. */
final class GlobalPoolPattern implements Pattern {
  @Override
  public @Nullable OnnxNode rewritten(OnnxNode last, ProgramIndex index) {
    if (!List.of("Flatten", "Reshape", "Squeeze").contains(last.operator())) {
      return null;
    }
    String pooled = last.input(0);
    for (String operator : List.of("GlobalAveragePool", "GlobalMaxPool", "AveragePool")) {
      OnnxNode pool = index.giver(pooled, operator);
      if (pool == null || !index.readOnce(pooled)) {
        continue;
      }
      Shape x = index.shape(pool.input(0));
      Shape out = index.shape(last.output(0));
      boolean vector = out.rank() == 2 && out.dim(0) == x.dim(0) && out.dim(1) == x.dim(1);
      if (vector && (!operator.equals("AveragePool") || coversAll(pool, x))) {
        List<Long> axes = new ArrayList<>();
        for (long axis = 2; axis < x.rank(); axis++) {
          axes.add(axis);
        }
        return new OnnxNode(
            pool.name(),
            operator.equals("GlobalMaxPool") ? "ReduceMax" : "ReduceMean",
            List.of(pool.input(0)),
            last.outputs(),
            new Attributes(Map.of("axes", axes, "keepdims", 0L)),
            last.opset());
      }
    }
    return null;
  }

  private static boolean coversAll(OnnxNode pool, Shape x) {
    long[] kernel = pool.attributes().integers("kernel_shape");
    long[] pads = pool.attributes().integers("pads");
    boolean covers = kernel != null && kernel.length == x.rank() - 2;
    for (int axis = 0; kernel != null && covers && axis < kernel.length; axis++) {
      covers = kernel[axis] == x.dim(axis + 2);
    }
    for (int i = 0; pads != null && i < pads.length; i++) {
      covers &= pads[i] == 0;
    }
    return covers;
  }
}
