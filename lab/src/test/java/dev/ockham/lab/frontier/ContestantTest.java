package dev.ockham.lab.frontier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.goal.Measure;
import dev.ockham.core.goal.Measure.Kind;
import dev.ockham.core.spec.Recipe;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.core.tradeoff.CurvePoint;
import dev.ockham.core.tradeoff.TradeOff;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What a recipe becomes on other data, and which threshold is chosen. */
class ContestantTest {

  private static final String SBP =
      """
      method: {name: sbp}
      training: {epochs: 40, pretrain_epochs: 5, kl_weight: {last: 3}}
      """;

  private static Contestant of(String recipe, int examples, OptionalInt epochs, double strength) {
    return Contestant.of(
        Recipe.parse(recipe, "test"), "mnist", "lenet-500-300", examples, epochs, strength, 1);
  }

  @Test
  void onSixTimesTheExamplesASixthOfTheEpochsPullAsMuchOnEach() {
    RunSpec spec = of(SBP, 54_000, OptionalInt.empty(), 1).spec();
    assertThat(spec.data().name()).isEqualTo("mnist");
    assertThat(spec.architecture()).isEqualTo("lenet-500-300");
    assertThat(spec.training().epochs()).isEqualTo(7);
    assertThat(spec.training().pretrainEpochs()).isEqualTo(1);
    assertThat(spec.training().klWeight().last()).isCloseTo(18, within(1e-9));
    assertThat(spec.training().threads()).isEqualTo(1);
  }

  @Test
  void fewerExamplesGetNoMoreEpochs() {
    RunSpec spec = of(SBP, 90, OptionalInt.empty(), 1).spec();
    assertThat(spec.training().epochs()).isEqualTo(40);
    assertThat(spec.training().klWeight().last()).isEqualTo(3);
  }

  @Test
  void pretrainingKeepsItsPartOfOtherEpochs() {
    RunSpec spec = of(SBP, 9_000, OptionalInt.of(80), 0.5).spec();
    assertThat(spec.training().epochs()).isEqualTo(80);
    assertThat(spec.training().pretrainEpochs()).isEqualTo(10);
    assertThat(spec.training().klWeight().last()).isEqualTo(1.5);
    assertThat(of(SBP, 9_000, OptionalInt.of(1), 1).spec().training().pretrainEpochs()).isZero();
  }

  @Test
  void namesTellStrengthsApart() {
    Contestant half = of(SBP, 9_000, OptionalInt.empty(), 0.5);
    assertThat(half.title()).isEqualTo("sbp ×0.5");
    assertThat(half.folder(2)).isEqualTo("sbp-x0.5-seed2");
    assertThat(half.run(2).training().seed()).isEqualTo(2);
    Contestant magnitude = of("method: {name: magnitude}", 9_000, OptionalInt.empty(), 0.5);
    assertThat(magnitude.title()).isEqualTo("magnitude");
    assertThat(magnitude.folder(1)).isEqualTo("magnitude-seed1");
    assertThatThrownBy(() -> of(SBP, 9_000, OptionalInt.empty(), 0))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("strength 0.0");
  }

  private static CurvePoint point(double error, long weights) {
    return new CurvePoint(
        OptionalDouble.empty(),
        3,
        Map.of(Measure.of(Kind.ERROR), error, Measure.of(Kind.WEIGHTS), (double) weights),
        List.of(),
        List.of(1),
        1,
        OptionalDouble.empty());
  }

  @Test
  void theSmallestOfTheAccurateIsChosenAndElseTheMostAccurate() {
    TradeOff curve =
        new TradeOff(
            "validation",
            9,
            "float32",
            List.of(point(10, 100), point(11, 40), point(10.5, 60), point(15, 5)));
    assertThat(curve.choose(11)).isEqualTo(1);
    assertThat(curve.choose(10.9)).isEqualTo(2);
    assertThat(curve.choose(50)).isEqualTo(3);
    assertThat(curve.choose(9)).isEqualTo(0);
  }
}
