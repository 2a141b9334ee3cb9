package dev.ockham.core.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.kl.KlTerm;
import dev.ockham.core.method.Estimator;
import dev.ockham.core.method.Method;
import dev.ockham.runtime.graph.GraphBuilder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunSpecTest {

  private final Architecture own = own();

  private static Architecture own() {
    var g = new GraphBuilder();
    return Architecture.of(g.build(g.dense(g.relu(g.dense(g.input("input", 20), 16)), 3)));
  }

  @Test
  void theDenseTwinHasNothingOfTheMethod() {
    RunSpec spec =
        RunSpec.defaults()
            .withEpochs(10)
            .withSeed(3)
            .with("training.fine_tune.epochs", 2)
            .with("training.gradual_pruning.from", 0.5)
            .with("training.gradual_pruning.first", 2)
            .with("training.gradual_pruning.until", 0.75);
    RunSpec plain =
        RunSpec.defaults().withEpochs(8).withSeed(3).with("method.name", Method.NONE.name());
    assertThat(spec.dense()).isEqualTo(plain);
    assertThat(plain.dense()).isEqualTo(plain);
  }

  @Test
  void anOwnNetworkIsDenseUntilItIsMadeBayesian() {
    RunSpec dense = RunSpec.of(own);
    assertThat(dense.architecture()).isEqualTo("net:20-dense16-relu-dense3");
    assertThat(dense.method().method()).isEqualTo(Method.NONE);
    RunSpec bayesian = dense.bayesian(Method.SPARSE_VD);
    assertThat(changed(dense, bayesian)).isEqualTo(Map.of("method.name", "sparse-vd"));
    assertThat(changed(RunSpec.defaults(), bayesian))
        .isEqualTo(Map.of("architecture", "net:20-dense16-relu-dense3"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> dense.bayesian(Method.NONE))
        .withMessageContaining("'none' is not Bayesian");
  }

  @Test
  void eachCallChangesItsLeafAndNothingElse() {
    RunSpec start = RunSpec.of(own);
    RunSpec changed =
        start
            .withEpochs(7)
            .withSeed(-3)
            .withThreads(2)
            .withBatch(32)
            .withLearningRate(0.002)
            .startingFrom(Path.of("runs", "dense"))
            .bayesian(Method.SPARSE_VD)
            .withThreshold(2.5)
            .withKl(KlTerm.KINGMA_CUBIC)
            .withEstimator(Estimator.PER_BATCH)
            .withBeta(0.25)
            .with("training.adam.beta2", 0.99)
            .with("training.kl_weight.shape", KlWeight.Shape.CUBIC)
            .with("training.on_collapse", "continue");
    Map<String, Object> expected = new LinkedHashMap<>();
    expected.put("method.name", "sparse-vd");
    expected.put("method.kl", "kingma-cubic");
    expected.put("method.threshold", 2.5);
    expected.put("method.estimator", "per-batch");
    expected.put("training.kl_weight.last", 0.25);
    expected.put("training.seed", -3L);
    expected.put("training.epochs", 7);
    expected.put("training.batch", 32);
    expected.put("training.threads", 2);
    expected.put("training.init_from", Path.of("runs", "dense").toString());
    expected.put("training.on_collapse", "continue");
    expected.put("training.learning_rate.initial", 0.002);
    expected.put("training.kl_weight.shape", "cubic");
    expected.put("training.adam.beta2", 0.99);
    assertThat(changed(start, changed)).isEqualTo(expected);
  }

  @Test
  void mistakesNameLeafAndValue() {
    RunSpec spec = RunSpec.of(own);
    refused("training.epochs is 0", () -> spec.withEpochs(0));
    refused("training.learning_rate.initial is -1.0", () -> spec.withLearningRate(-1));
    refused("method.threshold is NaN", () -> spec.withThreshold(Double.NaN));
    refused("unknown key 'training.epoch'; did you mean", () -> spec.with("training.epoch", 3));
    refused("training.epochs must be a whole number", () -> spec.with("training.epochs", 2.5));
    refused("training is a group", () -> spec.with("training", 1));
  }

  private static void refused(
      String message, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatExceptionOfType(SpecException.class).isThrownBy(call).withMessageContaining(message);
  }

  private static Map<String, Object> changed(RunSpec from, RunSpec to) {
    Map<String, Object> before = SpecTree.of(from).leaves();
    Map<String, Object> after = new LinkedHashMap<>(SpecTree.of(to).leaves());
    after.entrySet().removeAll(before.entrySet());
    return after;
  }
}
