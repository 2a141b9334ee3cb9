package dev.ockham.core.prune;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.onnx.OnnxMetadata;
import dev.ockham.onnx.check.Batch;
import dev.ockham.onnx.check.OnnxSession;
import dev.ockham.onnx.read.ImportOptions;
import dev.ockham.onnx.read.OnnxImport;
import dev.ockham.onnx.write.OnnxWriter;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.graph.GraphSample;
import dev.ockham.runtime.graph.OperatorSamples;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Parity;
import dev.ockham.runtime.graph.RandomGraphs;
import dev.ockham.runtime.model.Model;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compaction changes no function, whatever the network: masked, compacted, planned, saved and
 * exported networks are one.
 */
class RandomGraphCompactionTest {

  private static final int COUNT = 3;

  @TempDir private Path temp;

  static LongStream seeds() {
    return RandomGraphs.seeds(1000, 10);
  }

  static LongStream fewSeeds() {
    return RandomGraphs.seeds(300, 16);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void keepsItsFunction(long seed) {
    GraphSample sample = RandomGraphs.of(seed);
    Model model = sample.model(seed);
    Map<String, float[]> inputs = sample.inputs(seed, COUNT);

    Model compacted = Compaction.compact(model);

    Parity.require(
        "%s of %s".formatted(sample, model.graph().nodes()),
        Parity.reference(model, inputs, COUNT),
        Parity.reference(compacted, inputs, COUNT));
    assertThat(compacted.nonZeroWeights()).isLessThanOrEqualTo(model.nonZeroWeights());
    assertThat(Compaction.compact(compacted).graph()).isEqualTo(compacted.graph());
  }

  static Stream<GraphSample> operators() {
    return OperatorSamples.all().stream();
  }

  /** Behind and in front of nothing else: with half of its rows of weights dead, and with all. */
  @ParameterizedTest
  @MethodSource("operators")
  void anOperatorKeepsItsFunction(GraphSample of) {
    Set<String> all =
        of.graph().prunable().stream().map(Parameter::name).collect(Collectors.toSet());
    for (Set<String> dead : List.of(Set.<String>of(), all)) {
      GraphSample sample = new GraphSample(of.name(), of.graph(), of.domains(), dead, 0.5);
      Model model = sample.model(7);
      Map<String, float[]> inputs = sample.inputs(7, COUNT);
      Parity.require(
          "%s, dead: %s".formatted(sample, dead),
          Parity.reference(model, inputs, COUNT),
          Parity.reference(Compaction.compact(model), inputs, COUNT));
    }
  }

  @ParameterizedTest
  @MethodSource("fewSeeds")
  void allItsFormsAreOneFunction(long seed) throws Exception {
    GraphSample sample = RandomGraphs.of(seed);
    Model masked = sample.model(seed);
    Map<String, float[]> inputs = sample.inputs(seed + 1, COUNT);
    List<double[]> expected = Parity.reference(masked, inputs, COUNT);
    Parity.require(sample + ", masked", expected, Parity.plan(masked, inputs, COUNT));
    Model compacted = Compaction.compact(masked);
    Parity.require(sample + ", compacted", expected, Parity.plan(compacted, inputs, COUNT));

    Path file = temp.resolve("model.safetensors");
    ModelFile.of(compacted, Map.of()).save(file);
    Model loaded = ModelFile.load(file).model();
    Parity.require(sample + ", saved", expected, Parity.plan(loaded, inputs, COUNT));

    byte[] onnx = OnnxWriter.write(compacted, OnnxMetadata.NONE, false).toByteArray();
    Model back = OnnxImport.read(onnx, "model.onnx", ImportOptions.NONE).model();
    Parity.require(sample + ", exported", expected, Parity.reference(back, inputs, COUNT));
    Parity.require(sample + ", exported, planned", expected, Parity.plan(back, inputs, COUNT));
    try (OnnxSession session = OnnxSession.of(onnx)) {
      Map<String, float[]> found = session.run(new Batch(inputs, COUNT));
      Parity.require(sample + ", ONNX Runtime", expected, Parity.widened(compacted.graph(), found));
    }
  }
}
