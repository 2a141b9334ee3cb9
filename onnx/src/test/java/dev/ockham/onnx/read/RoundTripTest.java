package dev.ockham.onnx.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.ockham.onnx.OnnxMetadata;
import dev.ockham.onnx.check.Batch;
import dev.ockham.onnx.check.OnnxSession;
import dev.ockham.onnx.check.RandomInputs;
import dev.ockham.onnx.write.OnnxWriter;
import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Activation.Function;
import dev.ockham.runtime.graph.Embed;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.GraphSample;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.OperatorSamples;
import dev.ockham.runtime.graph.Parity;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What went out comes in again, and is what it was. */
class RoundTripTest {
  private static Model read(byte[] bytes) throws Exception {
    return OnnxImport.read(bytes, "model.onnx", ImportOptions.NONE).model();
  }

  private static byte[] written(Model model) {
    return OnnxWriter.write(model, OnnxMetadata.NONE, false).toByteArray();
  }

  static Stream<GraphSample> samples() {
    return OperatorSamples.all().stream()
        .filter(sample -> sample.graph().shape(OperatorSamples.NODE).size() > 0)
        .filter(RoundTripTest::hasNumbers)
        .filter(sample -> !withoutStatistics(OperatorSamples.node(sample)));
  }

  /** A size of 0 in a file is one that it leaves open. */
  private static boolean hasNumbers(GraphSample sample) {
    return sample.graph().inputs().stream().allMatch(input -> input.shape().size() > 0);
  }

  private static boolean withoutStatistics(Node node) {
    return node.operator() instanceof Normalize normalize
        && normalize.over() == Normalize.Over.BATCH
        && !node.parameters().containsKey("mean");
  }

  @ParameterizedTest
  @MethodSource("samples")
  void everyOperatorComesInAgain(GraphSample sample) throws Exception {
    Model first = sample.model(1);
    Model second = read(written(first));
    Map<String, float[]> inputs = sample.inputs(3, 3);
    Parity.require(
        sample.name(), Parity.reference(first, inputs, 3), Parity.plan(second, inputs, 3));
    assertThat(ReturnedRecords.difference(first.graph(), second.graph()))
        .isEqualTo(ReturnedRecords.listed().getOrDefault(sample.name(), ""));
  }

  @Test
  void whatDoesNotComeBackEqualIsASample() throws Exception {
    assertThat(samples().map(GraphSample::name)).containsAll(ReturnedRecords.listed().keySet());
  }

  @Tag("long")
  @ParameterizedTest
  @MethodSource("samples")
  void whatCameBackOnceComesBackEqual(GraphSample sample) throws Exception {
    Model once = read(written(sample.model(1)));
    Model twice = read(written(once));
    assertThat(ReturnedRecords.difference(once.graph(), twice.graph())).isEmpty();
  }

  /** Lengths that the network works out itself, which may end within a step. */
  @Test
  void lengthsThatAreComputedComeBack() throws Exception {
    GraphBuilder g = new GraphBuilder();
    Value steps = g.input("steps", 4, 2);
    Value length = g.activation(g.input("length"), new Activation(Function.SCALE, 0.5f, 0));
    Recurrent layer = new Recurrent(Recurrent.Cell.GRU, 3, true, true);
    Model first =
        new GraphSample("lengths", g.build(g.node("gru", layer, steps, length)), Map.of()).model(1);
    Model second = read(written(first));
    assertThat(second.graph().nodes().stream().map(Node::operator))
        .containsExactlyElementsOf(first.graph().nodes().stream().map(Node::operator).toList());
    Map<String, float[]> inputs =
        Map.of(
            "steps",
            Objects.requireNonNull(RandomInputs.draw(first, 5, 1).inputs().get("steps")),
            "length",
            new float[] {-1, 1, 2, 5, 19});
    Parity.require("lengths", Parity.reference(first, inputs, 5), Parity.plan(second, inputs, 5));
    try (OnnxSession session = OnnxSession.of(written(second))) {
      Parity.require(
          "ONNX Runtime",
          Parity.reference(first, inputs, 5),
          Parity.widened(second.graph(), session.run(new Batch(inputs, 5))));
    }
  }

  static Stream<Path> models() throws Exception {
    try (Stream<Path> files = Files.list(Path.of("src/test/resources/torch"))) {
      return files.filter(file -> file.toString().endsWith(".onnx")).sorted().toList().stream();
    }
  }

  /** Computed constants of a foreign file do not become weights on the way. */
  @ParameterizedTest
  @MethodSource("models")
  void theSecondRoundIsTheFirst(Path file) throws Exception {
    Model first = read(Files.readAllBytes(file));
    byte[] out = written(first);
    Model second = read(out);
    assertThat(trained(second)).isEqualTo(trained(first));
    assertThat(written(second)).isEqualTo(out);
  }

  private static long trained(Model model) {
    return model.graph().parameters().stream()
        .filter(parameter -> parameter.role().trained())
        .mapToLong(parameter -> parameter.shape().size())
        .sum();
  }

  private static SmallModel tokens() {
    return new SmallModel(13)
        .indices("tokens", DataType.INT64, 0, 5)
        .weights("table", 7, 4)
        .weights("w", 4, 3)
        .node("Gather", "e <- table tokens")
        .node("MatMul", "m <- e w")
        .output("m");
  }

  /** A table goes out with a row of zeros, which is none of the network's when it comes in. */
  @Test
  void tablesOfTokensKeepTheirRows() throws Exception {
    Model first = read(tokens().bytes());
    byte[] out = written(first);
    Model second = read(out);
    assertThat(second.graph().nodes()).isEqualTo(first.graph().nodes());
    assertThat(second.graph().parameters()).isEqualTo(first.graph().parameters());
    assertThat(written(second)).isEqualTo(out);
    Batch batch = RandomInputs.draw(second, 3, 1);
    Map<String, float[]> ours = Plan.of(second).run(batch.inputs(), 3, 1);
    try (OnnxSession session = OnnxSession.of(out)) {
      float[] theirs = Objects.requireNonNull(session.run(batch).get("m"));
      assertThat(Objects.requireNonNull(ours.get("m"))).containsExactly(theirs, offset(1e-6f));
    }
  }

  /** A table that only looks like one of ours is what the file says. */
  @Test
  void aTableWhoseLastRowHasNumbersKeepsIt() throws Exception {
    Model model =
        read(
            new SmallModel(13)
                .indices("tokens", DataType.INT64, 0, 5)
                .weights("table", 7, 4)
                .longs("low", -1)
                .longs("high", 6)
                .node("Clip", "c <- tokens low high")
                .node("Gather", "e <- table c")
                .output("e")
                .bytes());
    assertThat(model.graph().nodes()).extracting(node -> node.operator()).contains(new Embed(7, 4));
  }

  /** As a cache of downloads has them: links in one folder, which lead to files in another. */
  @Test
  void dataBehindLinksAreReadWhereTheModelIsALinkToo(@TempDir Path folder) throws Exception {
    Path blobs = Files.createDirectories(folder.resolve("blobs"));
    Path snapshot = Files.createDirectories(folder.resolve("snapshots/1"));
    Path model = blobs.resolve("aaa");
    Files.write(model, TorchModelsTest.external(blobs, "model.data").toByteArray());
    Files.move(blobs.resolve("model.data"), blobs.resolve("bbb"));
    Files.createSymbolicLink(snapshot.resolve("model.onnx"), model);
    Files.createSymbolicLink(snapshot.resolve("model.data"), blobs.resolve("bbb"));
    ImportedNetwork network = OnnxImport.read(snapshot.resolve("model.onnx"));
    assertThat(network.model().weightCount()).isPositive();
    assertThat(network.beside()).hasSize(1);
    assertThat(Files.isSameFile(network.beside().getFirst(), blobs.resolve("bbb"))).isTrue();
  }
}
