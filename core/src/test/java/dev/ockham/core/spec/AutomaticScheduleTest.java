package dev.ockham.core.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.method.Method;
import dev.ockham.core.spec.AutomaticSchedule.Problem;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AutomaticScheduleTest {

  private static final Problem CLOTHES = new Problem(8100, 900, Math.log(10), 266_200);
  private static final RunSpec OPEN =
      RunSpec.defaults().with("training.schedule", "auto").withEpochs(50);

  /** By hand: 10.5·(W/100,000)^¼, from 5.5 to 16. */
  @ParameterizedTest
  @CsvSource({
    "1, 5.5",
    "7000, 5.5",
    "50000, 8.829313",
    "100000, 10.5",
    "266200, 13.411935",
    "1600000, 16",
  })
  void largerNetworksHaveMoreToSpare(long weights, double factor) {
    assertThat(AutomaticSchedule.factor(weights)).isEqualTo(factor, within(1e-4));
  }

  /** By hand: a quarter of N·H over 3.1 nats for each of W / factor weights, to three digits. */
  @Test
  void betaLetsTheWeightsStayThatShall() {
    double toSay = 8100 * Math.log(10);
    double cost = 3.1 * 266_200 / 13.411935;
    assertThat(AutomaticSchedule.beta(CLOTHES, 13.411935))
        .isEqualTo(0.25 * toSay / cost, within(5e-5))
        .isEqualTo(0.0758);
    assertThat(AutomaticSchedule.beta(new Problem(1_000_000, 1, 1, 1000), 5.5))
        .as("the evidence lower bound")
        .isEqualTo(1);
  }

  @Test
  void aScheduleThatIsLeftOpenBecomesNumbers() {
    TrainingSpec training = AutomaticSchedule.decided(OPEN, CLOTHES).training();
    assertThat(training.schedule()).isEqualTo(Schedule.STATED);
    assertThat(training.epochs()).isEqualTo(50);
    assertThat(training.pretrainEpochs()).isEqualTo(8);
    assertThat(training.klWeight()).isEqualTo(new KlWeight(KlWeight.Shape.LINEAR, 0, 0.5, 0.0758));
    assertThat(training.gradualPruning()).isEqualTo(new GradualPruning(3, 0.25, 1, 0.925));
    assertThat(training.fineTune()).isEqualTo(new FineTune(24, 1e-3, 0, 3, 0.5));
    assertThat(training.fineTune().epochsPerStage()).isEqualTo(8);
  }

  @Test
  void nothingIsComparedWithoutValidationExamples() {
    FineTune tuning =
        AutomaticSchedule.decided(OPEN, new Problem(9000, 0, 2.3, 266_200)).training().fineTune();
    assertThat(tuning.stages()).isEqualTo(1);
    assertThat(tuning.mostLoss()).isZero();
    assertThat(tuning.epochs()).isEqualTo(25);
  }

  @Test
  void trainedWeightsNeedNoPretraining() {
    RunSpec started = OPEN.with("training.init_from", "runs/dense");
    assertThat(AutomaticSchedule.decided(started, CLOTHES).training().pretrainEpochs()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"245, 1000", "8100, 124", "54000, 40"})
  void smallDataAreSeenMoreOften(int examples, int epochs) {
    RunSpec open = OPEN.with("training.epochs", 0);
    Problem problem = new Problem(examples, 100, 1, 700);
    assertThat(AutomaticSchedule.decided(open, problem).training().epochs()).isEqualTo(epochs);
  }

  @ParameterizedTest
  @CsvSource({"5, 8", "108, 10", "999, 99", "1000, 100", "54000, 100"})
  void fewExamplesAreLearntInSmallBatches(int examples, int batch) {
    assertThat(RunSpec.defaults().withBatch(0).training().batchOf(examples)).isEqualTo(batch);
    assertThat(RunSpec.defaults().withBatch(50).training().batchOf(examples)).isEqualTo(50);
  }

  @Test
  void statedSettingsStay() {
    RunSpec stated = RunSpec.defaults();
    assertThat(AutomaticSchedule.decided(stated, CLOTHES)).isSameAs(stated);
    RunSpec brief = OPEN.withEpochs(AutomaticSchedule.LEAST_EPOCHS - 1);
    assertThat(AutomaticSchedule.decided(brief, CLOTHES))
        .as("no room")
        .isEqualTo(brief.with("training.schedule", "stated"));
  }

  /** Beside these leaves, a spec and what becomes of it are one. */
  @Test
  void itDecidesTheLeavesThatItNames() {
    Map<String, Object> before = SpecTree.of(OPEN.with("training.epochs", 0)).leaves();
    Map<String, Object> after =
        SpecTree.of(AutomaticSchedule.decided(OPEN.with("training.epochs", 0), CLOTHES)).leaves();
    int changed = 0;
    for (Map.Entry<String, Object> leaf : before.entrySet()) {
      if (!leaf.getValue().equals(after.get(leaf.getKey()))) {
        changed++;
        assertThat(
                AutomaticSchedule.decides(leaf.getKey()) || leaf.getKey().equals("training.epochs"))
            .as(leaf.getKey())
            .isTrue();
      }
    }
    assertThat(changed).isGreaterThan(8);
    assertThat(AutomaticSchedule.decides("training.epochs")).isFalse();
    assertThat(AutomaticSchedule.decides("method.threshold")).isFalse();
  }

  @Test
  void thereIsARuleForTheLogUniformPriorAlone() {
    assertThat(Method.all().stream().filter(AutomaticSchedule::suits).map(Method::name))
        .containsExactlyInAnyOrder("sparse-vd", "ard");
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(() -> OPEN.with("method.name", "vib"))
        .withMessageContaining("training.schedule is auto")
        .withMessageContaining("'vib'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"training.epochs=0", "training.fine_tune.stages=2"})
  void whatIsStatedMustBePossible(String change) {
    String[] leaf = change.split("=", 2);
    assertThatExceptionOfType(SpecException.class)
        .isThrownBy(() -> RunSpec.defaults().with(leaf[0], leaf[1]))
        .withMessageContaining(leaf[0].substring("training.".length()));
  }

  @Test
  void theDenseTwinHasNoStages() {
    RunSpec dense = AutomaticSchedule.decided(OPEN, CLOTHES).dense();
    assertThat(dense.training().fineTune()).isEqualTo(FineTune.defaults());
    assertThat(dense.training().epochs()).isEqualTo(26);
    assertThat(Objects.requireNonNull(dense.method().name())).isEqualTo("none");
  }

  @Test
  void theRateOfEachStageFallsToZero() {
    FineTune tuning = new FineTune(8, 0.1, 0, 2, 0.5);
    assertThat(tuning.at(0)).isEqualTo(0.1);
    assertThat(tuning.at(0.25)).isEqualTo(0.05, within(1e-15));
    assertThat(tuning.at(0.5)).isEqualTo(0.1);
    assertThat(tuning.at(0.75)).isEqualTo(0.05, within(1e-15));
    assertThat(tuning.at(1)).isZero();
    assertThat(tuning.mostLossOfErrors()).isEqualTo(0.005);
    assertThat(tuning.mostGrowthOfSquares()).as("2 % of RMSE").isEqualTo(1.0404, within(1e-12));
  }
}
