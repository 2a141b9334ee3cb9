package dev.ockham.core.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class MethodTest {

  @Test
  void everyMethodIsFoundByItsNameAndNamesAreUnique() {
    assertThat(Method.all())
        .allSatisfy(method -> assertThat(Method.named(method.name())).isSameAs(method))
        .extracting(Method::name)
        .doesNotHaveDuplicates();
  }

  @Test
  void whatPrunesHasNoiseOrASchedule() {
    assertThat(Method.all())
        .filteredOn(Method::prunes)
        .allSatisfy(method -> {
          assertThat(method.noisy()).isNotEqualTo(method.scheduled());
          assertThat(method.score()).isNotEqualTo(WeightScore.NONE);
          assertThat(method.defaultThreshold()).isFinite();
        });
    assertThat(Method.all())
        .filteredOn(method -> !method.prunes())
        .allSatisfy(method -> assertThat(method.defaultThreshold()).isInfinite());
  }

  @Test
  void theLadderIsThere() {
    assertThat(Method.all())
        .extracting(Method::name)
        .startsWith(
            "none",
            "binary-dropout",
            "gaussian-dropout-a",
            "gaussian-dropout-b",
            "bnn",
            "vd-a",
            "vd-b",
            "sparse-vd",
            "sparse-vd-multiplicative",
            "ard",
            "magnitude",
            "random",
            "beta-bernoulli",
            "dependent-beta-bernoulli",
            "sbp",
            "vib",
            "group-normal-jeffreys",
            "l0",
            "l0-unit");
  }

  @Test
  void anUnknownNameSuggestsTheNearest() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Method.named("sparse-vb"))
        .withMessageStartingWith(
            "unknown method 'sparse-vb'; did you mean 'sparse-vd'?; known: none");
  }
}
