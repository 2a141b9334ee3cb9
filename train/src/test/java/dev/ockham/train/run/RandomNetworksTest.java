package dev.ockham.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.RandomInputs;
import dev.ockham.core.evaluate.ModelInputs;
import dev.ockham.core.method.Method;
import dev.ockham.core.prune.Compaction;
import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.graph.Draws;
import dev.ockham.runtime.graph.GraphSample;
import dev.ockham.runtime.graph.Parity;
import dev.ockham.runtime.graph.RandomGraphs;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Networks that nobody chose learn their own outputs by every method: masked, compacted, planned,
 * saved and exported ones are then one function, and a run that was stopped is the one that was
 * not.
 */
class RandomNetworksTest {

  private static final int EXAMPLES = 4;
  private static final int GRAPHS = Integer.getInteger("ockham.graphs", 4);

  @TempDir private Path temp;

  static Stream<Arguments> methodsAndSeeds() {
    List<Method> methods = Method.all();
    return IntStream.range(0, methods.size())
        .boxed()
        .flatMap(m ->
            IntStream.range(0, GRAPHS)
                .mapToObj(i -> Arguments.of(methods.get(m).name(), GRAPHS * m + i)));
  }

  @Tag("long")
  @ParameterizedTest
  @MethodSource("methodsAndSeeds")
  void everyMethodLeavesOneFunction(String method, long seed) throws Exception {
    isOne(method, seed);
  }

  @ParameterizedTest
  @CsvSource({"sparse-vd, 3", "vib, 122", "dependent-beta-bernoulli, 55"})
  void someMethodsLeaveOneFunction(String method, long seed) throws Exception {
    isOne(method, seed);
  }

  private void isOne(String method, long seed) throws Exception {
    GraphSample sample = RandomGraphs.of(seed);
    Path file = temp.resolve("random.safetensors");
    ModelFile.of(sample.model(seed), Map.of()).save(file);
    Dataset data = RandomInputs.named("random:50").orElseThrow().draw("random:50", sample.graph());
    RunSpec spec =
        TaughtRuns.spec(method, 2)
            .with("data.name", data.name())
            .with("architecture", file.toString())
            .with("training.init_from", file.toString())
            .taughtByItself()
            .withThreads(1);
    TrainedRun run = Training.run(spec, data, temp.resolve("run"));
    Snapshot snapshot = run.snapshot();
    int compared = 0;
    for (double threshold : thresholds(snapshot, Draws.of(seed, "threshold"))) {
      String what = "%s, %s, at %s".formatted(method, sample, threshold);
      compared += requireOne(what, snapshot.masked(snapshot.masksAt(threshold)), data) ? 1 : 0;
    }
    assertThat(compared).as("thresholds at which float tells what it is").isPositive();

    RunFolder stopped = new RunFolder(temp.resolve("stopped"));
    int[] left = {1 + (int) Long.remainderUnsigned(seed, 4)};
    RunRecord half =
        Training.train(spec, data, stopped, true, TrainingListener.SILENT, () -> left[0]-- == 0);
    assertThat(half.status()).isEqualTo(RunRecord.Status.STOPPED);
    assertThat(Training.run(spec, data, stopped.root()).record().status())
        .isEqualTo(RunRecord.Status.FINISHED);
    assertThat(Checkpoint.read(stopped).content().weightsSha256())
        .as("%s, %s, stopped and resumed", method, sample)
        .isEqualTo(Checkpoint.read(run.folder()).content().weightsSha256());
    assertThat(Files.readAllBytes(stopped.model()))
        .isEqualTo(Files.readAllBytes(run.folder().model()));
  }

  /** The run's own, one at which all goes, and one of a score that there is. */
  private static double[] thresholds(Snapshot snapshot, Draws draws) {
    List<Double> scores = new ArrayList<>();
    for (Snapshot.Layer layer : snapshot.layers()) {
      float[] given = layer.logAlpha();
      if (given != null) {
        scores.add((double) given[draws.below(given.length)]);
      }
    }
    double some = scores.isEmpty() ? 0 : draws.oneOf(scores);
    return new double[] {snapshot.threshold(), Double.NEGATIVE_INFINITY, some};
  }

  /**
   * Compares all forms.
   *
   * @return false where roundings alone change the network too much for that: gates that look at
   *     the example divide by the deviation of a unit, however small it is
   */
  private boolean requireOne(String what, Model masked, Dataset data)
      throws IOException, OrtException {
    Map<String, float[]> inputs =
        ModelInputs.split(masked, data.test().values(0, EXAMPLES), EXAMPLES);
    if (Parity.rounding(masked, inputs, EXAMPLES) > Parity.LIMIT / 4) {
      return false;
    }
    List<double[]> expected = Parity.reference(masked, inputs, EXAMPLES);
    Parity.require(what + ", masked", expected, Parity.plan(masked, inputs, EXAMPLES));
    Model compacted = Compaction.compact(masked);
    List<double[]> planned = Parity.plan(compacted, inputs, EXAMPLES);
    Parity.require(what + ", compacted", expected, Parity.reference(compacted, inputs, EXAMPLES));
    Parity.require(what + ", planned", expected, planned);
    ModelFile model = ModelFile.of(compacted, Map.of());
    Path file = temp.resolve("model");
    for (boolean small : new boolean[] {false, true}) {
      Files.deleteIfExists(file);
      if (small) {
        model.saveCompact(file, Map.of());
      } else {
        model.save(file);
      }
      List<double[]> loaded = Parity.plan(ModelFile.load(file).model(), inputs, EXAMPLES);
      for (int k = 0; k < loaded.size(); k++) {
        assertThat(Arrays.equals(loaded.get(k), planned.get(k)))
            .as("%s, saved, small: %s: output %s is the same to the bit", what, small, k)
            .isTrue();
      }
    }
    ExportedForms.requireSame(what, compacted, inputs, EXAMPLES, expected);
    return true;
  }
}
