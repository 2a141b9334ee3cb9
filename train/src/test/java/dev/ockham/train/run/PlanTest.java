package dev.ockham.train.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.core.method.Method;
import dev.ockham.core.spec.RunSpec;
import java.util.List;
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
