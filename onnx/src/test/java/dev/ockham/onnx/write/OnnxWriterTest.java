package dev.ockham.onnx.write;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.ockham.onnx.OnnxMetadata;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.GraphSample;
import dev.ockham.runtime.graph.RandomGraphs;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.Model;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Names, shapes and what else stands in the file beside the numbers. */
class OnnxWriterTest {

  private static Model images() {
    GraphBuilder builder = new GraphBuilder();
    Value x = builder.input("image", 3, 8, 8);
    x = builder.named("conv1").conv2d(x, 4, 3);
    x = builder.named("relu1").relu(x);
    x = builder.named("flatten1").flatten(x);
    return model(builder.build(builder.named("fc").dense(x, 5)));
  }

  private static Model model(Graph graph) {
    return new GraphSample("small", graph, Map.of()).model(1);
  }

  private static ModelProto written(Model model) {
    return OnnxWriter.write(model, OnnxMetadata.NONE, false);
  }

  private static Set<String> initializers(GraphProto graph) {
    return graph.getInitializerList().stream()
        .map(TensorProto::getName)
        .collect(Collectors.toSet());
  }

  @Test
  void namesStay() {
    GraphProto graph = written(images()).getGraph();
    assertThat(graph.getName()).isEqualTo("small");
    assertThat(graph.getNodeList().stream().map(NodeProto::getName))
        .containsExactly("conv1", "relu1", "flatten1", "fc");
    assertThat(graph.getNodeList().stream().map(node -> node.getOutput(0)))
        .containsExactly("conv1", "relu1", "flatten1", "fc");
    assertThat(initializers(graph))
        .containsExactlyInAnyOrder("conv1.weight", "conv1.bias", "fc.weight", "fc.bias");
    assertThat(graph.getInput(0).getName()).isEqualTo("image");
    assertThat(graph.getOutput(0).getName()).isEqualTo("fc");
  }

  @Test
  void theBatchIsFree() {
    GraphProto graph = written(images()).getGraph();
    assertThat(dims(graph.getInput(0))).containsExactly("batch", "3", "8", "8");
    assertThat(dims(graph.getOutput(0))).containsExactly("batch", "5");
  }

  private static List<String> dims(ValueInfoProto value) {
    return value.getType().getTensorType().getShape().getDimList().stream()
        .map(OnnxWriterTest::shown)
        .toList();
  }

  private static String shown(TensorShapeProto.Dimension dim) {
    return dim.hasDimParam() ? dim.getDimParam() : Long.toString(dim.getDimValue());
  }

  @Test
  void tokensAndLengthsAreWholeNumbers() {
    GraphBuilder builder = new GraphBuilder();
    Value tokens = builder.input("tokens", 6);
    Value length = builder.input("length", Shape.of());
    Value x = builder.embed(tokens, 11, 4);
    Value y = builder.node("lstm", new Recurrent(Recurrent.Cell.LSTM, 3, false, true), x, length);
    GraphProto graph = written(model(builder.build(y))).getGraph();
    assertThat(graph.getInputList())
        .allMatch(input ->
            input.getType().getTensorType().getElemType() == TensorProto.DataType.INT64_VALUE);
    // The number of steps is the network's; how many are real is an input of each example.
    assertThat(dims(graph.getInput(0))).containsExactly("batch", "6");
    assertThat(dims(graph.getInput(1))).containsExactly("batch");
    assertThat(dims(graph.getOutput(0))).containsExactly("batch", "3");
  }

  @Test
  void aParameterThatHasTheNameOfAValueGetsAnother() {
    GraphBuilder builder = new GraphBuilder();
    Value x = builder.input("fc.weight", 3);
    Model model = model(builder.build(builder.named("fc").dense(x, 2)));
    ModelProto written = written(model);
    OnnxValidity.require(written);
    assertThat(initializers(written.getGraph())).contains("fc.weight/parameter", "fc.bias");
  }

  @Test
  void metadataTravelsAndComesBack() {
    OnnxMetadata metadata =
        OnnxMetadata.of(
            "resnet-20",
            new DataRules("{\"classes\":[\"cat\",\"dog\"],\"later\":1}"),
            Map.of("data", "cifar-10", "seed", "1"));
    ModelProto written = OnnxWriter.write(images(), metadata, false);
    assertThat(OnnxMetadata.of(written)).isEqualTo(metadata);
    assertThat(written.getMetadataPropsList().stream().map(entry -> entry.getKey()))
        .containsExactly("ockham.architecture", "ockham.data", "ockham.data_rules", "ockham.seed");
    ModelProto foreign = written.toBuilder().clearMetadataProps().build();
    assertThat(OnnxMetadata.of(foreign)).isEqualTo(OnnxMetadata.NONE);
  }

  @Test
  void theSameModelGivesTheSameBytes() {
    for (int seed = 0; seed < 12; seed++) {
      GraphSample sample = RandomGraphs.of(seed);
      assertThat(written(sample.model(3)).toByteArray())
          .isEqualTo(written(sample.model(3)).toByteArray());
    }
  }

  @Test
  void sparseInitializersHoldWhatTheDenseOnesDo() {
    int stored = 0;
    for (int seed = 0; seed < 60; seed++) {
      Model model = RandomGraphs.of(seed).model(5);
      GraphProto dense = written(model).getGraph();
      GraphProto sparse = OnnxWriter.write(model, OnnxMetadata.NONE, true).getGraph();
      Map<String, TensorProto> known =
          dense.getInitializerList().stream()
              .collect(Collectors.toMap(TensorProto::getName, tensor -> tensor));
      for (SparseTensorProto each : sparse.getSparseInitializerList()) {
        TensorProto same = Objects.requireNonNull(known.get(each.getValues().getName()));
        assertThat(each.getDimsList()).isEqualTo(same.getDimsList());
        assertThat(dense(each)).isEqualTo(floats(same));
        assertThat(each.getSerializedSize()).isLessThan(same.getSerializedSize() + 40);
        stored++;
      }
      assertThat(sparse.getInitializerCount() + sparse.getSparseInitializerCount())
          .isEqualTo(dense.getInitializerCount());
    }
    assertThat(stored).isPositive();
  }

  private static float[] dense(SparseTensorProto sparse) {
    long size = sparse.getDimsList().stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
    float[] values = new float[Math.toIntExact(size)];
    float[] kept = floats(sparse.getValues());
    for (float number : kept) {
      assertThat(number).isNotZero();
    }
    var places =
        sparse
            .getIndices()
            .getRawData()
            .asReadOnlyByteBuffer()
            .order(ByteOrder.LITTLE_ENDIAN)
            .asLongBuffer();
    for (float number : kept) {
      values[Math.toIntExact(places.get())] = number;
    }
    return values;
  }

  private static float[] floats(TensorProto tensor) {
    var bytes = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(values);
    return values;
  }
}
