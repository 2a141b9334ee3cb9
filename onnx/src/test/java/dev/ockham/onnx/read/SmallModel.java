package dev.ockham.onnx.read;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.ockham.runtime.graph.Draws;
import java.util.List;

/** An ONNX model that a test writes down, node by node. */
public final class SmallModel {
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("test");
  private final ModelProto.Builder model = ModelProto.newBuilder().setIrVersion(8);
  private int numbers;

  /** An empty one of a version of the operator set. */
  public SmallModel(int opset) {
    model.addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset));
  }

  /** A float input; a size of 0 is free. */
  public SmallModel input(String name, int... dims) {
    graph.addInput(value(name, TensorProto.DataType.FLOAT, dims));
    return this;
  }

  /** An input of whole numbers; a size of 0 is free. */
  public SmallModel indices(String name, TensorProto.DataType type, int... dims) {
    graph.addInput(value(name, type, dims));
    return this;
  }

  private static ValueInfoProto value(String name, TensorProto.DataType type, int... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (int dim : dims) {
      shape.addDim(
          dim == 0
              ? TensorShapeProto.Dimension.newBuilder().setDimParam("N")
              : TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
    }
    TypeProto.Tensor.Builder tensor =
        TypeProto.Tensor.newBuilder().setElemType(type.getNumber()).setShape(shape);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }

  /** Weights, drawn by their name. */
  public SmallModel weights(String name, int... dims) {
    int size = 1;
    for (int dim : dims) {
      size *= dim;
    }
    var draws = Draws.of(size, name);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (0.5 * draws.normal());
    }
    return floats(name, values, dims);
  }

  /** Weights that are at least ½. */
  public SmallModel positive(String name, int... dims) {
    weights(name, dims);
    TensorProto.Builder tensor = graph.getInitializerBuilder(graph.getInitializerCount() - 1);
    for (int i = 0; i < tensor.getFloatDataCount(); i++) {
      tensor.setFloatData(i, 0.5f + Math.abs(tensor.getFloatData(i)));
    }
    return this;
  }

  public SmallModel floats(String name, float[] values, int... dims) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(TensorProto.DataType.FLOAT.getNumber());
    for (int dim : dims) {
      tensor.addDims(dim);
    }
    for (float each : values) {
      tensor.addFloatData(each);
    }
    graph.addInitializer(tensor);
    return this;
  }

  /** A single float. */
  public SmallModel number(String name, float value) {
    return floats(name, new float[] {value});
  }

  /** A vector of whole numbers. */
  public SmallModel longs(String name, long... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(TensorProto.DataType.INT64.getNumber())
            .addDims(values.length);
    for (long each : values) {
      tensor.addInt64Data(each);
    }
    graph.addInitializer(tensor);
    return this;
  }

  SmallModel tensor(TensorProto tensor) {
    graph.addInitializer(tensor);
    return this;
  }

  /**
   * A node.
   *
   * @param values outputs, {@code <-}, inputs, apart by blanks; {@code _} for one that is left out
   * @param attributes names, each before its value
   */
  public SmallModel node(String operator, String values, Object... attributes) {
    NodeProto.Builder node = NodeProto.newBuilder().setOpType(operator).setName("node" + ++numbers);
    boolean reads = false;
    for (String word : List.of(values.split(" ", -1))) {
      if (word.equals("<-")) {
        reads = true;
      } else if (reads) {
        node.addInput(word.equals("_") ? "" : word);
      } else {
        node.addOutput(word.equals("_") ? "" : word);
      }
    }
    for (int i = 0; i < attributes.length; i += 2) {
      node.addAttribute(attribute((String) attributes[i], attributes[i + 1]));
    }
    graph.addNode(node);
    return this;
  }

  static AttributeProto attribute(String name, Object value) {
    AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
    switch (value) {
      case Integer number -> attribute.setType(AttributeProto.AttributeType.INT).setI(number);
      case Float number -> attribute.setType(AttributeProto.AttributeType.FLOAT).setF(number);
      case String text ->
          attribute
              .setType(AttributeProto.AttributeType.STRING)
              .setS(com.google.protobuf.ByteString.copyFromUtf8(text));
      case TensorProto tensor ->
          attribute.setType(AttributeProto.AttributeType.TENSOR).setT(tensor);
      case GraphProto body -> attribute.setType(AttributeProto.AttributeType.GRAPH).setG(body);
      case int[] numbers -> {
        attribute.setType(AttributeProto.AttributeType.INTS);
        for (int each : numbers) {
          attribute.addInts(each);
        }
      }
      case float[] numbers -> {
        attribute.setType(AttributeProto.AttributeType.FLOATS);
        for (float each : numbers) {
          attribute.addFloats(each);
        }
      }
      case List<?> texts -> {
        attribute.setType(AttributeProto.AttributeType.STRINGS);
        texts.forEach(each ->
            attribute.addStrings(
                com.google.protobuf.ByteString.copyFromUtf8(String.valueOf(each))));
      }
      default -> throw new IllegalArgumentException(name);
    }
    return attribute.build();
  }

  /** Outputs by their names. */
  public SmallModel output(String... names) {
    for (String name : names) {
      graph.addOutput(
          ValueInfoProto.newBuilder()
              .setName(name)
              .setType(
                  TypeProto.newBuilder()
                      .setTensorType(
                          TypeProto.Tensor.newBuilder()
                              .setElemType(TensorProto.DataType.FLOAT.getNumber()))));
    }
    return this;
  }

  /** The model as a message. */
  public ModelProto.Builder proto() {
    return model.setGraph(graph);
  }

  /** The model as bytes of a file. */
  public byte[] bytes() {
    return proto().build().toByteArray();
  }
}
