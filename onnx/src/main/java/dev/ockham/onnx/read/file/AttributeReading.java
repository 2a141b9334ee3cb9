package dev.ockham.onnx.read.file;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import com.google.protobuf.ByteString;
import dev.ockham.onnx.UnsupportedOnnxException;
import dev.ockham.onnx.read.program.Attributes;
import dev.ockham.onnx.read.program.MalformedOnnxException;
import dev.ockham.runtime.file.ModelFile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Settings of a node, from their messages. */
final class AttributeReading {
  private AttributeReading() {}

  /** All settings of a node. */
  static Attributes read(NodeProto node, TensorDecoding tensors) {
    Map<String, Object> values = new HashMap<>();
    for (AttributeProto attribute : node.getAttributeList()) {
      if (values.put(attribute.getName(), value(node, attribute, tensors)) != null) {
        throw new MalformedOnnxException(
            "node '" + Refusals.name(node) + "'",
            "attribute '" + attribute.getName() + "' is there twice");
      }
    }
    return new Attributes(values);
  }

  private static Object value(NodeProto node, AttributeProto attribute, TensorDecoding tensors) {
    return switch (attribute.getType()) {
      case INT -> attribute.getI();
      case FLOAT -> attribute.getF();
      case STRING -> attribute.getS().toStringUtf8();
      case TENSOR -> tensors.decode(attribute.getT());
      case SPARSE_TENSOR ->
          tensors.decode(attribute.getSparseTensor(), ModelFile.MOST_VALUE_NUMBERS / 16);
      case INTS -> List.copyOf(attribute.getIntsList());
      case FLOATS -> List.copyOf(attribute.getFloatsList());
      case STRINGS -> attribute.getStringsList().stream().map(ByteString::toStringUtf8).toList();
      case UNDEFINED -> undefined(node, attribute);
      case GRAPH, GRAPHS, TENSORS, SPARSE_TENSORS, TYPE_PROTO, TYPE_PROTOS ->
          throw new UnsupportedOnnxException(
              "node '%s' (%s): attribute '%s' is a %s, which no operator of a plain network has"
                  .formatted(
                      Refusals.name(node),
                      node.getOpType(),
                      attribute.getName(),
                      attribute.getType()));
    };
  }

  /** Files of the first version say no type; what is there says it. */
  private static Object undefined(NodeProto node, AttributeProto attribute) {
    if (attribute.hasI()) {
      return attribute.getI();
    }
    if (attribute.hasF()) {
      return attribute.getF();
    }
    if (attribute.hasS()) {
      return attribute.getS().toStringUtf8();
    }
    if (attribute.getFloatsCount() > 0) {
      return List.copyOf(attribute.getFloatsList());
    }
    if (attribute.getIntsCount() > 0) {
      return List.copyOf(attribute.getIntsList());
    }
    throw new MalformedOnnxException(
        "node '" + Refusals.name(node) + "'",
        "attribute '" + attribute.getName() + "' has neither type nor value");
  }
}
