package dev.ockham.core.goal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.metrics.ClassPredictions;
import dev.ockham.core.quality.Predicted;
import dev.ockham.core.spec.SpecException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetTest {

  /** A dense network of 1,000 weights in 4,000 bytes, 2 of 10 examples of class b wrong. */
  private static final Measured DENSE = measured(1000, 4000, 2);

  static Measured measured(double weights, double file, int wrong) {
    double[] probabilities = new double[2 * 20];
    int[] labels = new int[20];
    for (int i = 0; i < 20; i++) {
      labels[i] = i < 10 ? 0 : 1;
      int told = i >= 10 && i < 10 + wrong ? 0 : labels[i];
      probabilities[2 * i + told] = 0.9;
      probabilities[2 * i + 1 - told] = 0.1;
    }
    ClassPredictions predictions = new ClassPredictions(probabilities, 2, labels);
    Map<Measure, Double> values = new LinkedHashMap<>();
    values.put(Measure.parse("weights"), weights);
    values.put(Measure.parse("compression"), 1000 / weights);
    values.put(Measure.parse("sparsity"), 1 - weights / 1000);
    values.put(Measure.parse("file"), file);
    values.put(Measure.parse("latency"), 2e-4);
    values.put(Measure.parse("error"), 5.0 * wrong);
    values.put(Measure.parse("accuracy"), 100 - 5.0 * wrong);
    values.put(Measure.parse("recall[b]"), 100 - 10.0 * wrong);
    return new Measured(
        values,
        new Predicted.Classes(predictions, List.of("a", "b"), predictions.classification()));
  }

  @ParameterizedTest
  @CsvSource({
    "error<=5, 5",
    "error<=dense+0.5, 10.5",
    "'error <= dense + 0.5', 10.5",
    "error<=dense, 10",
    "accuracy>=dense-1, 89",
    "accuracy>=91%, 91",
    "recall[b]>=dense-1, 79",
    "sparsity>=95%, 0.95",
    "sparsity>=0.95, 0.95",
    "compression>=20x, 20",
    "weights<=0.1x, 100",
    "weights<=2k, 2000",
    "file<=4KB, 4000",
    "file<=4KiB, 4096",
    "file<=0.5x, 2000",
    "latency<=200us, 0.0002",
    "latency<=1.5ms, 0.0015",
    "latency<=0.5x, 0.0001",
  })
  void aWishIsTheNumberThatItSays(String text, double wanted) {
    Target target = Target.parse(text);
    assertThat(target.wanted(DENSE)).isCloseTo(wanted, within(1e-12));
    assertThat(Target.parse(target.toString())).isEqualTo(Target.parse(target.toString()));
    assertThat(Target.parse(target.toString()).wanted(DENSE)).isCloseTo(wanted, within(1e-12));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "eror<=5 | did you mean 'error'?",
        "error>=5 | of error the smaller is better; write error<=5",
        "sparsity<=0.9 | write sparsity>=0.9",
        "error=5 | write error<=5",
        "error | such as error<=dense+0.5",
        "error<=4KB | '4KB' is no bound of error; write one such as 5, dense+0.5 or dense-1",
        "file<=4 parsecs | write one such as 50KB, 2MB or 0.1x",
        "file<=dense-3 | such as 50KB, 2MB or 0.1x",
        "latency<=200 | write one such as 200us, 1.5ms or 0.5x",
        "recall>=90 | write recall[NAME]",
        "error[cat]<=3 | only recall is, as in recall[NAME]",
        "sparsity>=1.5 | between 0 and 1, such as 0.95",
        "compression>=0.5 | above 1, such as 20",
        "file<=0 | above 0",
        "error<=120 | in percent, from 0 to 100",
        "error<=dense*2 | write one such as",
        "weights<=-5 | write one such as 5000, 20k or 0.5x",
      })
  void whatCannotBeReadIsSaidInALineWithWhatCan(String text, String nearest) {
    assertThatThrownBy(() -> Target.parse(text))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining(nearest)
        .hasMessageNotContaining("\n");
  }

  @Test
  void twoWishesAreAboutTwoThings() {
    assertThat(Targets.parse(List.of("error<=dense+0.5", "file<=2KB")).sizes()).hasSize(1);
    assertThatThrownBy(() -> Targets.parse(List.of("sparsity>=0.9", "weights<=50")))
        .hasMessageContaining("keep the stricter one");
    assertThatThrownBy(() -> Targets.parse(List.of("error<=3", "accuracy>=97")))
        .hasMessageContaining("about the same number");
    assertThatThrownBy(() -> Targets.parse(List.of("error<=3", "nll<=1", "file<=4KB")))
        .hasMessageContaining("given 3 times");
    assertThatThrownBy(() -> Targets.parse(List.of())).hasMessageContaining("--target is missing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "file<=5KB | holds before anything is done: the network has 4000 bytes",
        "file<=400 | must be above 500 bytes, its file without any weight",
        "compression>=2000 | compression must be below 1000",
        "sparsity>=0.9999 | at most 0.999",
        "error<=dense-20 | error must be at least 0",
        "accuracy>=dense+20 | accuracy must be at most 100 %",
        "error<=dense+95 | would hold for a network that says nothing",
        "rmse<=0.5 | there is no rmse of this network and these data",
        "recall[dog]>=dense-1 | there is no recall[dog]",
      })
  void whatNoNetworkOfThisShapeHasIsRefusedBeforeTraining(String text, String why) {
    Targets targets = Targets.parse(List.of(text));
    assertThatThrownBy(() -> targets.requireReachable(DENSE, 500))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining(why);
  }

  @Test
  void aQualityHoldsOnlyWithItsMargin() {
    Targets targets = Targets.parse(List.of("error<=dense+5", "file<=2KB"));
    List<Verdict> same = targets.judge(DENSE, measured(100, 1900, 2));
    assertThat(same.get(0).holds()).isTrue();
    assertThat(same.get(1).holds()).isTrue();
    // One more of 20 wrong is the 5 points, with no room left for chance.
    List<Verdict> worse = targets.judge(DENSE, measured(100, 2100, 3));
    assertThat(worse.get(0).measuredHolds()).isTrue();
    assertThat(worse.get(0).holds()).isFalse();
    assertThat(worse.get(1).holds()).isFalse();
    assertThat(worse.get(0).line())
        .startsWith("error<=dense+5: 15.00 % (below ")
        .endsWith("wanted 15.00 %: holds, but not surely");
  }
}
