package dev.ockham.onnx.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.ockham.onnx.UnsupportedOnnxException;
import dev.ockham.onnx.read.ImportOptions;
import dev.ockham.onnx.read.OnnxImport;
import dev.ockham.runtime.file.MalformedFileException;
import dev.ockham.runtime.plan.Plan;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Operators of which all inputs are known are computed at import as ONNX's tests say. */
class ConstantConformanceTest {
  private static final int LEAST = 300;

  /**
   * Tests that come out otherwise: windows whose models have π as 3.1415, and the corners of which
   * unmet.txt tells.
   */
  private static final Pattern DIFFER =
      Pattern.compile("test_(blackman|hamming|hann)window.*_expanded|test_resize_.*_align_corners");

  @Test
  void constantsBecomeTheNumbersOfTheTests() throws IOException {
    Optional<Path> place = NodeTest.place();
    assumeTrue(
        place.isPresent(), "there are no tests of ONNX here: install Debian's libonnx-testdata");
    SortedMap<String, String> wrong = new TreeMap<>();
    int same = 0;
    for (NodeTest test : NodeTest.all(place.orElseThrow())) {
      if (!test.isOfTensors() || DIFFER.matcher(test.name()).matches()) {
        continue;
      }
      TensorProto wanted = test.outputs().getFirst();
      float[] found = computed(test, wanted.getDimsCount());
      if (found != null) {
        String difference = NodeTestRun.difference(Numbers.of(wanted).values(), found);
        if (difference == null) {
          same++;
        } else {
          wrong.put(test.name(), difference);
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(same).isGreaterThanOrEqualTo(LEAST);
  }

  /** The first output plus an input of zeros, without which it would be no network. */
  private static float @Nullable [] computed(NodeTest test, int axes) throws IOException {
    ModelProto model = test.keeping(Set.of());
    GraphProto.Builder graph = model.getGraph().toBuilder();
    String output = graph.getOutput(0).getName();
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (int axis = 0; axis < Math.max(1, axes); axis++) {
      shape.addDim(Dimension.newBuilder().setDimValue(1));
    }
    TypeProto.Tensor.Builder type =
        TypeProto.Tensor.newBuilder().setElemType(DataType.FLOAT.getNumber()).setShape(shape);
    graph.addInput(
        ValueInfoProto.newBuilder()
            .setName("zero")
            .setType(TypeProto.newBuilder().setTensorType(type)));
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("Cast")
            .addInput(output)
            .addOutput("known")
            .addAttribute(
                AttributeProto.newBuilder()
                    .setName("to")
                    .setType(AttributeType.INT)
                    .setI(DataType.FLOAT.getNumber())));
    graph.addNode(
        NodeProto.newBuilder()
            .setOpType("Add")
            .addInput("known")
            .addInput("zero")
            .addOutput("sum"));
    graph.clearOutput().addOutput(ValueInfoProto.newBuilder().setName("sum"));
    byte[] bytes = model.toBuilder().setGraph(graph).build().toByteArray();
    try {
      var network = OnnxImport.read(bytes, test.name(), ImportOptions.NONE);
      return Objects.requireNonNull(
          Plan.of(network.model()).run(Map.of("zero", new float[1]), 1, 1).get("sum"));
    } catch (UnsupportedOnnxException | MalformedFileException e) {
      return null;
    }
  }
}
