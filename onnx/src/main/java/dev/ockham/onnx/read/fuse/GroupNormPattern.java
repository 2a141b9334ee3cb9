package dev.ockham.onnx.read.fuse;

import dev.ockham.onnx.read.program.Attributes;
import dev.ockham.onnx.read.program.OnnxNode;
import dev.ockham.onnx.read.program.Tensor;
import dev.ockham.runtime.graph.Shape;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Group normalisation as PyTorch exports it: groups reshaped to channels, instance normalisation
 * without scale and shift, reshaped back.
 */
final class GroupNormPattern implements Pattern {
  @Override
  public @Nullable OnnxNode rewritten(OnnxNode last, ProgramIndex index) {
    OnnxNode norm =
        last.operator().equals("Reshape")
            ? index.giver(last.input(0), "InstanceNormalization")
            : null;
    OnnxNode groups = norm == null ? null : index.giver(norm.input(0), "Reshape");
    if (norm == null || groups == null || !isAll(norm, 1, 1, index) || !isAll(norm, 2, 0, index)) {
      return null;
    }
    Shape x = index.shape(groups.input(0));
    Shape blocks = index.shape(norm.input(0));
    if (!x.equals(index.shape(last.output(0)))
        || x.rank() < 3
        || blocks.rank() < 3
        || x.dim(0) != blocks.dim(0)
        || x.dim(1) % Math.max(1, blocks.dim(1)) != 0) {
      return null;
    }
    return last.as(
        "GroupNormalization",
        List.of(groups.input(0)),
        new Attributes(
            Map.of(
                "num_groups",
                (long) blocks.dim(1),
                "epsilon",
                norm.attributes().real("epsilon", 1e-5f))));
  }

  private static boolean isAll(OnnxNode node, int input, float value, ProgramIndex index) {
    Tensor tensor = index.constant(node.input(input));
    return tensor != null && tensor.all(value);
  }
}
