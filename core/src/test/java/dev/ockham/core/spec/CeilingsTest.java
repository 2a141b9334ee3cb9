package dev.ockham.core.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CeilingsTest {

  private static Ceilings of(String text) {
    return Ceilings.parse("--most", text);
  }

  @ParameterizedTest
  @CsvSource({
    "conv1, 10, 5",
    "conv1, 11, 6", // 5.5 may go, so 5
    "block1.conv, 10, 1",
    "block2.conv, 10, 0",
    "dense1, 7, 7",
  })
  void theLowestShareThatMatchesHolds(String name, long weights, long least) {
    Ceilings ceilings = of("conv*=0.75, conv1 = 50%,block1.*=0.9,dense1=0");
    assertThat(ceilings.leastKept(name, weights)).isEqualTo(least);
    assertThat(of(ceilings.toString())).isEqualTo(ceilings);
  }

  @Test
  void noneIsNoLimit() {
    assertThat(of("none")).isEqualTo(Ceilings.NONE);
    assertThat(Ceilings.NONE.leastKept("conv1", 10)).isZero();
    assertThat(Ceilings.NONE).hasToString("none");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "conv1|--most: 'conv1' is not of the form PATTERN=SHARE",
        "conv1=0.5,|--most: '' is not of the form PATTERN=SHARE",
        "=0.5|--most: '=0.5' is not of the form PATTERN=SHARE",
        "conv1=2|--most: 'conv1=2': '2' is no share; write one from 0 to 1",
        "conv1=-0.1|'-0.1' is no share",
        "conv1=NaN|'NaN' is no share",
        "conv1=half|'half' is no share",
        "conv1=101%|'101%' is no share",
        "conv1=|'' is no share",
      })
  void whatIsNoneIsRefusedInALine(String text, String message) {
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(() -> of(text))
        .withMessageContaining(message);
  }

  @Test
  void aPatternWithoutWeightsIsNamed() {
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(
            () -> of("conv*=0.5,dens1=0.5").requireNames("--most", List.of("conv1", "dense1")))
        .withMessage(
            "--most: 'dens1' names no weights; there are conv1, dense1; did you mean 'dense1'?");
  }

  @Test
  void aCeilingOfWhatGoesByRankNeedsASparsity() {
    assertThat(new GradualPruning(3, 0.5, 1, 0.9, "conv1=0.5").ceilings())
        .isEqualTo(of("conv1=0.5"));
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(() -> new GradualPruning(3, 0.5, 1, 0, "conv1=0.5"))
        .withMessageContaining("training.gradual_pruning.sparsity is 0");
  }
}
