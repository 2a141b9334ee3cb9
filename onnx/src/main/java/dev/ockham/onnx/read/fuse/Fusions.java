package dev.ockham.onnx.read.fuse;

import dev.ockham.onnx.read.fold.DeadNodes;
import dev.ockham.onnx.read.program.OnnxNode;
import dev.ockham.onnx.read.program.TypedProgram;
import java.util.ArrayList;
import java.util.List;

/** All patterns, in the order in which they are looked for. */
public final class Fusions {
  private static final List<Pattern> PATTERNS =
      List.of(
          new LayerNormPattern(),
          new GroupNormPattern(),
          new NormAffinePattern(),
          new ActivationPattern(),
          new BiasPattern(),
          new PadPattern(),
          new GlobalPoolPattern(),
          new EmbedPattern(),
          new LengthMaskPattern(),
          new LengthsPattern());

  private Fusions() {}

  /** The program with fewer, larger nodes. */
  public static TypedProgram apply(TypedProgram typed) {
    TypedProgram fused = typed;
    for (Pattern pattern : PATTERNS) {
      fused = DeadNodes.apply(applied(pattern, fused));
    }
    return fused;
  }

  private static TypedProgram applied(Pattern pattern, TypedProgram typed) {
    var index = new ProgramIndex(typed);
    List<OnnxNode> nodes = new ArrayList<>();
    for (OnnxNode node : typed.program().nodes()) {
      OnnxNode other = pattern.rewritten(node, index);
      if (other != null) {
        index.replace(other);
      }
      nodes.add(other == null ? node : other);
    }
    return new TypedProgram(typed.program().with(nodes), typed.types());
  }
}
