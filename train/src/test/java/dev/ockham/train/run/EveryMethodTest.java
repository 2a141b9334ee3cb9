package dev.ockham.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.arch.InitialWeights;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.evaluate.Evaluator;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.method.Estimator;
import dev.ockham.core.method.Method;
import dev.ockham.core.metrics.Classification;
import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.MethodSpec;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.Thorough;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import dev.ockham.train.SmallData;
import dev.ockham.train.TestNetworks;
import dev.ockham.train.network.Network;
import dev.ockham.train.network.Replica;
import dev.ockham.train.network.WeightLayer;
import dev.ockham.train.pass.NormStatistics;
import dev.ockham.train.pass.Norms;
import dev.ockham.train.posterior.FactorizedGaussianWeights;
import dev.ockham.train.posterior.HardConcreteWeights;
import dev.ockham.train.posterior.MaskedWeights;
import dev.ockham.train.posterior.PointWeights;
import dev.ockham.train.posterior.SparseVdWeights;
import dev.ockham.train.posterior.VariationalDropoutWeights;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds of the runs of all methods, dense and convolutional, under all their estimators. */
class EveryMethodTest {

  private static final Architecture MLP =
      Architectures.parse("net:1x8x8-flatten-dense16-relu-dense4");
  private static final Architecture CONV =
      Architectures.parse("net:1x8x8-conv6x3-relu-pool2-flatten-dense4");

  @TempDir private Path temp;

  private final Dataset data = SmallData.of(240);

  /** Every method on the network that has both kinds of layers. */
  static Stream<Arguments> methodsOnBothLayers() {
    return Method.all().stream()
        .map(method -> Arguments.of(CONV, method, MethodSpec.of(method).estimator()));
  }

  /** Every method on dense layers alone, and its other estimators on both. */
  static Stream<Arguments> otherNetworksAndEstimators() {
    return Method.all().stream()
        .flatMap(method ->
            Stream.concat(
                Stream.of(Arguments.of(MLP, method, MethodSpec.of(method).estimator())),
                Stream.of(Estimator.values())
                    .filter(e -> TestNetworks.has(method, e))
                    .filter(e -> e != MethodSpec.of(method).estimator())
                    .map(e -> Arguments.of(CONV, method, e))));
  }

  private static RunSpec spec(Architecture network, Method method, Estimator estimator) {
    RunSpec spec = RunSpec.of(network).with("method.name", method.name()).withEstimator(estimator);
    if (method.scheduled()) {
      spec = spec.with("method.pruning.sparsity", 0.3).with("method.pruning.every", 5);
    }
    // The KL has a weight that an eighth of the usual number of examples bears.
    return spec.with("data.name", "quadrants")
        .withEpochs(3)
        .withBatch(8)
        .withLearningRate(0.01)
        .withBeta(0.1)
        .withThreads(2);
  }

  @ParameterizedTest
  @MethodSource("methodsOnBothLayers")
  void everyMethodLearnsResumesRepeatsAndDraws(
      Architecture network, Method method, Estimator estimator) throws Exception {
    learnsResumesRepeatsAndDraws(network, method, estimator);
  }

  @Tag("long")
  @ParameterizedTest
  @MethodSource("otherNetworksAndEstimators")
  void soDoTheOthers(Architecture network, Method method, Estimator estimator) throws Exception {
    learnsResumesRepeatsAndDraws(network, method, estimator);
  }

  private void learnsResumesRepeatsAndDraws(
      Architecture network, Method method, Estimator estimator) throws Exception {
    RunSpec spec = spec(network, method, estimator);
    List<EpochMetrics> epochs = new ArrayList<>();
    TrainedRun run =
        Training.run(
            spec,
            data,
            temp.resolve("whole"),
            new TrainingListener() {
              @Override
              public void epochDone(EpochMetrics metrics) {
                epochs.add(metrics);
              }
            });
    assertThat(run.record().status()).isEqualTo(RunRecord.Status.FINISHED);
    EpochMetrics last = epochs.getLast();
    assertThat(last.nll()).isLessThan(0.7 * epochs.getFirst().nll());
    assertThat(last.beta()).isEqualTo(method.hasKl() ? 0.1 : 0);
    assertThat(last.klNats() > 0).as("there is a KL").isEqualTo(method.hasKl());
    assertThat(last.prunedValidation() != null).isEqualTo(method.prunes());
    Classification pruned = Evaluator.classify(run.pruned().model(), data.test());
    assertThat(pruned.errorPercent()).as("test error of the model file").isLessThan(15);

    assertFolds(run);
    assertResumes(spec, run);
    assertDraws(run, method, pruned);
  }

  /** Channels behind gates, with batch norm before and behind what closes. */
  static Stream<Method> methodsWithGates() {
    return Thorough.oneIn(2, Method.all().stream().filter(Method::hasGates));
  }

  @ParameterizedTest
  @MethodSource("methodsWithGates")
  void gatesFoldIntoNetworksWithBatchNorm(Method method) throws Exception {
    Architecture network =
        Architectures.parse("net:1x8x8-conv6x3-bn-relu-pool2-flatten-dense12-bn-relu-dense4");
    assertFolds(
        Training.run(
            spec(network, method, MethodSpec.of(method).estimator()), data, temp.resolve("bn")));
  }

  /** libtorch with gates that say what is left without noise, and plain Java without gates. */
  private void assertFolds(TrainedRun run) throws IOException {
    Snapshot snapshot = run.snapshot();
    Model model = snapshot.masked(snapshot.masksAt(Double.POSITIVE_INFINITY));
    Kernels kernels = Kernels.create();
    int[] examples = IntStream.range(0, 40).toArray();
    try (Network network = new Network(snapshot.architecture(), run.record().spec().method());
        Arena arena = Arena.ofConfined()) {
      network.restore(Checkpoint.read(run.folder()), kernels);
      try (Replica replica = new Replica(network, snapshot.scaling(), 40, kernels, arena)) {
        NormStatistics statistics =
            Replica.statistics(network, snapshot.scaling(), snapshot.calibration(), kernels);
        float[] logits =
            TestNetworks.logits(
                network, replica, data.test(), examples, null, new Norms.Fixed(statistics));
        for (int i = 0; i < examples.length; i++) {
          float[] folded = Plan.of(model).run(data.test().values(i), 1, 1);
          for (int k = 0; k < folded.length; k++) {
            assertThat(folded[k])
                .as("logit %s of example %s", k, i)
                .isCloseTo(logits[i * folded.length + k], within(2e-3f));
          }
        }
      }
    }
  }

  /** Stopped within an epoch and resumed, by the same number of threads: the same bytes. */
  private void assertResumes(RunSpec spec, TrainedRun whole) throws Exception {
    RunFolder stopped = new RunFolder(temp.resolve("stopped"));
    AtomicInteger asked = new AtomicInteger();
    Training.train(
        spec, data, stopped, false, TrainingListener.SILENT, () -> asked.incrementAndGet() > 40);
    assertThat(RunRecord.read(stopped).status()).isEqualTo(RunRecord.Status.STOPPED);
    TrainedRun resumed = Training.run(spec, data, stopped.root());
    assertThat(hash(resumed)).isEqualTo(hash(whole));
    assertThat(metrics(resumed)).isEqualTo(metrics(whole));
    assertThat(Files.readAllBytes(resumed.folder().model()))
        .isEqualTo(Files.readAllBytes(whole.folder().model()));
  }

  /** Averaging over draws changes little of a network that has learnt; threads change nothing. */
  private void assertDraws(TrainedRun run, Method method, Classification mean) throws IOException {
    if (!method.noisy()) {
      assertThatExceptionOfType(RunException.class)
          .isThrownBy(() -> MonteCarlo.classify(run.folder(), data.test(), 3, 1, _ -> {}))
          .withMessageContaining("method '" + method.name() + "' has no noise");
      return;
    }
    Classification drawn = MonteCarlo.classify(run.folder(), data.test(), 4, 1, _ -> {});
    assertThat(drawn.nll()).isNotEqualTo(mean.nll());
    assertThat(drawn.errorPercent()).isCloseTo(mean.errorPercent(), within(10.0));
    assertThat(MonteCarlo.classify(run.folder(), data.test(), 4, 2, _ -> {})).isEqualTo(drawn);
  }

  static Stream<Method> methods() {
    return Thorough.oneIn(2, Method.all().stream());
  }

  /** A variance of αθ² is that of the means taken over, not of those drawn before them. */
  @ParameterizedTest
  @MethodSource("methods")
  void whatStartsFromAnotherRunHasItsMeansInEverything(Method method) throws Exception {
    TrainedRun run =
        Training.run(
            spec(CONV, Method.NONE, Estimator.LOCAL).withEpochs(1), data, temp.resolve("dense"));
    Kernels kernels = Kernels.create();
    try (Network network = new Network(CONV, MethodSpec.of(method))) {
      network.initialize(InitialWeights.HE, 77, kernels);
      network.startFrom(Checkpoint.read(run.folder()), kernels);
      for (int i = 0; i < network.layers().size(); i++) {
        WeightLayer layer = network.layers().get(i);
        assertThat(layer.weights().theta().value().toArray())
            .isEqualTo(run.snapshot().layers().get(i).theta());
        float[] sigma2 =
            switch (layer.weights()) {
              case PointWeights _, MaskedWeights _, HardConcreteWeights _ -> new float[0];
              case SparseVdWeights w -> w.gaussian().sigma2().toArray();
              case FactorizedGaussianWeights w -> w.gaussian().sigma2().toArray();
              case VariationalDropoutWeights w -> w.sigma2().toArray();
            };
        double[] expected =
            sigma2.length == 0 ? new double[0] : TestNetworks.variancePerWeight(layer);
        for (int k = 0; k < sigma2.length; k++) {
          assertThat((double) sigma2[k]).isCloseTo(expected[k], within(1e-6 * expected[k]));
        }
      }
    }
  }

  /** No choice in a run is made on the test images: others give the same bytes. */
  @Test
  void theTestImagesDecideNothing() throws Exception {
    RunSpec spec = spec(MLP, Method.SPARSE_VD, Estimator.LOCAL).withEpochs(2);
    Dataset others =
        Dataset.of(data.name(), data.train(), SmallData.images(data.test().count(), 99));
    TrainedRun run = Training.run(spec, data, temp.resolve("run"));
    TrainedRun other = Training.run(spec, others, temp.resolve("other"));
    assertThat(hash(other)).isEqualTo(hash(run));
    assertThat(metrics(other)).isEqualTo(metrics(run));
  }

  private static String hash(TrainedRun run) throws IOException {
    return Checkpoint.read(run.folder()).content().weightsSha256();
  }

  private static List<String> metrics(TrainedRun run) throws IOException {
    return Files.readAllLines(run.folder().metrics()).stream()
        .map(line -> line.replaceAll(",\"seconds\":[^}]*", ""))
        .toList();
  }
}
