package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.core.sweep.SweepSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings that pages print exist, and go together, where nobody trains with them. */
class PrintedSettingsTest {

  private static final Pattern OPTIONS = Pattern.compile("`(--[^` ]+ [^`]+)`");

  /** What the notebook leaves to its reader. */
  private static final List<List<String>> OWN =
      List.of(List.of("S", "1"), List.of("RUN", "run"), List.of("DENSE", "dense"));

  @TempDir private Path folder;

  /** The first is whole; the second stands in place of its grid. */
  @Test
  void theSweepsOfThePageAreUnderstood() throws IOException {
    List<String> printed = PrintedPage.named("docs/scale.md").blocks("yaml");
    assertThat(printed).hasSize(2);
    String grid = printed.getFirst();
    SweepSpec sweep = SweepSpec.read(Files.writeString(folder.resolve("lr.yaml"), grid));
    assertThat(sweep.trials()).hasSize(8).doesNotHaveDuplicates();
    assertThat(sweep.rungs()).containsExactly(2, 6, 20);
    String random = grid.replaceFirst("(?s)grid:.*?\n(?=\\w)", printed.getLast());
    assertThat(SweepSpec.read(Files.writeString(folder.resolve("random.yaml"), random)).trials())
        .hasSize(16);
  }

  /** Each run of the notebook can still be asked for, though none is made. */
  @Test
  void theRunsOfTheNotebookCanBeAskedFor() throws IOException {
    Set<List<String>> asked = new HashSet<>();
    List<String> block = List.of();
    List<String> row = List.of();
    for (String line :
        PrintedPage.named("docs/notes/ablation-notebook.md").text().lines().toList()) {
      if (line.startsWith("./ockham train ")) {
        block = PrintedPage.words(line.substring("./ockham ".length()));
        row = block;
        asked.add(block);
      }
      boolean table = line.startsWith("| ");
      Matcher options = OPTIONS.matcher(table ? line.replaceFirst(" \\| .*", "") : line);
      List<String> added = new ArrayList<>();
      while (options.find()) {
        // Running text speaks of other options, too.
        if (table || options.group(1).contains("--set ")) {
          added.addAll(PrintedPage.words(options.group(1)));
        }
      }
      if (!added.isEmpty()) {
        row = with(table && line.startsWith("| the same,") ? row : block, added);
        asked.add(row);
      }
    }
    assertThat(asked).hasSizeGreaterThan(40);
    List<String> refused = new ArrayList<>();
    for (List<String> words : asked) {
      CommandLineRun run = CommandLineRun.of(placed(words).toArray());
      if (run.exitCode() != 0) {
        refused.add(String.join(" ", words) + ": " + run.err());
      }
    }
    assertThat(refused).isEmpty();
  }

  /** Options of a row stand in place of the same ones. */
  private static List<String> with(List<String> before, List<String> added) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < before.size(); i++) {
      String word = before.get(i);
      if (word.startsWith("--") && !word.equals("--set") && added.contains(word)) {
        i++;
      } else {
        words.add(word);
      }
    }
    words.addAll(added);
    return words;
  }

  private static List<String> placed(List<String> words) {
    List<String> placed = new ArrayList<>();
    for (String word : words) {
      String here = word;
      for (List<String> own : OWN) {
        here = here.replaceFirst("^(.*=)?" + own.getFirst() + "$", "$1" + own.getLast());
      }
      placed.add(here.startsWith("recipes/") ? SourceTree.root().resolve(here).toString() : here);
    }
    placed.add("--print-spec");
    return placed;
  }
}
