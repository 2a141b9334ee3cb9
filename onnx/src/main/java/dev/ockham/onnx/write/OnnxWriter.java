package dev.ockham.onnx.write;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.ockham.onnx.OnnxMetadata;
import dev.ockham.runtime.graph.Combine;
import dev.ockham.runtime.graph.Constant;
import dev.ockham.runtime.graph.Embed;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.LengthMask;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Operator;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.model.Model;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Models as ONNX: opset 18, IR 8, which every runtime of today reads. Values keep the names of
 * inputs and nodes, initialisers those of parameters, and the first axis of every value is the
 * batch, of any size. Input scaling travels as the nodes that it is.
 *
 * <p>Inputs of whole numbers are INT64: those that say so, and those that are read as tokens and
 * lengths alone. Equal models give equal bytes.
 */
public final class OnnxWriter {
  /** The version of ONNX's operators that is written. */
  public static final int OPSET = 18;

  /** The version of ONNX's format that is written. */
  public static final int IR = 8;

  /** Name of the batch's size in the shapes of inputs and outputs. */
  public static final String BATCH = "batch";

  private static final String PRODUCER = "ockham";

  /** A protobuf is below 2 GiB; what is not numbers has room beside them. */
  private static final long MOST_BYTES = Integer.MAX_VALUE - (64L << 20);

  private OnnxWriter() {}

  /** What an operator becomes; gives the ONNX name of its value. */
  @FunctionalInterface
  interface Choice {
    String write(Operator operator, NodeWriter node);
  }

  /**
   * A model as ONNX.
   *
   * @param metadata where it comes from and what its numbers mean, for {@code metadata_props}
   * @param sparse whether weights that are mostly 0 are stored as sparse initialisers: fewer bytes,
   *     but runtimes make them dense when they load them
   * @throws IllegalArgumentException in one line, if the numbers are too many for one ONNX file, or
   *     naming the node that has no ONNX form: a batch norm without statistics
   */
  public static ModelProto write(Model model, OnnxMetadata metadata, boolean sparse) {
    return write(model, metadata, sparse, OperatorNodes::write);
  }

  /** As above, by another choice of what an operator becomes. */
  static ModelProto write(Model model, OnnxMetadata metadata, boolean sparse, Choice choice) {
    requireRoom(model.graph());
    Graph graph = model.graph();
    Set<String> whole = wholeNumbers(graph);
    ProtoGraph proto = new ProtoGraph(model, whole, sparse);
    Set<String> unbatched = unbatched(graph);
    for (Node node : graph.nodes()) {
      write(node, new NodeWriter(proto, node), proto, unbatched.contains(node.name()), choice);
    }
    GraphProto.Builder finished = proto.build();
    finished.setName(model.architecture().isBlank() ? PRODUCER : model.architecture());
    for (Input input : graph.inputs()) {
      finished.addInput(described(input.name(), input.shape(), whole.contains(input.name())));
    }
    for (String output : graph.outputs()) {
      finished.addOutput(described(output, graph.shape(output), false));
    }
    ModelProto.Builder result =
        ModelProto.newBuilder()
            .setIrVersion(IR)
            .setProducerName(PRODUCER)
            .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
            .setGraph(finished);
    metadata.addTo(result);
    return result.build();
  }

  private static void write(
      Node node, NodeWriter writer, ProtoGraph proto, boolean unbatched, Choice choice) {
    if (unbatched) {
      writer.alias(writer.parameter("value"));
      return;
    }
    try {
      proto.finish(choice.write(node.operator(), writer), node.name());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "node '" + node.name() + "' (" + node.operator().kind() + ") " + e.getMessage(), e);
    }
  }

  private static void requireRoom(Graph graph) {
    long bytes = 0;
    for (Parameter parameter : graph.parameters()) {
      bytes += (long) parameter.shape().size() * Float.BYTES;
    }
    if (bytes > MOST_BYTES) {
      throw new IllegalArgumentException(
          "its weights take "
              + bytes
              + " bytes, and an ONNX file holds at most "
              + MOST_BYTES
              + " of them");
    }
  }

  /** Inputs that are said to be whole numbers, or are read as tokens and lengths only. */
  private static Set<String> wholeNumbers(Graph graph) {
    Map<String, List<Node>> readers = graph.readers();
    Set<String> whole = new HashSet<>();
    for (Input input : graph.inputs()) {
      String name = input.name();
      List<Node> nodes = readers.getOrDefault(name, List.of());
      boolean all = !nodes.isEmpty();
      for (Node node : nodes) {
        all &= takesWhole(node, name);
      }
      boolean said = input.numbers() == Input.Numbers.WHOLE;
      if ((all || said) && !graph.gives(name)) {
        whole.add(name);
      }
    }
    return whole;
  }

  /** Whether a node reads a value as tokens or lengths. */
  static boolean takesWhole(Node node, String value) {
    return node.operator() instanceof Embed
        || node.operator() instanceof LengthMask
        || (node.operator() instanceof Recurrent && node.inputs().indexOf(value) == 1);
  }

  /**
   * Constants that are only combined with values of examples: these have a batch, so the constant
   * may stay without one.
   */
  private static Set<String> unbatched(Graph graph) {
    Map<String, List<Node>> readers = graph.readers();
    Set<String> found = new HashSet<>();
    for (Node node : graph.nodes()) {
      if (node.operator() instanceof Constant && !graph.gives(node.name())) {
        List<Node> nodes = readers.getOrDefault(node.name(), List.of());
        boolean all = node.parameters().containsKey("value");
        for (Node reader : nodes) {
          all &=
              reader.operator() instanceof Combine
                  && reader.inputs().stream()
                      .allMatch(name ->
                          name.equals(node.name())
                              ? reader.inputs().indexOf(name) == reader.inputs().lastIndexOf(name)
                              : !isConstant(graph, name));
        }
        if (all) {
          found.add(node.name());
        }
      }
    }
    return found;
  }

  private static boolean isConstant(Graph graph, String value) {
    Node node = graph.node(value);
    return node != null && node.operator() instanceof Constant;
  }

  private static ValueInfoProto described(String name, Shape shape, boolean whole) {
    TensorShapeProto.Builder dims = TensorShapeProto.newBuilder();
    dims.addDim(TensorShapeProto.Dimension.newBuilder().setDimParam(BATCH));
    for (int dim : shape.dims()) {
      dims.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim));
    }
    int type = whole ? TensorProto.DataType.INT64_VALUE : TensorProto.DataType.FLOAT_VALUE;
    TypeProto.Tensor.Builder tensor =
        TypeProto.Tensor.newBuilder().setElemType(type).setShape(dims);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(tensor))
        .build();
  }
}
