package dev.ockham.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.RandomInputs;
import dev.ockham.core.evaluate.ModelInputs;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.run.Outcome;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.start.TrainedWeights;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Networks of every form learn their own outputs on random inputs, without labels, and are pruned
 * by that: several inputs, several outputs, images and sequences as outputs.
 */
class TeacherTest {

  /** What a masked network and the compacted one may differ by, relative to the output's scale. */
  private static final double AGREES = 1e-5;

  private static final int EXAMPLES = 40;

  @TempDir private Path temp;

  static Stream<Arguments> networksAndMethods() {
    return TaughtNetworks.all().entrySet().stream()
        .flatMap(network ->
            Stream.of("sparse-vd", "magnitude", "sbp")
                .map(method -> Arguments.of(network.getKey(), network.getValue(), method)));
  }

  private static RunSpec spec(String method) {
    RunSpec spec =
        RunSpec.defaults()
            .with("method.name", method)
            .withEpochs(6)
            .withBatch(20)
            .withLearningRate(0.003)
            .withThreads(2)
            .with("training.on_collapse", "continue");
    return method.equals("magnitude")
        ? spec.with("method.pruning.sparsity", 0.3).with("method.pruning.every", 5)
        : spec.with("training.kl_weight.last", 0.3);
  }

  @ParameterizedTest(name = "{0} {2}")
  @MethodSource("networksAndMethods")
  void everyNetworkIsPrunedWithoutLabels(String name, Graph graph, String method) throws Exception {
    Model model = TaughtNetworks.model(name, graph, 3);
    Dataset data = RandomInputs.named("random:200").orElseThrow().draw("random:200", model.graph());
    List<EpochMetrics> epochs = new ArrayList<>();
    TrainedRun run =
        Training.teach(
            spec(method),
            TrainedWeights.of(name, model),
            data,
            temp.resolve("run"),
            new TrainingListener() {
              @Override
              public void epochDone(EpochMetrics metrics) {
                epochs.add(metrics);
              }
            });

    assertThat(Files.readString(run.folder().metrics()))
        .contains("\"validation_relative_error\"", "\"loss\"")
        .doesNotContain("error_percent", "nll");
    Outcome outcome = Objects.requireNonNull(run.record().outcome());
    EpochMetrics.Score dense = Objects.requireNonNull(outcome.rows().getFirst().score());
    assertThat(dense.labelled()).isFalse();
    assertThat(dense.relativeErrors().keySet()).containsExactlyElementsOf(graph.outputs());
    assertThat(dense.relativeErrors().values())
        .as("it has not gone far from what it was")
        .allSatisfy(error -> assertThat(error).isBetween(0.0, 0.5));
    assertThat(dense.nll())
        .as("Java on the exported model, libtorch on the live one")
        .isCloseTo(
            Objects.requireNonNull(epochs.getLast().validation()).nll(),
            within(1e-3 * (1 + dense.nll())));
    EpochMetrics.Score masked = Objects.requireNonNull(outcome.rows().get(1).score());
    EpochMetrics.Score pruned = Objects.requireNonNull(outcome.rows().get(2).score());
    assertThat(pruned.nll()).isCloseTo(masked.nll(), within(1e-3 * (1e-3 + masked.nll())));
    // Gates stand at dense layers and convolutions only, so a recurrent network can lose less.
    smaller(run, data, method.equals("sbp") ? 0.03 : 0.5);
  }

  /** Compacting changes nothing, nor does a file. */
  private void smaller(TrainedRun run, Dataset data, double sparsity) throws Exception {
    List<Mask> masks = run.snapshot().masksTo(sparsity).masks();
    Model masked = run.snapshot().masked(masks);
    ModelFile compacted = run.prunedTo(sparsity);
    assertThat(compacted.model().nonZeroWeights())
        .isLessThanOrEqualTo(masked.nonZeroWeights())
        .isLessThan(run.snapshot().architecture().weights());
    Map<String, float[]> expected = outputs(masked, data);
    Map<String, float[]> actual = outputs(compacted.model(), data);
    assertThat(actual.size()).isEqualTo(expected.size());
    List<float[]> left = List.copyOf(expected.values());
    List<float[]> right = List.copyOf(actual.values());
    for (int k = 0; k < left.size(); k++) {
      assertThat(difference(left.get(k), right.get(k))).isLessThan(AGREES);
    }
    Path file = temp.resolve("smaller.safetensors");
    compacted.save(file);
    outputs(ModelFile.load(file).model(), data)
        .forEach((output, values) -> assertThat(values).isEqualTo(actual.get(output)));
  }

  private static Map<String, float[]> outputs(Model model, Dataset data) {
    float[] rows = data.test().values(0, EXAMPLES);
    return Plan.of(model).run(ModelInputs.split(model, rows, EXAMPLES), EXAMPLES, 1);
  }

  private static double difference(float[] expected, float[] actual) {
    double scale = 1e-3;
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      scale = Math.max(scale, Math.abs(expected[i]));
      largest = Math.max(largest, Math.abs(expected[i] - actual[i]));
    }
    return largest / scale;
  }
}
