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
  void onlyAMethodWithNoiseSaysWhatMayGo() {
    assertThat(Method.all())
        .allSatisfy(method ->
            assertThat(method.prunes()).isEqualTo(method.posterior() != PosteriorKind.POINT));
  }

  @Test
  void anUnknownNameSuggestsTheNearest() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Method.named("sparse-vb"))
        .withMessage(
            "unknown method 'sparse-vb'; did you mean 'sparse-vd'?; known: none, sparse-vd");
  }
}
