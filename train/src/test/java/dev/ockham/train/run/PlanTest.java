package dev.ockham.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.core.method.Method;
import dev.ockham.core.spec.RunSpec;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlanTest {

  private static RunSpec spec(Method method) {
    return RunSpec.defaults()
        .with("method.name", method.name())
        .withBatch(10)
        .withEpochs(5)
        .with("training.pretrain_epochs", 1);
  }

  /** Pretraining, gates, gates that see the example: the second change halves what is left. */
  @Test
  void dependenceBeginsBetweenTheEpochsAfterPretraining() {
    RunSpec spec =
        RunSpec.defaults()
            .with("method.name", "dependent-beta-bernoulli")
            .with("training.epochs", 10)
            .with("training.pretrain_epochs", 2)
            .with("method.dependent_from", 0.5);
    Plan plan = Plan.of(spec, 100);

    assertThat(IntStream.range(0, 10).filter(plan::beginsDependence)).containsExactly(6);
    assertThat(IntStream.range(0, 10).filter(plan::clearsMoments)).containsExactly(2, 6);
    Plan other = Plan.of(RunSpec.defaults().with("method.name", "beta-bernoulli"), 100);
    assertThat(IntStream.range(0, 10).filter(other::beginsDependence)).isEmpty();
  }

  /** Both schedules end where fine-tuning begins with a rate of its own. */
  @Test
  void fineTuningHasNeitherNoiseNorKl() {
    RunSpec spec =
        spec(Method.SPARSE_VD)
            .with("training.fine_tune.epochs", 2)
            .with("training.fine_tune.learning_rate", 0.5);
    Plan plan = Plan.of(spec, 100);

    assertThat(IntStream.range(0, 5).filter(plan::tunes)).containsExactly(3, 4);
    assertThat(IntStream.range(0, 5).filter(plan::noisy)).containsExactly(1, 2);
    assertThat(IntStream.range(0, 5).filter(plan::clearsMoments)).containsExactly(1, 3);
    assertThat(plan.beta(29)).isEqualTo(1);
    assertThat(plan.beta(30)).isZero();
    assertThat(plan.learningRate(29)).isLessThan(1e-3);
    assertThat(plan.learningRate(30)).isEqualTo(0.5);
    assertThat(plan.learningRate(40)).isEqualTo(0.25);
  }

  /** Of ten epochs one has no noise, and two fine-tune. */
  @Test
  void weightsGoBeforeNoisyEpochsAndBeforeFineTuning() {
    RunSpec spec =
        spec(Method.SPARSE_VD)
            .withEpochs(10)
            .withThreshold(1)
            .with("training.fine_tune.epochs", 2)
            .with("training.gradual_pruning.from", 3.0 / 7)
            .with("training.gradual_pruning.first", 4)
            .with("training.gradual_pruning.until", 6.0 / 7);
    Plan plan = Plan.of(spec, 100);
    assertThat(IntStream.range(0, 10).filter(epoch -> plan.threshold(epoch).isPresent()))
        .containsExactly(4, 5, 6, 7, 8);
    assertThat(plan.threshold(4)).hasValue(4);
    assertThat(plan.threshold(7)).hasValue(1);
    assertThat(plan.threshold(8)).hasValue(1);
  }

  /** N is that of the data at hand: published code has 60,000 in it. */
  @ParameterizedTest
  @ValueSource(ints = {100, 60_000})
  void theKlIsWeighedByTheExamplesThatThereAre(int examples) {
    Plan plan = Plan.of(spec(Method.SPARSE_VD).withBeta(0.5), examples);
    assertThat(plan.stepsPerEpoch()).isEqualTo(examples / 10);
    long last = plan.steps() - 1;
    assertThat(plan.step(4, last, last + 1).klScale()).isEqualTo(0.5 / examples);
  }

  static List<Method> methods() {
    return Method.all();
  }

  @ParameterizedTest
  @MethodSource("methods")
  void onlyWhatHasAKlHasABetaAndOnlyWhatHasNoiseDraws(Method method) {
    Plan plan = Plan.of(spec(method), 100);
    assertThat(plan.beta(9)).as("pretraining").isZero();
    assertThat(plan.beta(49)).as(method.name()).isEqualTo(method.hasKl() ? 1 : 0);
    assertThat(plan.step(0, 9, 10).noisy()).isFalse();
    assertThat(plan.step(1, 10, 1).noisy()).isEqualTo(method.noisy());
    assertThat(plan.clearsMoments(1)).isEqualTo(method.noisy());
  }
}
