package dev.ockham.core.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ockham.core.spec.SpecException;
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
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(() -> Method.named("sparse-vb"))
        .withMessage(
            "method.name 'sparse-vb' is unknown; did you mean 'sparse-vd'?; known: none,"
                + " sparse-vd");
  }
}
