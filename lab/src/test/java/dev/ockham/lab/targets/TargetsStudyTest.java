package dev.ockham.lab.targets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.run.RunException;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetsStudyTest {

  @TempDir private Path temp;

  /** Brown, Cai and DasGupta (2001), equation 4, by hand for 54 of 60. */
  @Test
  void theIntervalIsWilsons() {
    double[] interval = TargetsResult.interval(54, 60);
    assertThat(interval[0]).isCloseTo(0.7985, within(1e-4));
    assertThat(interval[1]).isCloseTo(0.9534, within(1e-4));
    assertThat(TargetsResult.interval(60, 60)[1]).isCloseTo(1, within(1e-12));
  }

  @Test
  void whatIsSaidIsTrueWhereItIsMetOrOutOfReach() {
    Pair pair = new Pair(0.5, 10);
    assertThat(new PairTrial(pair, true, true, 0.2, 0.1, 12, 0.59).right()).isTrue();
    assertThat(new PairTrial(pair, true, true, 0.2, 0.1, 12, 0.61).right()).isFalse();
    assertThat(new PairTrial(pair, true, true, 0.2, 0.1, 9, 0.1).right()).isFalse();
    assertThat(new PairTrial(pair, false, false, 0.9, 0.1, 12, 0.1).right()).isTrue();
    assertThat(new PairTrial(pair, false, true, 0.9, 0.1, 12, 0.1).right()).isFalse();
  }

  /**
   * Two studies of one seed, of which one is asked twice, say the same; the wishes lie in front.
   */
  @Tag("long")
  @Test
  void aStudyGoesOnAndEqualSeedsGiveEqualNumbers() throws IOException {
    Dataset iris = Dataset.named("iris");
    RunSpec spec =
        RunSpec.defaults()
            .with("data.name", "iris")
            .with("data.validation", 0.3)
            .with("architecture", "mlp:4-20-3")
            .with("training.batch", 20)
            .with("training.learning_rate.initial", 0.01)
            .withThreads(1)
            .withEpochs(30);
    List<String> said = new ArrayList<>();
    TargetsPlan plan = new TargetsPlan(List.of(0.02, 0.2), 12, 3, List.of(5.0));
    List<Long> seeds = List.of(0L, 7L);
    TargetsResult result =
        TargetsStudy.run(spec, iris, temp.resolve("one"), said::add, seeds, plan);
    assertThat(said).hasSize((2 + 2 + 1) + (2 + 1 + 1));
    assertThat(result.pairs()).isEqualTo(3);
    assertThat(result.rows()).extracting(TargetsRow::seed).containsExactly(0L, 7L);
    assertThat(TargetsFigure.of("iris", result).drawing().files()).containsKeys("png", "svg");
    TargetsRow row = result.rows().getFirst();
    assertThat(row.grid()).hasSize(2);
    for (PairTrial trial : row.trials()) {
      assertThat(GridPoint.front(row.grid()))
          .anyMatch(point ->
              trial.pair().compression() <= Math.max(1.1, point.compression())
                  && trial.pair().points() >= point.error() - row.denseError() - 0.005);
    }
    for (String folder : List.of("one", "two")) {
      TargetsResult again =
          TargetsStudy.run(spec, iris, temp.resolve(folder), _ -> {}, seeds, plan);
      assertThat(again.toMap()).isEqualTo(result.toMap());
    }
    TargetsPlan other = new TargetsPlan(plan.betas(), 13, 3, plan.points());
    assertThatThrownBy(
            () -> TargetsStudy.run(spec, iris, temp.resolve("one"), _ -> {}, seeds, other))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("training.epochs");
  }

  @Test
  void numbersHaveNoError() {
    assertThatThrownBy(
            () -> {
              Dataset numbers = Dataset.named("yacht");
              new TargetsStudy(RunSpec.defaults(), numbers, temp, _ -> {});
            })
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("classes");
  }
}
