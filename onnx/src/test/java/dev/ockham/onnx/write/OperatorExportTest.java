package dev.ockham.onnx.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OrtException;
import dev.ockham.onnx.OnnxMetadata;
import dev.ockham.onnx.check.Batch;
import dev.ockham.onnx.check.OnnxSession;
import dev.ockham.runtime.Thorough;
import dev.ockham.runtime.graph.Composite;
import dev.ockham.runtime.graph.GraphSample;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.OperatorSamples;
import dev.ockham.runtime.graph.RandomGraphs;
import dev.ockham.runtime.graph.ReferenceForward;
import dev.ockham.runtime.model.Model;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** ONNX Runtime makes of what is written what the definition of each operator says, in double. */
class OperatorExportTest {
  private static final double LIMIT = 1e-5;

  static Stream<GraphSample> samples() {
    return OperatorSamples.all().stream().filter(sample -> !withoutStatistics(sample));
  }

  static Stream<GraphSample> unfinished() {
    return OperatorSamples.all().stream().filter(OperatorExportTest::withoutStatistics);
  }

  static Stream<GraphSample> networks() {
    return IntStream.range(0, 150 / Thorough.oneIn(3)).mapToObj(RandomGraphs::of);
  }

  private static boolean withoutStatistics(GraphSample sample) {
    Node node = OperatorSamples.node(sample);
    return node.operator() instanceof Normalize normalize
        && normalize.over() == Normalize.Over.BATCH
        && !node.parameters().containsKey("mean");
  }

  @ParameterizedTest
  @MethodSource("samples")
  void anOperatorIsTheSameFunction(GraphSample sample) throws OrtException {
    check(sample, false);
  }

  /** Also where ONNX has an operator for it, which one without would go out by. */
  @ParameterizedTest
  @MethodSource("composites")
  void aCompositeOneIsTheSameFunctionInOthers(GraphSample sample) throws OrtException {
    Model model = sample.model(1);
    ModelProto written =
        OnnxWriter.write(
            model,
            OnnxMetadata.NONE,
            false,
            (operator, node) ->
                operator instanceof Composite composite
                    ? node.inOthers(composite)
                    : OperatorNodes.write(operator, node));
    assertThat(written.getGraph().getNodeCount()).isGreaterThan(1);
    check(sample, model, written);
  }

  static List<GraphSample> composites() {
    return OperatorSamples.composites();
  }

  @ParameterizedTest
  @MethodSource("networks")
  void aNetworkIsTheSameFunction(GraphSample sample) throws OrtException {
    check(sample, false);
    check(sample, true);
  }

  @ParameterizedTest
  @MethodSource("unfinished")
  void aNormWithoutStatisticsIsRefused(GraphSample sample) {
    Model model = sample.model(1);
    assertThatThrownBy(() -> OnnxWriter.write(model, OnnxMetadata.NONE, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("node 'node' (normalize) has no statistics yet");
  }

  private static void check(GraphSample sample, boolean sparse) throws OrtException {
    Model model = sample.model(1);
    check(sample, model, OnnxWriter.write(model, OnnxMetadata.NONE, sparse));
  }

  private static void check(GraphSample sample, Model model, ModelProto written)
      throws OrtException {
    OnnxValidity.require(written);
    try (OnnxSession session = OnnxSession.of(written.toByteArray())) {
      for (int count : List.of(1, 3)) {
        Map<String, float[]> inputs = sample.inputs(count, count);
        Map<String, double[]> expected =
            ReferenceForward.run(model, GraphSample.widened(inputs), count);
        Map<String, float[]> found = session.run(new Batch(inputs, count));
        assertThat(found).containsOnlyKeys(model.graph().outputs());
        for (String output : model.graph().outputs()) {
          requireNear(
              sample + " in a batch of " + count,
              Objects.requireNonNull(expected.get(output)),
              Objects.requireNonNull(found.get(output)));
        }
      }
    }
  }

  private static void requireNear(String what, double[] expected, float[] found) {
    assertThat(found).as(what).hasSameSizeAs(expected);
    double scale = 0;
    for (double number : expected) {
      scale = Math.max(scale, Math.abs(number));
    }
    for (int i = 0; i < expected.length; i++) {
      assertThat(Math.abs(expected[i] - found[i]))
          .as("%s: number %s is %s, should be %s", what, i, found[i], expected[i])
          .isLessThanOrEqualTo(LIMIT * scale);
    }
  }
}
