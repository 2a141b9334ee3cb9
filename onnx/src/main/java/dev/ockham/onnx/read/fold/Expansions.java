package dev.ockham.onnx.read.fold;

import dev.ockham.onnx.read.argument.NodeView;
import dev.ockham.onnx.read.program.MalformedOnnxException;
import dev.ockham.onnx.read.program.Tensor;
import dev.ockham.runtime.graph.Shape;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Operators that ONNX itself defines by others, and are written as these when they are read. */
public final class Expansions {
  /** Names of the operators. */
  public static final Set<String> OPERATORS =
      Set.of("Attention", "LpNormalization", "RMSNormalization");

  private Expansions() {}

  /**
   * Writes a node as others.
   *
   * @param read names of the values that anything reads
   */
  static void expand(NodeView view, NodePieces pieces, Set<String> read) {
    switch (view.node().operator()) {
      case "Attention" -> new AttentionExpansion(view, pieces, read).expand();
      case "RMSNormalization" -> rootMeanSquare(view, pieces);
      default -> lengths(view, pieces);
    }
  }

  /** x / √(mean(x²) + ε) · scale, the mean over the axes from its own on. */
  private static void rootMeanSquare(NodeView view, NodePieces pieces) {
    String x = view.node().input(0);
    Shape shape = view.shape(0);
    int first = view.axis(-1, shape.rank());
    long[] axes = new long[shape.rank() - first];
    for (int i = 0; i < axes.length; i++) {
      axes[i] = (long) first + i;
    }
    String squares = pieces.node("squares", "Mul", x, x);
    Map<String, Object> over = Map.of("axes", NodePieces.longs(axes), "keepdims", 1L);
    String mean = pieces.node("mean", "ReduceMean", over, squares);
    float epsilon = view.attributes().real("epsilon", 1e-5f);
    String shifted = pieces.node("shifted", "Add", mean, pieces.number("epsilon", epsilon));
    String root = pieces.node("root", "Sqrt", shifted);
    String normed = pieces.node("normed", "Div", x, root);
    view.shape(1);
    pieces.give(0, "Mul", Map.of(), normed, view.node().input(1));
  }

  /** A value over its length along an axis, absolute or Euclidean. */
  private static void lengths(NodeView view, NodePieces pieces) {
    String x = view.node().input(0);
    int axis = view.axis(-1, view.rank(0));
    long power = view.attributes().integer("p", 2);
    if (power != 1 && power != 2) {
      throw new MalformedOnnxException(view.node(), "its p is " + power + ", not 1 or 2");
    }
    Map<String, Object> over = Map.of("axes", List.of((long) axis), "keepdims", 1L);
    String length = pieces.node("length", power == 1 ? "ReduceL1" : "ReduceL2", over, x);
    String least = pieces.constant("least", Tensor.reals(Shape.of(), Float.MIN_NORMAL));
    pieces.give(0, "Div", Map.of(), x, pieces.node("positive", "Max", length, least));
  }
}
