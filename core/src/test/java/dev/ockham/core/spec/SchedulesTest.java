package dev.ockham.core.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchedulesTest {

  @ParameterizedTest
  @CsvSource({
    "CONSTANT, 0, 1",
    "CONSTANT, 0.5, 1",
    "CONSTANT, 1, 1",
    "LINEAR, 0, 1",
    "LINEAR, 0.2, 1",
    "LINEAR, 0.6, 0.55",
    "LINEAR, 1, 0.1",
    "COSINE, 0, 1",
    "COSINE, 0.2, 1",
    "COSINE, 0.6, 0.55",
    "COSINE, 1, 0.1",
  })
  void learningRateFallsFromFlatUntilToTheEnd(
      LearningRate.Shape shape, double progress, double rate) {
    LearningRate schedule = new LearningRate(1, shape, 0.2, 0.1);
    assertThat(schedule.at(progress)).isCloseTo(rate, within(1e-15));
  }

  @ParameterizedTest
  @EnumSource(LearningRate.Shape.class)
  void aRateThatIsFlatToTheEndNeverFalls(LearningRate.Shape shape) {
    LearningRate schedule = new LearningRate(0.5, shape, 1, 0);
    assertThat(schedule.at(0)).isEqualTo(0.5);
    assertThat(schedule.at(Math.nextDown(1.0))).isEqualTo(0.5);
    assertThat(schedule.at(1)).isEqualTo(0.5);
  }

  @ParameterizedTest
  @EnumSource(LearningRate.Shape.class)
  void theRateNeverRisesAndNeverLeavesItsEnds(LearningRate.Shape shape) {
    LearningRate schedule = new LearningRate(1e-3, shape, 0, 1e-5);
    double before = schedule.at(0);
    assertThat(before).isEqualTo(1e-3);
    for (int i = 1; i <= 1000; i++) {
      double rate = schedule.at(i / 1000.0);
      assertThat(rate).isBetween(1e-5 - 1e-18, before);
      before = rate;
    }
  }

  @Test
  void theThresholdOfGradualPruningFallsToTheMethods() {
    GradualPruning falling = new GradualPruning(3, 0.5, 0.75, 0);
    assertThat(falling.threshold(Math.nextDown(0.5), 1)).isEmpty();
    assertThat(falling.threshold(0.5, 1)).hasValue(3);
    assertThat(falling.threshold(0.625, 1)).hasValue(2);
    assertThat(falling.threshold(0.75, 1)).hasValue(1);
    assertThat(falling.threshold(0.9, 1)).hasValue(1);
    assertThat(falling.threshold(0.625, 5)).as("never below the method's").hasValue(5);
    assertThat(new GradualPruning(3, 0.5, 0.5, 0).threshold(0.5, 1)).as("at once").hasValue(1);
    assertThat(GradualPruning.defaults().threshold(Math.nextDown(1.0), 1)).isEmpty();
  }

  /** Values of the formula of arXiv:1710.01878, worked out by hand: 0.96·(1 − (1 − i/4)³). */
  @Test
  void theSparsityOfGradualPruningGrowsByACubic() {
    GradualPruning growing = new GradualPruning(3, 0.5, 0.75, 0.96);
    assertThat(growing.sparsity(Math.nextDown(0.5))).isEmpty();
    assertThat(growing.sparsity(0.5)).hasValue(0);
    assertThat(growing.sparsity(0.5625).orElseThrow()).isEqualTo(0.555, within(1e-12));
    assertThat(growing.sparsity(0.625).orElseThrow()).isEqualTo(0.84, within(1e-12));
    assertThat(growing.sparsity(0.6875).orElseThrow()).isEqualTo(0.945, within(1e-12));
    assertThat(growing.sparsity(0.75)).hasValue(0.96);
    assertThat(growing.sparsity(1)).hasValue(0.96);
    assertThat(growing.threshold(0.75, 1)).as("by rank alone").isEmpty();
    assertThat(new GradualPruning(3, 1, 1, 0).sparsity(1)).isEmpty();
    assertThat(new GradualPruning(3, 0.5, 0.5, 0.9).sparsity(0.5)).as("at once").hasValue(0.9);
  }

  @ParameterizedTest
  @CsvSource({
    "3, -0.1, 1, 0, training.gradual_pruning.from is -0.1",
    "3, 1.5, 1, 0, training.gradual_pruning.from is 1.5",
    "3, 0.5, 0.4, 0, training.gradual_pruning.until is 0.4",
    "3, 0.5, 1.5, 0, training.gradual_pruning.until is 1.5",
    "NaN, 0.5, 1, 0, training.gradual_pruning.first is NaN",
    "3, 1, 0.9, 0, 'training.gradual_pruning.until is 0.9, but'",
    "2, 1, 1, 0, 'training.gradual_pruning.first is 2.0, but'",
    "3, 1, 1, 0.5, 'training.gradual_pruning.sparsity is 0.5, but'",
    "3, 0.5, 1, 1, training.gradual_pruning.sparsity is 1;",
    "3, 0.5, 1, -0.1, training.gradual_pruning.sparsity is -0.1",
    "3, 0.5, 1, NaN, training.gradual_pruning.sparsity is NaN",
    "2, 0.5, 1, 0.9, 'training.gradual_pruning.first is 2.0, but no threshold falls'",
  })
  void gradualPruningKeepsItsLimits(
      double first, double from, double until, double sparsity, String message) {
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(() -> new GradualPruning(first, from, until, sparsity))
        .withMessageStartingWith(message);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, 1e-4, 1e4, Double.NaN})
  void inputsAreNeitherFlatNorHuge(double deviation) {
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(() ->
            SpecTree.of(RunSpec.defaults())
                .with("data.input_deviation", Double.toString(deviation), "here")
                .toSpec())
        .withMessageStartingWith("data.input_deviation is");
  }

  /** Values of the formula of arXiv:1710.01878, worked out by hand: 0.8·(1 − (1 − i/8)³). */
  @Test
  void pruningFollowsTheCubicSchedule() {
    PruningSpec schedule = new PruningSpec(0.8, 0.1, 0.9, 10, PruningSpec.Scope.GLOBAL);
    double[] expected = {0, 0.2640625, 0.4625, 0.6046875, 0.7, 0.7578125, 0.7875, 0.7984375, 0.8};
    for (int step = 0; step < 100; step++) {
      OptionalDouble sparsity = schedule.after(step, 100);
      assertThat(sparsity.isPresent()).isEqualTo(step % 10 == 0 && step >= 10 && step <= 90);
      if (sparsity.isPresent()) {
        assertThat(sparsity.getAsDouble()).isCloseTo(expected[step / 10 - 1], within(1e-15));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0.9, 0, 1, 100, 1800",
    "0.9, 0.2, 0.7, 100, 1800",
    "0.5, 0.31, 0.77, 7, 101",
    "1, 0.5, 0.5, 1, 9",
    "0.7, 1, 1, 3, 9",
    "0.7, 0, 0, 3, 9",
    "0.123, 0, 1, 1000, 1"
  })
  void sparsityNeverFallsAndEndsWhereItShould(
      double last, double from, double until, int every, int steps) {
    PruningSpec schedule = new PruningSpec(last, from, until, every, PruningSpec.Scope.LAYER);
    double before = 0;
    for (int step = 0; step < steps; step++) {
      double sparsity = schedule.after(step, steps).orElse(before);
      assertThat(sparsity).isBetween(before, last);
      before = sparsity;
    }
    assertThat(before).isEqualTo(last);
  }

  @ParameterizedTest
  @CsvSource({
    "1.1, 0.2, 0.7, 1, sparsity is 1.1",
    "NaN, 0.2, 0.7, 1, sparsity is NaN",
    "0.5, -0.1, 0.7, 1, from is -0.1",
    "0.5, 0.8, 0.7, 1, until is 0.7",
    "0.5, 0.2, 1.5, 1, until is 1.5",
    "0.5, 0.2, 0.7, 0, every is 0"
  })
  void aPruningScheduleOutOfRangeIsRefused(
      double last, double from, double until, int every, String message) {
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(() -> new PruningSpec(last, from, until, every, PruningSpec.Scope.LAYER))
        .withMessageStartingWith("method.pruning." + message);
  }

  @ParameterizedTest
  @CsvSource({
    "CONSTANT, 0, 2",
    "CONSTANT, 1, 2",
    "LINEAR, 0, 0",
    "LINEAR, 0.2, 0",
    "LINEAR, 0.4, 1",
    "LINEAR, 0.6, 2",
    "LINEAR, 1, 2",
    "CUBIC, 0, 0",
    "CUBIC, 0.2, 0",
    "CUBIC, 0.4, 1.75",
    "CUBIC, 0.6, 2",
    "CUBIC, 1, 2",
  })
  void klWeightRisesBetweenFromAndUntil(KlWeight.Shape shape, double progress, double beta) {
    KlWeight schedule = new KlWeight(shape, 0.2, 0.6, 2);
    assertThat(schedule.at(progress)).isCloseTo(beta, within(1e-15));
  }

  @ParameterizedTest
  @EnumSource(
      value = KlWeight.Shape.class,
      names = {"LINEAR", "CUBIC"})
  void equalFromAndUntilAreAStep(KlWeight.Shape shape) {
    KlWeight schedule = new KlWeight(shape, 0.5, 0.5, 1);
    assertThat(schedule.at(Math.nextDown(0.5))).isEqualTo(0);
    assertThat(schedule.at(0.5)).isEqualTo(1);
    assertThat(new KlWeight(shape, 0, 0, 1).at(0)).isEqualTo(1);
    assertThat(new KlWeight(shape, 1, 1, 1).at(Math.nextDown(1.0))).isEqualTo(0);
    assertThat(new KlWeight(shape, 1, 1, 1).at(1)).isEqualTo(1);
  }

  @Test
  void aLastWeightOf0TurnsThePriorOff() {
    for (KlWeight.Shape shape : KlWeight.Shape.values()) {
      assertThat(new KlWeight(shape, 0.1, 0.2, 0).at(1)).isEqualTo(0);
    }
  }
}
