package dev.ockham.onnx.read.map;

import dev.ockham.onnx.UnsupportedOnnxException;
import dev.ockham.onnx.read.argument.NodeView;
import dev.ockham.onnx.read.program.OnnxNode;
import dev.ockham.onnx.read.program.TypedProgram;
import dev.ockham.runtime.model.Model;

/** The last stage: each node becomes operators of our graph. */
public final class GraphMapping {
  private GraphMapping() {}

  /**
   * The model of a program.
   *
   * @param architecture its name
   * @throws UnsupportedOnnxException naming the first node that has no counterpart
   */
  public static Model apply(TypedProgram typed, String architecture) {
    var draft = new GraphDraft(typed);
    for (OnnxNode node : typed.program().nodes()) {
      var view = new NodeView(node, typed.program().constants(), typed.types());
      Mapping mapping = OperatorTable.of(node.operator());
      if (mapping == null) {
        throw node.unsupported(
            "no operator of ours does this; 'docs/onnx.md' lists those that are mapped");
      }
      draft.begin(view);
      try {
        mapping.map(view, draft);
      } catch (UnsupportedOnnxException e) {
        throw e;
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw node.unsupported(
            e instanceof ArithmeticException
                ? "its sizes are too large"
                : String.valueOf(e.getMessage()));
      }
    }
    try {
      return draft.finish(architecture, typed);
    } catch (IllegalArgumentException e) {
      throw new UnsupportedOnnxException("the model: " + e.getMessage());
    }
  }
}
