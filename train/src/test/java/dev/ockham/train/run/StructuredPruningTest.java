package dev.ockham.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.evaluate.ModelInputs;
import dev.ockham.core.method.Method;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.graph.Geometry;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Parity;
import dev.ockham.runtime.graph.Value;
import dev.ockham.runtime.model.Model;
import dev.ockham.train.SmallData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A network pruned by units, at any threshold, is its masked self, compacted and exported; padding,
 * sums and norms too.
 */
class StructuredPruningTest {

  private static final int COUNT = 3;
  private static final double[] FRACTIONS = {0, 0.25, 0.5, 0.75, 0.9, 1};

  @TempDir private Path temp;

  static Stream<Arguments> methodsAndNorms() {
    return Method.all().stream()
        .filter(Method::hasGates)
        .flatMap(method -> Stream.of(Arguments.of(method, false), Arguments.of(method, true)));
  }

  /** Padded convolutions, one of them strided, around a sum. */
  private static Graph network(boolean norms) {
    GraphBuilder g = new GraphBuilder();
    Value image = g.input("image", 1, SmallData.SIDE, SmallData.SIDE);
    Value x = g.relu(normed(g, norms, g.conv2d(image, 8, 3, Geometry.pad(1))));
    Value y = g.relu(normed(g, norms, g.conv2d(x, 8, 3, Geometry.pad(1))));
    y = normed(g, norms, g.conv2d(y, 8, 3, Geometry.pad(1)));
    Value sum = g.relu(g.add(x, y));
    Value half = g.conv2d(sum, 6, 3, Geometry.pad(1), Geometry.stride(2));
    Value features = g.flatten(g.maxPool(g.relu(normed(g, norms, half)), 2));
    return g.build(g.dense(g.relu(g.dense(features, 12)), SmallData.CLASSES));
  }

  private static Value normed(GraphBuilder g, boolean norms, Value x) {
    return norms ? g.batchNorm(x) : x;
  }

  @ParameterizedTest
  @MethodSource("methodsAndNorms")
  void compactedAndExportedIsMasked(Method method, boolean norms) throws Exception {
    Architecture network = new Architecture("sum", network(norms));
    RunSpec spec =
        RunSpec.of(network)
            .with("method.name", method.name())
            .with("data.name", "quadrants")
            .withEpochs(2)
            .withBatch(16)
            .withLearningRate(0.02)
            .withBeta(0.1);
    Dataset data = SmallData.of(160);
    TrainedRun run =
        Training.run(spec, network, data, temp.resolve("run"), TrainingListener.SILENT);
    Snapshot snapshot = run.snapshot();
    long weights = run.snapshot().masked(masks(snapshot, 0)).nonZeroWeights();
    List<Long> left = new ArrayList<>();
    for (double fraction : FRACTIONS) {
      List<Mask> masks = masks(snapshot, fraction);
      Model masked = snapshot.masked(masks);
      Model compacted = snapshot.pruned(masks);
      left.add(compacted.nonZeroWeights());
      assertSame(masked, compacted, data, method + " at " + fraction);
    }
    assertThat(left.getFirst()).isLessThanOrEqualTo(weights);
    assertThat(left.getLast()).as("everything closed").isZero();
    assertThat(left.stream().distinct().count()).as("thresholds that differ").isGreaterThan(3);
  }

  /** At the score that a fraction of the weights reach. */
  private static List<Mask> masks(Snapshot snapshot, double fraction) throws Exception {
    List<float[]> scores = snapshot.requireScores();
    float[] sorted = new float[scores.stream().mapToInt(s -> s.length).sum()];
    int at = 0;
    for (float[] layer : scores) {
      System.arraycopy(layer, 0, sorted, at, layer.length);
      at += layer.length;
    }
    Arrays.sort(sorted);
    int gone = (int) Math.round(fraction * sorted.length);
    return snapshot.masksAt(gone == 0 ? Double.POSITIVE_INFINITY : sorted[sorted.length - gone]);
  }

  private static void assertSame(Model masked, Model compacted, Dataset data, String what)
      throws Exception {
    Map<String, float[]> inputs = ModelInputs.split(masked, data.test().values(0, COUNT), COUNT);
    List<double[]> expected = Parity.reference(masked, inputs, COUNT);
    Parity.require(what + ", masked", expected, Parity.plan(masked, inputs, COUNT));
    Parity.require(what + ", compacted", expected, Parity.reference(compacted, inputs, COUNT));
    Parity.require(what + ", planned", expected, Parity.plan(compacted, inputs, COUNT));
    ExportedForms.requireSame(what, compacted, inputs, COUNT, expected);
  }
}
