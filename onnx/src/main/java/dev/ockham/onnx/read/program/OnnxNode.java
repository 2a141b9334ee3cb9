package dev.ockham.onnx.read.program;

import dev.ockham.onnx.UnsupportedOnnxException;
import java.util.List;

/**
 * A node of an ONNX graph.
 *
 * @param name its name; made of its first output where the file has none
 * @param operator such as {@code Conv}
 * @param inputs names of values; empty text where an optional one is left out
 * @param outputs names of values; empty text where one is not wanted
 * @param attributes its settings
 * @param opset version of the operator set it is of
 */
public record OnnxNode(
    String name,
    String operator,
    List<String> inputs,
    List<String> outputs,
    Attributes attributes,
    int opset) {
  /** Copies the lists. */
  public OnnxNode {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /** The same node of another operator, reading other values. */
  public OnnxNode as(String other, List<String> reads, Attributes settings) {
    return new OnnxNode(name, other, reads, outputs, settings, opset);
  }

  /** The same node reading other values. */
  public OnnxNode reading(List<String> reads) {
    return new OnnxNode(name, operator, reads, outputs, attributes, opset);
  }

  /** The same node giving other values. */
  public OnnxNode giving(List<String> gives) {
    return new OnnxNode(name, operator, inputs, gives, attributes, opset);
  }

  /** Name of an input; empty text where it is left out. */
  public String input(int index) {
    return index < inputs.size() ? inputs.get(index) : "";
  }

  /** Name of an output; empty text where it is not wanted. */
  public String output(int index) {
    return index < outputs.size() ? outputs.get(index) : "";
  }

  /** What is thrown where the node cannot become a part of our graph. */
  public UnsupportedOnnxException unsupported(String reason) {
    return new UnsupportedOnnxException(described() + ": " + reason);
  }

  /** Name and operator for messages, such as {@code node 'conv1' (Conv)}. */
  public String described() {
    return "node '" + name + "' (" + operator + ")";
  }
}
