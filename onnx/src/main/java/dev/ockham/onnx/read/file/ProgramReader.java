package dev.ockham.onnx.read.file;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.ockham.onnx.UnsupportedOnnxException;
import dev.ockham.onnx.read.program.ElementType;
import dev.ockham.onnx.read.program.MalformedOnnxException;
import dev.ockham.onnx.read.program.OnnxNode;
import dev.ockham.onnx.read.program.Program;
import dev.ockham.onnx.read.program.ProgramInput;
import dev.ockham.onnx.read.program.ProgramOutput;
import dev.ockham.onnx.read.program.Tensor;
import dev.ockham.runtime.file.ForeignFormat;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.graph.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes a program from the bytes of an ONNX file: parsed, functions inlined, every name checked.
 */
public final class ProgramReader {
  private static final int OLDEST_OPSET = 1;
  private static final int NEWEST_OPSET = 26;

  private final ModelProto model;
  private final TensorDecoding tensors;
  private final Map<String, Tensor> constants = new LinkedHashMap<>();
  private final Set<String> defined = new HashSet<>();

  private ProgramReader(ModelProto model, ExternalData external) {
    this.model = model;
    tensors = new TensorDecoding(external);
  }

  /**
   * Parses a model's messages. Large tensors stay in the bytes that are given.
   *
   * @param bytes the whole file
   * @param memory bytes of memory that messages may take beside it
   * @throws MalformedOnnxException if it is none
   */
  public static ModelProto parse(ByteBuffer bytes, long memory) {
    byte[] head = new byte[Math.min(bytes.remaining(), ForeignFormat.LOOKED_AT)];
    bytes.get(bytes.position(), head);
    String other = ForeignFormat.of(head);
    if (!other.isEmpty()) {
      throw new MalformedOnnxException("file", "no ONNX, but " + other);
    }
    WireLimits.check(bytes, memory);
    CodedInputStream stream = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
    stream.enableAliasing(true);
    try {
      return ModelProto.parseFrom(stream);
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedOnnxException(
          "model", "it is no ONNX file, or cut off: " + e.getMessage());
    } catch (IOException e) {
      throw new MalformedOnnxException("model", "it cannot be read: " + e.getMessage());
    }
  }

  /**
   * The program of a model.
   *
   * @param file its file, beside which external data are; null if there is none
   * @param notes told what else there is to say
   * @param files told which files beside it were read
   * @throws MalformedOnnxException if names or sizes contradict each other
   * @throws UnsupportedOnnxException for a model of another kind
   */
  public static Program read(
      ModelProto model, @Nullable Path file, Consumer<String> notes, Consumer<List<Path>> files) {
    ExternalData beside = new ExternalData(file);
    Program program = new ProgramReader(model, beside).program(notes);
    files.accept(beside.files());
    return program;
  }

  private Program program(Consumer<String> notes) {
    GraphProto graph = model.getGraph();
    if (!model.hasGraph() || graph.getOutputCount() == 0) {
      throw new MalformedOnnxException("model", "it has no graph, or a graph without outputs");
    }
    initializers(graph);
    Set<String> learnt = new LinkedHashSet<>(constants.keySet());
    List<ProgramInput> inputs = inputs(graph);
    List<OnnxNode> nodes = nodes();
    Set<ProgramOutput> outputs = new LinkedHashSet<>();
    for (ValueInfoProto output : graph.getOutputList()) {
      if (!defined.contains(output.getName())) {
        throw new MalformedOnnxException(
            "output '" + output.getName() + "'", "no node and no input gives it");
      }
      var added = new ProgramOutput(output.getName(), output.getName());
      if (!outputs.add(added)) {
        throw new MalformedOnnxException("output '" + output.getName() + "'", "it is there twice");
      }
    }
    for (ValueInfoProto input : graph.getInputList()) {
      if (!constants.containsKey(input.getName())) {
        note(input, notes);
      }
    }
    if (model.getProducerName().contains("torch")) {
      nodes.forEach(node -> noteReset(node, notes));
    }
    if (!tensors.narrowed().isEmpty()) {
      notes.accept("weights of type " + String.join(", ", tensors.narrowed()) + " became float32");
    }
    return new Program(inputs, constants, learnt, nodes, List.copyOf(outputs));
  }

  private void initializers(GraphProto graph) {
    for (TensorProto tensor : graph.getInitializerList()) {
      define(tensor.getName(), "initializer");
      constants.put(tensor.getName(), tensors.decode(tensor));
    }
    long room = ModelFile.MOST_VALUE_NUMBERS;
    for (SparseTensorProto sparse : graph.getSparseInitializerList()) {
      String name = sparse.getValues().getName();
      define(name, "sparse initializer");
      Tensor dense = tensors.decode(sparse, room);
      room -= dense.size();
      constants.put(name, dense);
    }
  }

  private void define(String name, String what) {
    if (name.isEmpty() || !defined.add(name)) {
      throw new MalformedOnnxException(
          what + " '" + name + "'", "its name is empty, or that of another value");
    }
  }

  private List<ProgramInput> inputs(GraphProto graph) {
    List<ProgramInput> inputs = new ArrayList<>();
    for (ValueInfoProto input : graph.getInputList()) {
      if (constants.containsKey(input.getName())) {
        continue;
      }
      define(input.getName(), "input");
      inputs.add(input(input));
    }
    if (inputs.isEmpty()) {
      throw new UnsupportedOnnxException("the model has no input: it always gives the same");
    }
    return inputs;
  }

  private static ProgramInput input(ValueInfoProto input) {
    String what = "input '" + input.getName() + "'";
    TypeProto type = input.getType();
    if (!type.hasTensorType() || !type.getTensorType().hasShape()) {
      throw new UnsupportedOnnxException(
          what + ": it is not a tensor of a known number of axes; export it as one");
    }
    List<ProgramInput.Size> sizes = new ArrayList<>();
    for (TensorShapeProto.Dimension dim : type.getTensorType().getShape().getDimList()) {
      boolean known = dim.hasDimValue() && dim.getDimValue() > 0;
      if (dim.getDimValue() > Integer.MAX_VALUE || sizes.size() >= Shape.MOST_AXES) {
        throw new MalformedOnnxException(
            what, "it has more than " + Shape.MOST_AXES + " axes, or one of " + dim.getDimValue());
      }
      sizes.add(new ProgramInput.Size(known ? dim.getDimValue() : -1, dim.getDimParam()));
    }
    return new ProgramInput(
        input.getName(), TensorDecoding.type(type.getTensorType().getElemType(), what), sizes, -1);
  }

  /** Says what programs that feed an input must know: it is of another type when it goes out. */
  private static void note(ValueInfoProto input, Consumer<String> notes) {
    DataType type = DataType.forNumber(input.getType().getTensorType().getElemType());
    ElementType kind = TensorDecoding.type(type.getNumber(), input.getName());
    DataType out = kind == ElementType.REAL ? DataType.FLOAT : DataType.INT64;
    if (type != out) {
      notes.accept(
          "input '%s' is %s in the file; in an export of it it will be %s"
              .formatted(input.getName(), type, out));
    }
  }

  /** Says that a GRU may be none of PyTorch's: some of its exporters wrote a wrong setting. */
  private static void noteReset(OnnxNode node, Consumer<String> notes) {
    if (node.operator().equals("GRU") && node.attributes().integer("linear_before_reset", 0) == 0) {
      notes.accept(
          node.described()
              + ": linear_before_reset is 0, which no GRU of PyTorch has; some of its exporters"
              + " wrote it by mistake: if so, set it to 1 in the file");
    }
  }

  private List<OnnxNode> nodes() {
    List<OnnxNode> nodes = new ArrayList<>();
    Set<String> names = new HashSet<>();
    Map<String, Integer> numbers = new HashMap<>();
    List<FunctionInlining.Call> calls = FunctionInlining.nodes(model);
    for (FunctionInlining.Call call : calls) {
      NodeProto node = call.node();
      Refusals.check(node);
      opset(call.opset());
      String name = Refusals.name(node);
      while (!names.add(name)) {
        name =
            Refusals.name(node) + "_" + (numbers.merge(Refusals.name(node), 1, Integer::sum) + 1);
      }
      var read =
          new OnnxNode(
              name,
              node.getOpType(),
              node.getInputList(),
              node.getOutputList(),
              AttributeReading.read(node, tensors),
              call.opset());
      for (String input : read.inputs()) {
        if (!input.isEmpty() && !defined.contains(input)) {
          throw new MalformedOnnxException(read.described(), unread(input, calls));
        }
      }
      for (String output : read.outputs()) {
        if (!output.isEmpty()) {
          define(output, "output of " + read.described());
        }
      }
      nodes.add(read);
    }
    return nodes;
  }

  /** Why there is nothing yet where a node reads. */
  private static String unread(String value, List<FunctionInlining.Call> calls) {
    boolean later = calls.stream().anyMatch(call -> call.node().getOutputList().contains(value));
    return later
        ? "it reads '%s', which only a node behind it gives: nodes are out of order or in a cycle"
            .formatted(value)
        : "it reads '%s', which no input, no initializer and no node gives".formatted(value);
  }

  private static void opset(int version) {
    if (version < OLDEST_OPSET || version > NEWEST_OPSET) {
      throw new UnsupportedOnnxException(
          "the model is of operator set %s; Ockham reads %s to %s: export it again with opset 18"
              .formatted(version, OLDEST_OPSET, NEWEST_OPSET));
    }
  }
}
