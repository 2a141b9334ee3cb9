package dev.ockham.core.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which weights {@code method.only} and {@code method.except} name. */
class NamePatternsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "* | dense1 | true",
        "none | dense1 | false",
        "none | none | false",
        "dense1 | dense1 | true",
        "dense1 | dense12 | false",
        "dense1 | dense | false",
        "dense* | dense12 | true",
        "dense* | dense | true",
        "*1 | dense1 | true",
        "*1 | dense12 | false",
        "layer1.*.conv* | layer1.0.conv2 | true",
        "layer1.*.conv* | layer1.0.bn2 | false",
        "layer1.* | layer10.0.conv1 | false",
        "conv.1 | convx1 | false", // a dot is a dot
        "a*b*a | aba | true",
        "a*b*a | aa | false",
        "ab*ba | aba | false", // no character counts twice
        "*a*b* | xxaxxbxx | true",
        "*a*b* | xxbxxaxx | false",
        "** | anything | true",
        "conv1,dense2 | dense2 | true",
        "conv1, dense2 | dense2 | true",
        "conv1,dense* | dense2 | true",
        "conv1,dense2 | conv2 | false",
        "Dense1 | dense1 | false",
      })
  void aStarIsAnyCharactersAndACommaIsOr(String patterns, String name, boolean matches) {
    assertThat(NamePatterns.match(patterns, name)).isEqualTo(matches);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", ",", "a,", ",a", "a,,b", "a, ,b"})
  void anEmptyPatternIsRefused(String patterns) {
    for (String leaf : new String[] {"method.only", "method.except"}) {
      SpecTree tree = SpecTree.of(RunSpec.defaults()).with(leaf, patterns, "test");
      assertThatExceptionOfType(SpecException.class)
          .isThrownBy(tree::toSpec)
          .withMessage(
              leaf + " is '" + patterns + "'; it needs names such as 'dense1' or" + " 'layer1.*'");
    }
  }

  @Test
  void aMethodWorksOnWhatIsNamedAndNotLeftOut() {
    MethodSpec all = RunSpec.defaults().method();
    assertThat(all.only()).isEqualTo("*");
    assertThat(all.except()).isEqualTo("none");
    assertThat(all.appliesTo("anything")).isTrue();

    MethodSpec some =
        RunSpec.defaults()
            .with("method.only", "conv*,dense1")
            .with("method.except", "conv1")
            .method();
    assertThat(some.appliesTo("conv1")).isFalse();
    assertThat(some.appliesTo("conv2")).isTrue();
    assertThat(some.appliesTo("dense1")).isTrue();
    assertThat(some.appliesTo("dense2")).isFalse();
  }

  @Test
  void aPatternThatNamesNoWeightsIsRefusedWithTheNamesThatThereAre() {
    List<String> weights = List.of("conv1", "conv2", "dense1");
    MethodSpec method = RunSpec.defaults().method();
    method.requireNames(weights);
    method("conv*, dense1", "conv2").requireNames(weights);
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(() -> method("conv*,dens1", "none").requireNames(weights))
        .withMessage(
            "method.only: 'dens1' names no weights; there are conv1, conv2, dense1; did you mean"
                + " 'dense1'?");
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(() -> method("*", "zzz*").requireNames(weights))
        .withMessage("method.except: 'zzz*' names no weights; there are conv1, conv2, dense1");
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(() -> method("conv1", "conv*").requireNames(weights))
        .withMessage(
            "method.except is 'conv*', which leaves out all weights of method.only, 'conv1'");
  }

  private static MethodSpec method(String only, String except) {
    return RunSpec.defaults().with("method.only", only).with("method.except", except).method();
  }
}
