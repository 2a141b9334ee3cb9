package dev.ockham.cli;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;

/** A dense layer and an activation as an ONNX model. */
final class TinyOnnx {
  private TinyOnnx() {}

  /**
   * The bytes of a model of four inputs, {@code fc} with three outputs, and the activation.
   *
   * @param activation operator of the second node
   */
  static byte[] model(String activation) {
    return model(activation, 4, 3);
  }

  /** The same with other sizes; 0 inputs leaves their number open. */
  static byte[] model(String activation, int inputs, int outputs) {
    TensorProto.Builder weights = tensor("fc.weight").addDims(outputs).addDims(Math.max(1, inputs));
    for (int i = 0; i < outputs * Math.max(1, inputs); i++) {
      weights.addFloatData(i + 1);
    }
    TensorShapeProto.Builder shape =
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("batch"));
    shape.addDim(
        inputs == 0
            ? TensorShapeProto.Dimension.newBuilder().setDimParam("width")
            : TensorShapeProto.Dimension.newBuilder().setDimValue(inputs));
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .addInput(value("x", shape))
            .addInitializer(weights)
            .addNode(
                NodeProto.newBuilder()
                    .setName("fc")
                    .setOpType("Gemm")
                    .addInput("x")
                    .addInput("fc.weight")
                    .addOutput("h")
                    .addAttribute(
                        AttributeProto.newBuilder()
                            .setName("transB")
                            .setType(AttributeProto.AttributeType.INT)
                            .setI(1)))
            .addNode(
                NodeProto.newBuilder()
                    .setName("act")
                    .setOpType(activation)
                    .addInput("h")
                    .addOutput("y"))
            .addOutput(value("y", TensorShapeProto.newBuilder()));
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(18))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  private static TensorProto.Builder tensor(String name) {
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(TensorProto.DataType.FLOAT.getNumber());
  }

  private static ValueInfoProto value(String name, TensorShapeProto.Builder shape) {
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.FLOAT.getNumber())
                        .setShape(shape)))
        .build();
  }
}
