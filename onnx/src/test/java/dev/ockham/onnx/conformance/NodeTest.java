package dev.ockham.onnx.conformance;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * One of ONNX's tests of operators: a model, mostly of one node, with what goes in and comes out.
 * Weights and settings are inputs there like all others.
 *
 * @param name that of its folder
 * @param model the model
 * @param folder where its numbers are
 */
record NodeTest(String name, ModelProto model, Path folder) {
  private static final String VARIABLE = "OCKHAM_ONNX_TESTDATA";
  private static final String REQUIRED = "OCKHAM_REQUIRE_ONNX_TESTDATA";
  private static final Set<DataType> OURS =
      Set.of(
          DataType.FLOAT,
          DataType.INT32,
          DataType.INT64,
          DataType.UINT32,
          DataType.UINT64,
          DataType.BOOL);

  private static final Path INSTALLED = Path.of("/usr/share/libonnx-testdata/data/node");

  /** Where the tests are: the folder that a variable names, or that of Debian's package. */
  static Optional<Path> place() {
    String named = System.getenv(VARIABLE);
    Path place = named == null || named.isBlank() ? INSTALLED : Path.of(named);
    if (Files.isDirectory(place)) {
      return Optional.of(place);
    }
    if (System.getenv(REQUIRED) != null) {
      throw new AssertionError(
          REQUIRED + " is set, and there is no folder " + place + ": install libonnx-testdata");
    }
    return Optional.empty();
  }

  /** All tests in a folder, by name. */
  static List<NodeTest> all(Path place) throws IOException {
    List<Path> folders;
    try (Stream<Path> listed = Files.list(place)) {
      folders = listed.filter(each -> Files.exists(each.resolve("model.onnx"))).sorted().toList();
    }
    List<NodeTest> tests = new ArrayList<>();
    for (Path folder : folders) {
      ModelProto model = ModelProto.parseFrom(Files.readAllBytes(folder.resolve("model.onnx")));
      tests.add(
          new NodeTest(
              String.valueOf(folder.getFileName()), model, folder.resolve("test_data_set_0")));
    }
    return tests;
  }

  /** Version of the operators. */
  int opset() {
    return (int)
        model.getOpsetImportList().stream()
            .filter(each -> each.getDomain().isEmpty())
            .mapToLong(OperatorSetIdProto::getVersion)
            .max()
            .orElse(0);
  }

  /** Names of the operators of its nodes. */
  List<String> operators() {
    return model.getGraph().getNodeList().stream().map(NodeProto::getOpType).toList();
  }

  /** Whether all nodes are of ONNX's own operators. */
  boolean isPlain() {
    return model.getGraph().getNodeList().stream().allMatch(each -> each.getDomain().isEmpty());
  }

  /** Whether it makes float32 tensors of float32 tensors, with whole numbers beside them. */
  boolean isFloat() {
    List<DataType> inputs = model.getGraph().getInputList().stream().map(NodeTest::type).toList();
    return type(model.getGraph().getOutput(0)) == DataType.FLOAT
        && inputs.contains(DataType.FLOAT)
        && OURS.containsAll(inputs);
  }

  /** Whether all it reads and its first output are tensors of numbers that Ockham reads. */
  boolean isOfTensors() {
    List<DataType> inputs = model.getGraph().getInputList().stream().map(NodeTest::type).toList();
    return isPlain()
        && OURS.containsAll(inputs)
        && OURS.contains(type(model.getGraph().getOutput(0)));
  }

  private static DataType type(ValueInfoProto value) {
    TypeProto type = value.getType();
    DataType known =
        type.hasTensorType() ? DataType.forNumber(type.getTensorType().getElemType()) : null;
    return known == null ? DataType.UNDEFINED : known;
  }

  /** The tensors that go in, in the order of the model's inputs. */
  List<TensorProto> inputs() throws IOException {
    return tensors("input_", model.getGraph().getInputCount());
  }

  /** The tensors that must come out, in the order of the model's outputs. */
  List<TensorProto> outputs() throws IOException {
    return tensors("output_", model.getGraph().getOutputCount());
  }

  private List<TensorProto> tensors(String prefix, int count) throws IOException {
    List<TensorProto> tensors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tensors.add(TensorProto.parseFrom(Files.readAllBytes(folder.resolve(prefix + i + ".pb"))));
    }
    return tensors;
  }

  /**
   * The model with weights as files of trained networks have them: inputs become initialisers, but
   * for some.
   *
   * @param values indices of the inputs that stay
   */
  ModelProto keeping(Set<Integer> values) throws IOException {
    GraphProto.Builder graph = model.getGraph().toBuilder().clearInput();
    List<TensorProto> numbers = inputs();
    for (int i = 0; i < numbers.size(); i++) {
      ValueInfoProto input = model.getGraph().getInput(i);
      if (values.contains(i)) {
        graph.addInput(input);
      } else {
        graph.addInitializer(numbers.get(i).toBuilder().setName(input.getName()));
      }
    }
    return model.toBuilder().setGraph(graph).build();
  }
}
