package dev.ockham.spark.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ockham.spark.ScoringException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is there stays, until all of what replaces it is written. */
class OutputFolderTest {

  @TempDir private Path folder;

  private OutputFolder of(String output, String input, boolean replaces) throws IOException {
    return OutputFolder.of(
        folder.resolve(output).toString(), folder + "/" + input, replaces, new Configuration());
  }

  private Path written(String name, String... files) throws IOException {
    Path made = Files.createDirectories(folder.resolve(name));
    for (String file : files) {
      Files.writeString(made.resolve(file), file);
    }
    return made;
  }

  private List<String> names() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(each -> each.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void anOlderPredictionIsReplacedOnceTheNewOneIsWritten() throws IOException {
    Path old = written("out", "_SUCCESS", "part-0.csv", ".part-0.csv.crc");
    assertThatThrownBy(() -> of("out", "in.csv", false))
        .isInstanceOf(ScoringException.class)
        .hasMessage(old + ": is there already; choose another --output, or say --replace");
    OutputFolder output = of("out", "in.csv", true);
    written(output.beside().getName(), "part-1.csv");
    assertThat(old.resolve("part-0.csv")).exists();
    output.take();
    output.clear();
    assertThat(names()).containsExactly("out");
    assertThat(old.resolve("part-1.csv")).exists();
    assertThat(old.resolve("part-0.csv")).doesNotExist();
  }

  @Test
  void ofAJobThatFailsNothingIsLeftAndTheOlderOneStays() throws IOException {
    written("out", "part-0.csv");
    for (String name : List.of("out", "new")) {
      OutputFolder output = of(name, "in.csv", true);
      written(output.beside().getName(), "part-1.csv");
      output.clear();
    }
    assertThat(names()).containsExactly("out");
    assertThat(folder.resolve("out/part-0.csv")).exists();
  }

  @Test
  void whatPredictionsDidNotWriteIsNotReplaced() throws IOException {
    Path precious = written("precious", "part-0.csv", "thesis.txt");
    Path file = Files.writeString(folder.resolve("table.csv"), "a\n1\n");
    assertThatThrownBy(() -> of("precious", "in.csv", true))
        .hasMessage(
            "--output %s: --replace replaces what predictions were written to, but it has"
                + " 'thesis.txt'",
            precious);
    assertThatThrownBy(() -> of("table.csv", "in.csv", true)).hasMessageEndingWith("it is a file");
    assertThat(precious.resolve("thesis.txt")).exists();
    assertThat(file).exists();
  }

  @Test
  void theInputIsNoOutput() throws IOException {
    written("tab", "part-0.csv");
    for (String input : List.of("tab", "tab/*.csv", "tab/part-0.csv", "tab/part-{0,1}.csv")) {
      assertThatThrownBy(() -> of("tab", input, true))
          .hasMessageEndingWith("one lies in the other");
    }
    assertThatThrownBy(() -> of("tab/new", "tab", false))
        .hasMessageEndingWith("one lies in the other");
    assertThat(of("new", "*.csv", false).place().getName()).isEqualTo("new");
    assertThat(of("tab2", "tab", false).place().getName()).isEqualTo("tab2");
  }
}
