package dev.ockham.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.evaluate.Evaluator;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.method.Method;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.runtime.Thorough;
import dev.ockham.runtime.file.StoredTensor;
import dev.ockham.train.SmallData;
import dev.ockham.train.gate.NoGate;
import dev.ockham.train.network.Network;
import dev.ockham.train.network.WeightLayer;
import dev.ockham.train.posterior.PointWeights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights that a method leaves out train as plain numbers and are never pruned. */
class LeftOutWeightsTest {

  /** The place of what is left out, dense2, among the layers. */
  private static final int OUT = 1;

  private static final Architecture ARCHITECTURE = Architectures.parse("mlp:64-48-24-4");

  @TempDir private Path temp;

  private final Dataset data = SmallData.of(400);
  private final List<EpochMetrics> epochs = new ArrayList<>();

  private static RunSpec spec(String method) {
    return CrashingTrainer.spec(method, 1);
  }

  private TrainedRun train(String name, RunSpec spec) throws Exception {
    epochs.clear();
    return Training.run(
        spec,
        data,
        temp.resolve(name),
        new TrainingListener() {
          @Override
          public void epochDone(EpochMetrics metrics) {
            epochs.add(metrics);
          }
        });
  }

  static Stream<String> methods() {
    return Method.all().stream().map(Method::name);
  }

  @ParameterizedTest
  @MethodSource("methods")
  void theyAreNumbersAmongWeightsThatAreBelievedOf(String method) {
    RunSpec all = spec(method);
    RunSpec some = all.with("method.except", "dense2");
    try (Network whole = new Network(ARCHITECTURE, all.method());
        Network network = new Network(ARCHITECTURE, some.method())) {
      WeightLayer out = network.layers().get(OUT);
      assertThat(out.pruned()).isFalse();
      assertThat(out.weights()).isInstanceOf(PointWeights.class);
      assertThat(out.gate()).isInstanceOf(NoGate.class);
      assertThat(out.scores(Kernels.create())).isNull();
      assertThat(network.parameters())
          .extracting(parameter -> parameter.name())
          .filteredOn(name -> name.startsWith("dense2."))
          .containsExactlyInAnyOrder("dense2.theta", "dense2.bias");
      for (int i : new int[] {0, 2}) {
        assertThat(network.layers().get(i).pruned()).isTrue();
        assertThat(network.layers().get(i).weights())
            .hasSameClassAs(whole.layers().get(i).weights());
        assertThat(network.layers().get(i).gate()).hasSameClassAs(whole.layers().get(i).gate());
      }
    }
  }

  static Stream<String> methodsThatPrune() {
    return Thorough.oneIn(2, Method.all().stream().filter(Method::prunes).map(Method::name));
  }

  /** At a threshold and a sparsity at which all else goes, each of them is there, and has moved. */
  @ParameterizedTest
  @MethodSource("methodsThatPrune")
  void theyMoveAndStay(String method) throws Exception {
    RunSpec spec =
        spec(method).with("method.except", "dense2").with("training.on_collapse", "continue");
    RunFolder begun = new RunFolder(temp.resolve("begun"));
    Training.train(spec, data, begun, false, TrainingListener.SILENT, () -> true);
    float[] start = Snapshot.read(begun).layers().get(OUT).theta();
    TrainedRun run = train("run", spec);

    Snapshot snapshot = run.snapshot();
    float[] end = snapshot.layers().get(OUT).theta();
    for (int i = 0; i < end.length; i++) {
      assertThat(end[i]).as("weight %s", i).isNotZero();
    }
    assertThat(end).isNotEqualTo(start);
    assertThat(snapshot.layers().get(OUT).logAlpha()).isNull();
    List<Mask> none = snapshot.masksAt(Double.NEGATIVE_INFINITY);
    assertThat(none.stream().map(Mask::kept)).containsExactly(0, end.length, 0);
    for (EpochMetrics epoch : epochs) {
      EpochMetrics.LayerCount count = epoch.layers().get(OUT);
      assertThat(count.kept()).isEqualTo(count.weights()).isEqualTo(end.length);
    }
    // 3072 + 96 of the 4320 weights are the method's.
    Mask.Selection some = snapshot.masksTo(0.7);
    assertThat(some.masks().get(OUT).kept()).isEqualTo(end.length);
    assertThat(some.masks().get(0).kept() + some.masks().get(2).kept())
        .isLessThanOrEqualTo(4320 - 3024 - end.length);
    assertThatExceptionOfType(RunException.class)
        .isThrownBy(() -> snapshot.masksTo(0.9))
        .withMessageContaining("needs weights of 'dense2'");
    assertThat(Checkpoint.read(run.folder()).content().tensors().keySet())
        .noneMatch(name -> name.startsWith("dense2.log_") || name.startsWith("dense2.gate"));
    if (run.record().spec().method().method().noisy()) {
      assertThat(MonteCarlo.classify(run.folder(), data.test(), 2, 1, _ -> {}).nll()).isFinite();
    }
  }

  /** A schedule counts what it works on alone. */
  @ParameterizedTest
  @ValueSource(strings = {"magnitude", "random"})
  void aScheduleReachesItsSparsityAmongTheOthers(String method) throws Exception {
    RunSpec spec =
        spec(method)
            .with("method.except", "dense2")
            .with("method.pruning.scope", "global")
            .with("method.pruning.sparsity", 0.77);
    List<Snapshot.Layer> layers = train("run", spec).snapshot().layers();
    assertThat(zeros(layers.get(OUT))).isZero();
    assertThat(zeros(layers.get(0)) + zeros(layers.get(2)))
        .isEqualTo((long) Math.ceil(0.77 * (64 * 48 + 24 * 4)));
  }

  private static long zeros(Snapshot.Layer layer) {
    long zeros = 0;
    for (float weight : layer.theta()) {
      zeros += weight == 0 ? 1 : 0;
    }
    return zeros;
  }

  /** Those that are left out only leave together with a unit. */
  @Test
  void unitsOfTheOthersStillLeaveInTraining() throws Exception {
    RunSpec spec = CrashingTrainer.shrinking().with("method.except", "dense2");
    TrainedRun run = train("run", spec);
    assertThat(epochs.getFirst().unitsInTraining()).isEqualTo("48-24-4");
    var live = Checkpoint.read(run.folder()).live(run.snapshot().architecture());
    assertThat(live.units("dense1").length).isLessThan(48);
    float[] left = live.weightsOf("dense2.weight", run.snapshot().layers().get(OUT).theta());
    for (float weight : left) {
      assertThat(weight).isNotZero();
    }
    assertThat(Evaluator.classify(run.pruned().model(), data.train()).errorPercent()).isLessThan(5);
  }

  @Test
  void whatIsNamedAndWhatIsLeftOutAreTwoWaysToSayIt() throws Exception {
    TrainedRun except = train("except", spec("sparse-vd").with("method.except", "dense2"));
    TrainedRun only = train("only", spec("sparse-vd").with("method.only", "dense1,dense3"));
    TrainedRun pattern =
        train("pattern", spec("sparse-vd").with("method.only", "d*").with("method.except", "*e2"));
    TrainedRun all = train("all", spec("sparse-vd"));
    assertThat(tensors(only)).isEqualTo(tensors(except));
    assertThat(tensors(pattern)).isEqualTo(tensors(except));
    assertThat(tensors(all)).isNotEqualTo(tensors(except));
  }

  private static Map<String, StoredTensor> tensors(TrainedRun run) throws Exception {
    return Checkpoint.read(run.folder()).content().tensors();
  }

  /** A KL is of what the method works on. */
  @Test
  void theyHaveNoKl() throws Exception {
    RunSpec last = spec("sparse-vd").with("method.only", "dense3");
    train("last", last);
    double ofLast = epochs.getFirst().klNats();
    train("all", spec("sparse-vd"));
    assertThat(ofLast).isPositive().isLessThan(0.1 * epochs.getFirst().klNats());
  }

  @Test
  void aPatternNeedsAName() {
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(() -> spec("sparse-vd").with("method.except", "dense1,,dense2"))
        .withMessageContaining("method.except is 'dense1,,dense2'");
  }
}
