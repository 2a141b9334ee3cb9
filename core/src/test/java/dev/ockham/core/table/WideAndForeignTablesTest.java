package dev.ockham.core.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.DownloadListener;
import dev.ockham.core.data.ExampleCache;
import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.spec.DataSpec;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecTree;
import dev.ockham.runtime.data.ColumnRule;
import dev.ockham.runtime.graph.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WideAndForeignTablesTest {

  @TempDir Path folder;

  private Dataset read(Path file) throws IOException {
    DataSpec spec = DataSpec.defaults();
    return TableData.read(
        "t",
        file,
        spec.withTable(spec.table().labelled("y")),
        folder,
        ExampleCache.none(DownloadListener.SILENT));
  }

  /** What is shipped in place of a table is named, in one line. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "version https://git-lfs.github.com/spec/v1;oid sha256:4d|is no table: it is a pointer of",
        "<!DOCTYPE html>;<html></html>|is no table: it is a page of HTML",
        "{\"a\": 1, \"y\": 0}|is no table: it is JSON",
        "a,y;1,\"x;2,z|cannot be read: a quote is not closed",
      })
  void whatIsNoTableIsNamed(String text, String said) throws IOException {
    Path file = folder.resolve("other.csv");
    Files.writeString(file, text.replace(';', '\n'));
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(MalformedDataException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(said);
  }

  @Test
  void aCellWithoutEndIsRefusedInOneLine() throws IOException {
    Path file = folder.resolve("long.csv");
    Files.writeString(file, "a,y\n1,p\n2,\"" + "x".repeat(17 << 20) + "\n");
    assertThatThrownBy(() -> read(file))
        .isInstanceOf(MalformedDataException.class)
        .hasMessageContaining("line 3 or behind it cannot be read: a cell has more than 16777216")
        .hasMessageNotContaining("buffer");
  }

  @Test
  void textAmongNumbersIsSkippedWhereAsked() throws IOException {
    StringBuilder text = new StringBuilder("a,b,y\n");
    for (int i = 0; i < 60; i++) {
      text.append(i % 7).append(i == 40 ? ",x7," : ",1." + i % 5 + ",");
      text.append(i % 2 == 0 ? "p\n" : "q\n");
    }
    Path file = Files.writeString(folder.resolve("text.csv"), text);
    List<String> said = new ArrayList<>();
    DataSpec spec =
        SpecTree.of(RunSpec.defaults())
            .with("data.table.label", "y", "test")
            .with("data.table.on_bad_row", "skip", "test")
            .toSpec()
            .data();
    DownloadListener listener =
        new DownloadListener() {
          @Override
          public void progress(String name, long bytesDone, long bytesTotal) {}

          @Override
          public void notice(String line) {
            said.add(line);
          }
        };
    Dataset data = TableData.read("t", file, spec, folder, ExampleCache.none(listener));
    assertThat(data.train().shape()).isEqualTo(Shape.of(2));
    assertThat(data.train().count() + data.test().count()).isEqualTo(59);
    assertThat(said)
        .anyMatch(line ->
            line.contains("skipped 1 bad row; first: ")
                && line.contains("line 42: column 'b': 'x7'"));
    assertThatThrownBy(() -> read(file)).hasMessageContaining("line 42: column 'b': 'x7'");
  }

  /** Columns of numbers that all differ are not all kept, and become what they would have. */
  @Test
  void manyColumnsOfNumbersAreStillNumbers() throws IOException {
    int columns = 12;
    int rows = 60_000;
    StringBuilder text = new StringBuilder();
    for (int k = 0; k < columns; k++) {
      text.append('x').append(k).append(',');
    }
    text.append("y\n");
    for (int row = 0; row < rows; row++) {
      for (int k = 0; k < columns; k++) {
        text.append(row * 7L % 99_991 + k).append(".5,");
      }
      text.append(row % 2 == 0 ? "even\n" : "odd\n");
    }
    Dataset data = read(Files.writeString(folder.resolve("many.csv"), text));
    assertThat(data.train().shape()).isEqualTo(Shape.of(columns));
    assertThat(data.train().count() + data.test().count()).isEqualTo(rows);
    List<ColumnRule> rules = data.rules().table().orElseThrow().columns();
    for (int k = 1; k < columns; k++) {
      assertThat(rules.get(k).mean()).isCloseTo(rules.getFirst().mean() + k, within(0.05f));
    }
  }
}
