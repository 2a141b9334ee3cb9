package dev.ockham.onnx.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.ockham.onnx.OnnxMetadata;
import dev.ockham.onnx.check.Batch;
import dev.ockham.onnx.check.OnnxSession;
import dev.ockham.onnx.check.RandomInputs;
import dev.ockham.onnx.write.OnnxWriter;
import dev.ockham.runtime.graph.Embed;
import dev.ockham.runtime.graph.GraphSample;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.OperatorSamples;
import dev.ockham.runtime.graph.ReferenceForward;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
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
    Map<String, double[]> wanted = ReferenceForward.run(first, GraphSample.widened(inputs), 3);
    Map<String, float[]> found = Plan.of(second).run(inputs, 3, 1);
    for (String output : first.graph().outputs()) {
      double[] expected = Objects.requireNonNull(wanted.get(output));
      float[] actual = Objects.requireNonNull(found.get(output));
      double scale = 0;
      for (double each : expected) {
        scale = Math.max(scale, Math.abs(each));
      }
      for (int i = 0; i < expected.length; i++) {
        assertThat((double) actual[i]).isCloseTo(expected[i], offset(1e-5 * scale + 1e-30));
      }
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
