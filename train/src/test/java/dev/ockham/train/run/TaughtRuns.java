package dev.ockham.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.RandomInputs;
import dev.ockham.core.evaluate.ModelInputs;
import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.run.EpochMetrics.Score;
import dev.ockham.core.run.Outcome;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.start.TrainedWeights;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.graph.Parity;
import dev.ockham.runtime.graph.ReferenceForward;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A model that learns its own outputs on random inputs, is pruned, compacted, saved, loaded and
 * run; with what must hold on the way.
 */
final class TaughtRuns {

  /** Methods that stand for those on weights, on a schedule, and on units. */
  static final List<String> METHODS = List.of("sparse-vd", "magnitude", "sbp");

  private TaughtRuns() {}

  static RunSpec spec(String method, int epochs) {
    RunSpec spec =
        RunSpec.defaults()
            .with("method.name", method)
            .withEpochs(epochs)
            .withBatch(20)
            .withLearningRate(0.003)
            .withThreads(2)
            .with("training.on_collapse", "continue");
    return method.equals("magnitude")
        ? spec.with("method.pruning.sparsity", 0.3).with("method.pruning.every", 2)
        : spec.with("training.kl_weight.last", 0.3);
  }

  /**
   * Trains and checks.
   *
   * @param data name of random inputs
   * @param folder an empty one
   * @return the scores of the dense network on validation inputs
   */
  static Score teach(RunSpec spec, Model model, String data, Path folder) throws Exception {
    Dataset inputs = RandomInputs.named(data).orElseThrow().draw(data, model.graph());
    List<EpochMetrics> epochs = new ArrayList<>();
    TrainedRun run =
        Training.teach(
            spec,
            TrainedWeights.of("taught", model),
            inputs,
            folder.resolve("run"),
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
    Score dense = Objects.requireNonNull(outcome.rows().getFirst().score());
    assertThat(dense.labelled()).isFalse();
    assertThat(dense.relativeErrors().keySet())
        .containsExactlyElementsOf(run.snapshot().architecture().graph().outputs());
    assertThat(dense.nll())
        .as("Java on the exported model, libtorch on the live one")
        .isCloseTo(
            Objects.requireNonNull(epochs.getLast().validation()).nll(),
            within(1e-3 * (1 + dense.nll())));
    Score masked = Objects.requireNonNull(outcome.rows().get(1).score());
    Score pruned = Objects.requireNonNull(outcome.rows().get(2).score());
    assertThat(pruned.nll()).isCloseTo(masked.nll(), within(1e-3 * (1e-3 + masked.nll())));
    smaller(run, inputs, folder.resolve("smaller.safetensors"));
    return dense;
  }

  /** At half of the weights that may go, compacting changes nothing, nor does a file. */
  private static void smaller(TrainedRun run, Dataset data, Path file) throws Exception {
    double threshold = middle(run.snapshot());
    Model masked = run.snapshot().masked(run.snapshot().masksAt(threshold));
    ModelFile compacted = run.prunedAt(threshold);
    assertThat(compacted.model().nonZeroWeights())
        .isLessThanOrEqualTo(masked.nonZeroWeights())
        .isLessThan(run.snapshot().architecture().weights());
    List<float[]> expected = List.copyOf(outputs(masked, data).values());
    Map<String, float[]> actual = outputs(compacted.model(), data);
    List<float[]> found = List.copyOf(actual.values());
    assertThat(found).hasSameSizeAs(expected);
    for (int k = 0; k < expected.size(); k++) {
      Parity.require(
          "compacted, output " + k,
          ReferenceForward.widened(expected.get(k)),
          ReferenceForward.widened(found.get(k)));
    }
    compacted.save(file);
    outputs(ModelFile.load(file).model(), data)
        .forEach((output, values) -> assertThat(values).isEqualTo(actual.get(output)));
  }

  private static double middle(Snapshot snapshot) {
    List<Float> scores = new ArrayList<>();
    for (Snapshot.Layer layer : snapshot.layers()) {
      float[] given = layer.logAlpha();
      for (int i = 0; given != null && i < given.length; i++) {
        scores.add(given[i]);
      }
    }
    float[] sorted = new float[scores.size()];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = scores.get(i);
    }
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static Map<String, float[]> outputs(Model model, Dataset data) {
    int count = data.test().count();
    Map<String, float[]> inputs = ModelInputs.split(model, data.test().values(0, count), count);
    return Plan.of(model).run(inputs, count, 1);
  }
}
