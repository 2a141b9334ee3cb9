package dev.ockham.core.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ockham.core.run.RunRecord;
import dev.ockham.core.spec.SpecException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SweepSpecTest {

  @TempDir Path folder;

  private SweepSpec read(String yaml) throws IOException {
    return SweepSpec.read(Files.writeString(folder.resolve("sweep.yaml"), yaml));
  }

  @Test
  void aGridHasEachCombinationOnTopOfTheRecipe() throws IOException {
    Files.writeString(folder.resolve("base.yaml"), "training: {epochs: 7, batch: 33}\n");
    SweepSpec sweep =
        read(
            """
            recipe: base.yaml
            settings: {training.epochs: 9}
            grid:
              training.seed: [1, 2]
              method.name: [sparse-vd, ard, none]
            """);
    assertThat(sweep.trials()).hasSize(6);
    assertThat(sweep.trials())
        .extracting(Trial::name)
        .containsExactly("trial-01", "trial-02", "trial-03", "trial-04", "trial-05", "trial-06");
    Trial fifth = sweep.trials().get(4);
    assertThat(fifth.settings()).hasToString("{training.seed=2, method.name=ard}");
    assertThat(fifth.spec().method().name()).isEqualTo("ard");
    assertThat(fifth.spec().training().seed()).isEqualTo(2);
    assertThat(fifth.spec().training().epochs()).isEqualTo(9);
    assertThat(fifth.spec().training().batch()).isEqualTo(33);
    assertThat(fifth.spec().training().threads()).as("fixed, as bits depend on it").isEqualTo(1);
    assertThat(sweep.rungs()).isEmpty();
  }

  @Test
  void aChangeIsMadeByItselfInEachRunOfTheGrid() throws IOException {
    List<Trial> trials =
        read("""
        grid: {training.seed: [1, 2]}
        changes:
          no batches of 100: {training.batch: 50}
          long: {training.epochs: 9, training.seed: 7}
        """)
            .trials();
    assertThat(trials)
        .extracting(Trial::change)
        .containsExactly("", "", "no batches of 100", "no batches of 100", "long", "long");
    assertThat(trials.get(0).spec().training().batch()).isEqualTo(100);
    assertThat(trials.get(3).settings()).hasToString("{training.seed=2, training.batch=50}");
    assertThat(trials.get(3).spec().training().batch()).isEqualTo(50);
    assertThat(trials.get(5).spec().training().seed()).as("a change comes last").isEqualTo(7);
    assertThat(trials.get(5).spec().training().batch()).isEqualTo(100);
    assertThat(trials.get(5).withEpochs(3).change()).isEqualTo("long");
  }

  @Test
  void drawsAreInTheirRangeAndTheSameEachTime() throws IOException {
    String yaml =
        """
        random:
          trials: 60
          seed: 3
          draw:
            training.learning_rate.initial: {low: 0.0001, high: 0.01, scale: log}
            training.batch: {low: 10, high: 13}
            training.seed: [5, 8]
        """;
    List<Trial> trials = read(yaml).trials();
    assertThat(read(yaml).trials()).isEqualTo(trials);
    assertThat(read(yaml.replace("seed: 3", "seed: 4")).trials()).isNotEqualTo(trials);
    int low = 0;
    HashSet<Integer> batches = new HashSet<>();
    HashSet<Long> seeds = new HashSet<>();
    for (Trial trial : trials) {
      double rate = trial.spec().training().learningRate().initial();
      assertThat(rate).isBetween(0.0001, 0.01);
      low += rate < 0.001 ? 1 : 0;
      batches.add(trial.spec().training().batch());
      seeds.add(trial.spec().training().seed());
    }
    assertThat(low).as("half of them in each decade").isBetween(18, 42);
    assertThat(batches).containsExactlyInAnyOrder(10, 11, 12, 13);
    assertThat(seeds).containsExactlyInAnyOrder(5L, 8L);
  }

  @Test
  void theBestOfARoundGoOn() throws IOException {
    SweepSpec sweep =
        read("grid: {training.seed: [1, 2, 3, 4, 5]}\nhalving: {epochs: [2, 6], keep: 0.4}\n");
    assertThat(sweep.rungs()).containsExactly(2, 6);
    double[] nll = {0.5, 0.1, Double.NaN, 0.3, 0.1};
    List<TrialResult> results = new ArrayList<>();
    for (int i = 0; i < nll.length; i++) {
      results.add(result(sweep.trials().get(i), RunRecord.Status.FINISHED, nll[i]));
    }
    assertThat(TrialResult.best(results, sweep.keep()))
        .extracting(Trial::name)
        .containsExactly("trial-02", "trial-05");
    assertThat(TrialResult.best(results, 0.01)).hasSize(1);
    results.set(1, result(sweep.trials().get(1), RunRecord.Status.COLLAPSED, null));
    assertThat(TrialResult.best(results, sweep.keep()))
        .extracting(Trial::name)
        .containsExactly("trial-05", "trial-04");
    assertThat(sweep.trials().get(0).withEpochs(6).spec().training().epochs()).isEqualTo(6);
  }

  private static TrialResult result(Trial trial, RunRecord.Status status, @Nullable Double nll) {
    return new TrialResult(trial, status, nll, null, 10L, 10.0, 100L, 1.5, Map.of("java", "25"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "gird: {}|has no 'gird'; did you mean 'grid'?",
        "settings: {}|either a grid or random trials",
        "{grid: {training.seed: [1]}, random: {trials: 1}}|either a grid or random trials",
        "grid: {training.sed: [1]}|'training.sed'; did you mean 'seed'?",
        "grid: {training.seed: 1}|grid.training.seed is '1'; it must be a list",
        "grid: {training.epochs: [0]}|training.epochs",
        "grid: [1]|grid is a group",
        "{grid: {training.seed: [1]}, changes: [1]}|changes is a group",
        "{grid: {training.seed: [1]}, changes: {no noise: 1}}|no noise is a group",
        "{grid: {training.seed: [1]}, changes: {a: {training.sed: 1}}}|did you mean 'seed'?",
        "random: {trials: 0}|random.trials is '0'",
        "random: {trials: 2, drow: {}}|not [trials, drow]",
        "random: {trials: 2, draw: {training.batch: 3}}|random.draw.training.batch: give a list",
        "random: {trials: 2, draw: {training.batch: {low: 5, high: 2}}}|is from 5 to 2",
        "random: {trials: 2, draw: {training.batch: {low: 0, high: 2, scale: log}}}|above 0",
        "random: {trials: 2, draw: {training.batch: {low: x, high: 2}}}|'x' is not a number",
        "{grid: {training.seed: [1]}, halving: {epochs: [3, 2], keep: 0.5}}|halving.epochs is"
            + " '2'",
        "{grid: {training.seed: [1]}, halving: {epochs: [3], keep: 1}}|halving.keep is '1'",
        "{grid: {training.seed: [1]}, halving: {epochs: [3]}}|halving has epochs, a list, and"
            + " keep",
        "random: {trials: 20000}|at most 10000",
        "just text|a group of keys and values",
      })
  void whatIsWrongIsNamed(String yaml, String said) {
    assertThatThrownBy(() -> read(yaml))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("sweep.yaml")
        .hasMessageContaining(said);
  }
}
