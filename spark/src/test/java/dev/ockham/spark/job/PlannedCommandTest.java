package dev.ockham.spark.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ockham.spark.ScoringException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans, as the command line writes them. */
class PlannedCommandTest {

  @TempDir private Path folder;

  private List<PlannedCommand> read(String plan) throws IOException {
    Path file = Files.writeString(folder.resolve("plan.txt"), plan);
    return PlannedCommand.read(file, folder);
  }

  @Test
  void wordsAndRecipesAreThoseOfTheirTask() throws IOException {
    Files.writeString(folder.resolve("trial-01.yaml"), "training: {}\n");
    assertThat(
            read(
                """
                task trial-01
                recipe
                word train
                task ard-1
                word compress
                word --target
                word error<=dense+0.5 \\\\ and\\nmore
                word\s
                """))
        .containsExactly(
            new PlannedCommand("trial-01", List.of("train"), "training: {}\n"),
            new PlannedCommand(
                "ard-1", List.of("compress", "--target", "error<=dense+0.5 \\ and\nmore", ""), ""));
  }

  @Test
  void aLineThatIsNoneIsNamed() {
    assertThatThrownBy(() -> read("word train\n"))
        .isInstanceOf(ScoringException.class)
        .hasMessage(folder.resolve("plan.txt") + ": begins with 'word train', not with a task");
    assertThatThrownBy(() -> read("task a\nwrd train\n"))
        .isInstanceOf(ScoringException.class)
        .hasMessage(folder.resolve("plan.txt") + ": 'wrd train' is no line of a plan");
  }
}
