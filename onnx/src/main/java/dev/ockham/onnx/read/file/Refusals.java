package dev.ockham.onnx.read.file;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.ockham.onnx.UnsupportedOnnxException;
import java.util.Map;
import java.util.Set;

/** Kinds of nodes that no stage can do anything with, and what to export instead. */
final class Refusals {
  private static final Set<String> CONTROL_FLOW = Set.of("If", "Loop", "Scan", "SequenceMap");
  private static final Set<String> QUANTIZED =
      Set.of(
          "QuantizeLinear",
          "DequantizeLinear",
          "DynamicQuantizeLinear",
          "QLinearConv",
          "QLinearMatMul",
          "ConvInteger",
          "MatMulInteger");

  private static final Map<String, String> DOMAINS =
      Map.of(
          "ai.onnx.ml",
          "classical machine learning is no network; bring a neural network",
          "ai.onnx.training",
          "training is Ockham's own; export the model for inference",
          "ai.onnx.preview.training",
          "training is Ockham's own; export the model for inference",
          "com.microsoft",
          "an operator of ONNX Runtime alone; export the model without its optimisations");

  private Refusals() {}

  /**
   * Passes nodes of ONNX's own operators.
   *
   * @throws UnsupportedOnnxException for all others
   */
  static void check(NodeProto node) {
    String domain = node.getDomain();
    String described = "node '" + name(node) + "' (" + node.getOpType() + "): ";
    if (!domain.isEmpty() && !domain.equals("ai.onnx")) {
      String family = DOMAINS.keySet().stream().filter(domain::startsWith).findFirst().orElse("");
      String advice =
          DOMAINS.getOrDefault(
              family,
              "Ockham knows ONNX's own operators only; export it as those, or as a function");
      throw new UnsupportedOnnxException(
          described + "it is of the domain '" + domain + "': " + advice);
    }
    if (CONTROL_FLOW.contains(node.getOpType())) {
      throw new UnsupportedOnnxException(
          described
              + "a graph of ours has no control flow; export with fixed shapes and no loops or"
              + " branches (torch.onnx.export traces them away)");
    }
    if (QUANTIZED.contains(node.getOpType())) {
      throw new UnsupportedOnnxException(
          described + "the model is quantized to int8; export the float32 model it was made from");
    }
  }

  /** A node's name, or that of what it gives. */
  static String name(NodeProto node) {
    if (!node.getName().isBlank()) {
      return node.getName();
    }
    return node.getOutputCount() > 0 ? node.getOutput(0) : "";
  }
}
