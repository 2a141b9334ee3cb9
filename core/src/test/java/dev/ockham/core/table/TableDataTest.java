package dev.ockham.core.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.DownloadListener;
import dev.ockham.core.data.ExampleCache;
import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.data.Split;
import dev.ockham.core.spec.DataSpec;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.target.LabelSets;
import dev.ockham.core.target.Numbers;
import dev.ockham.runtime.data.ColumnRule;
import dev.ockham.runtime.data.TableRules;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableDataTest {

  @TempDir private Path folder;
  private final List<String> notices = new ArrayList<>();

  private final List<List<Integer>> heard = new ArrayList<>();

  private final DownloadListener listener =
      new DownloadListener() {
        @Override
        public void reading(String place, int done, int total) {
          heard.add(List.of(done, total));
        }

        @Override
        public void progress(String file, long bytesDone, long bytesTotal) {}

        @Override
        public void notice(String line) {
          notices.add(line);
        }
      };

  /** A spec by leaves such as {@code table.label=y}. */
  private static DataSpec spec(String... leaves) {
    RunSpec spec = RunSpec.defaults();
    for (String leaf : leaves) {
      int equals = leaf.indexOf('=');
      spec = spec.with("data." + leaf.substring(0, equals), leaf.substring(equals + 1));
    }
    return spec.data();
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  /** A table of 40 rows with a header. */
  private static String rows(String header, IntFunction<String> row) {
    StringBuilder text = new StringBuilder(header).append('\n');
    for (int i = 0; i < 40; i++) {
      text.append(row.apply(i)).append('\n');
    }
    return text.toString();
  }

  private Dataset read(Path file, String... leaves) throws IOException {
    return TableData.read("t", file, spec(leaves), folder, ExampleCache.none(listener));
  }

  private static TableRules rules(Dataset data) {
    return data.rules().table().orElseThrow();
  }

  private Path resource(String name) throws IOException {
    Path copy = folder.resolve(name);
    try (InputStream in = TableDataTest.class.getResourceAsStream(name)) {
      Files.write(copy, Objects.requireNonNull(in, name).readAllBytes());
    }
    return copy;
  }

  @Test
  void everyPassOverALargeTableIsHeardOf() throws IOException {
    StringBuilder text = new StringBuilder("x,y\n");
    for (int i = 0; i < 20_000; i++) {
      text.append(i % 7).append(i % 2 == 0 ? ",a\n" : ",b\n");
    }
    Path table = file("large.csv", text.toString());
    Dataset data = read(table, "table.label=y");
    int said = TableProfile.SAID_EACH;
    assertThat(heard)
        .startsWith(List.of(said, DownloadListener.UNKNOWN))
        .endsWith(List.of(said, 20_000));
    heard.clear();
    TableData.readBy("t", table, data.rules(), spec().table(), ExampleCache.none(listener));
    assertThat(heard).containsExactly(List.of(said, DownloadListener.UNKNOWN));
  }

  @Test
  void everyNumberIsAsPandasHasIt() throws IOException {
    Path mixed = resource("mixed.csv");
    Dataset data = read(mixed, "table.label=label", "table.test=mixed.csv");
    List<String> expected = Files.readAllLines(resource("mixed-expected.csv"));
    List<String> names = new ArrayList<>();
    try (TableRows header = Tables.open(folder.resolve("mixed-expected.csv"), spec().table())) {
      names.addAll(header.names());
    }
    names.removeLast();
    assertThat(rules(data).places()).isEqualTo(names);
    assertThat(data.train().count()).isEqualTo(60).isEqualTo(expected.size() - 1);
    for (int row = 0; row < 60; row++) {
      List<Float> numbers = new ArrayList<>();
      Arrays.stream(expected.get(row + 1).split(","))
          .forEach(cell -> numbers.add(cell.matches("[tT]rue") ? 1f : Float.parseFloat(cell)));
      assertThat(data.train().label(row)).isEqualTo(numbers.removeLast().intValue());
      for (int k = 0; k < numbers.size(); k++) {
        assertThat(data.train().values(row)[k])
            .as("%s of row %s", names.get(k), row)
            .isEqualTo(numbers.get(k));
      }
    }
    assertThat(data.classNames()).containsExactly("high", "low", "middle");
    assertThat(data.test().values(0, 60)).isEqualTo(data.train().values(0, 60));
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "snappy", "gzip", "zstd", "lz4"})
  void parquetIsReadAsTheSameCsv(String codec) throws IOException {
    Path csv =
        file(
            "kinds.csv",
            """
            n,big,x,f,b,s,d,day,money
            1,1099511627776,0.1,0.1,true,red,red,1970-01-01,1.50
            2,2,2.5,1.0E-7,false,grün,red,2022-01-08,1.50
            ,3,-3.25,3.0,,,blue,1970-01-03,1.50
            4,4,,1.6777216E7,true,"a,b",red,1970-01-04,1.50
            """);
    List<String> expected = cells(csv);
    assertThat(cells(resource("kinds-" + codec + ".parquet"))).isEqualTo(expected);
    assertThat(expected).hasSize(45);
  }

  /** Spark 4 writes sizes of texts into a column's index. */
  @Test
  void textsOfSparkAreRead() throws IOException {
    List<String> cells = cells(resource("texts-spark.parquet"));
    assertThat(cells.subList(0, 3)).containsExactly("sepal_length", "petal_width", "q_petal_width");
    assertThat(cells.subList(21, 23)).containsExactly("4.6", "0.6");
    assertThat(cells).hasSize(24);
  }

  private static List<String> cells(Path file) throws IOException {
    List<String> cells = new ArrayList<>();
    try (TableRows rows = Tables.open(file, spec().table())) {
      cells.addAll(rows.names());
      TableRow row = new TableRow();
      while (rows.next(row)) {
        for (int i = 0; i < row.cells(); i++) {
          cells.add(row.cell(i));
        }
      }
    }
    return cells;
  }

  @Test
  void brokenParquetIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(resource("kinds-zstd.parquet"));
    Path half = Files.write(folder.resolve("half.parquet"), Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> read(half, "table.label=n"))
        .isInstanceOf(MalformedDataException.class)
        .hasMessageStartingWith(half + ": cannot be read as Parquet");
    for (int i = 8; i < whole.length; i += 97) {
      byte[] bad = whole.clone();
      bad[i] ^= 0x55;
      Path broken = Files.write(folder.resolve("bad.parquet"), bad);
      try {
        cells(broken);
      } catch (MalformedDataException e) {
        assertThat(e).hasMessageStartingWith(broken.toString()).hasMessageNotContaining("\n");
      }
    }
    Path nested = resource("nested.parquet");
    assertThatThrownBy(() -> read(nested))
        .hasMessage(nested + ": column 'a' is nested; only plain columns are read");
  }

  @Test
  void kindsOfColumnsAreFound() throws IOException {
    String text =
        rows(
            "customer_id,age,colour,member,when,note,same,zip,y",
            i ->
                "%s,%s,%s,%s,2024-01-%s,note %s,x,%s,%s"
                    .formatted(
                        1000 + 7 * i,
                        20 + i % 5,
                        i % 3 == 0 ? "red" : "blue",
                        i % 2 == 0 ? "Yes" : "No",
                        10 + i % 20,
                        i,
                        10000 + i % 4,
                        i % 2 == 0 ? "a" : "b"));
    Dataset data = read(file("t.csv", text), "table.label=y", "columns=zip=category");
    assertThat(rules(data).columns())
        .extracting(ColumnRule::name, ColumnRule::kind)
        .containsExactly(
            tuple("age", ColumnRule.Kind.NUMBER),
            tuple("colour", ColumnRule.Kind.CATEGORY),
            tuple("member", ColumnRule.Kind.BOOLEAN),
            tuple("zip", ColumnRule.Kind.CATEGORY));
    assertThat(rules(data).leftOut().keySet())
        .containsExactlyInAnyOrder("customer_id", "when", "note", "same");
    assertThat(notices)
        .contains(
            "column 'customer_id' is an identifier; it is left out",
            "column 'when' holds dates or times, such as '2024-01-10'; it is left out",
            "column 'note' has values that mostly differ, as identifiers and texts do; it is left"
                + " out",
            "column 'same' is 'x' in every row; it is left out");
    assertThat(notices)
        .anyMatch(line -> line.contains("has no test part") && line.contains("8 of its 40 rows"));
  }

  @Test
  void rareCategoriesShareAPlaceAndNewOnesAreCounted() throws IOException {
    StringBuilder train = new StringBuilder("x,c,y\n");
    for (int i = 0; i < 2000; i++) {
      train
          .append(i % 7)
          .append(',')
          .append(i % 400 == 0 ? "rare" + i : "abc".substring(i % 3, i % 3 + 1));
      train.append(',').append(i % 2).append('\n');
    }
    Path file = file("train.csv", train.toString());
    file("test.csv", "c,y,x\na,1,3\nnew,0,4\nrare400,1,5\nnewer,0,\n");
    Dataset data = read(folder, "table.label=y");
    ColumnRule rule = rules(data).columns().get(1);
    assertThat(rule.categories()).containsExactly("a", "b", "c");
    assertThat(rule.others())
        .containsExactly("rare0", "rare1200", "rare1600", "rare400", "rare800");
    assertThat(data.testGiven()).isTrue();
    assertThat(data.test().values(0)).containsExactly(3, 1, 0, 0, 0);
    assertThat(data.test().values(1)).containsExactly(4, 0, 0, 0, 1);
    assertThat(data.test().values(2)).containsExactly(5, 0, 0, 0, 1);
    assertThat(notices)
        .contains(
            "column 'c': 2 values that training has not seen (first: 'new', line 3); they count as"
                + " others, or as the mean",
            "column 'x': 1 value that training has not seen (first: nothing, line 5); they count as"
                + " others, or as the mean");
    assertThatThrownBy(
            () -> read(file, "table.label=y", "table.test=test.csv", "table.unknown=fail"))
        .hasMessage(
            folder.resolve("test.csv")
                + ": line 3: column 'c': 'new' is a value that training has not seen");
  }

  @Test
  void targetsAreWhatTheyLookLike() throws IOException {
    Path file =
        file(
            "t.csv",
            rows(
                "x,few,many,text,a,b,price",
                i ->
                    "%s,%s,%s,%s,%s,%s,%s"
                        .formatted(
                            i % 9 + .5,
                            9 + i % 3,
                            i,
                            "pqr".charAt(i % 3),
                            i % 2,
                            i % 5 == 0 ? 1 : 0,
                            i * 1.5)));
    assertThat(read(file, "table.label=few").classNames()).containsExactly("9", "10", "11");
    assertThat(read(file, "table.label=text").classNames()).containsExactly("p", "q", "r");
    assertThat(read(file, "table.label=many").rules().numbers()).containsExactly("many");
    assertThat(read(file, "table.label=few", "target=numbers").rules().numbers())
        .containsExactly("few");
    Dataset numbers = read(file, "table.label=price,many", "table.test=t.csv");
    assertThat(numbers.outputs()).isEqualTo(2);
    assertThat(((Numbers) numbers.train().targets()).value(3, 0)).isEqualTo(4.5f);
    Dataset labels = read(file, "table.label=a,b", "table.test=t.csv");
    assertThat(labels.rules().labels()).containsExactly("a", "b");
    assertThat(((LabelSets) labels.train().targets()).has(5, 1)).isTrue();
    assertThat(read(file).labelled()).isFalse();
    assertThatThrownBy(() -> read(file, "table.label=text", "target=numbers"))
        .hasMessage(file + ": label column 'text' holds 'p' (line 2), which is not a number");
    assertThatThrownBy(() -> read(file, "table.label=few", "target=labels"))
        .hasMessageContaining("label column 'few' holds '9' (line 2); a label is 0 or 1");
  }

  @Test
  void splitsKeepGroupsAndTimesTogether() throws IOException {
    Path file =
        file(
            "t.csv", rows("x,who,when,y", i -> i + "," + i / 4 + "," + (i * 7 % 40) + "," + i % 2));
    Dataset grouped =
        read(file, "table.label=y", "table.group=who", "columns=x=number", "table.features=x");
    assertThat(groups(grouped.test().values(0, grouped.test().count())))
        .doesNotContainAnyElementsOf(groups(grouped.train().values(0, grouped.train().count())));
    assertThat(grouped.test().count()).isEqualTo(8);
    Split split = Split.stratified(grouped.train(), .25, 3);
    assertThat(split.validation()).hasSize(8);
    assertThat(groups(grouped.train().select(split.validation()).values(0, 8)))
        .doesNotContainAnyElementsOf(groups(grouped.train().select(split.train()).values(0, 24)));
    Dataset timed = read(file, "table.label=y", "table.time=when", "table.features=x");
    for (float x : timed.test().values(0, 8)) {
      assertThat(((int) x) * 7 % 40).isGreaterThanOrEqualTo(32);
    }
    for (int held : Split.stratified(timed.train(), .25, 0).validation()) {
      assertThat(((int) timed.train().values(held)[0]) * 7 % 40).isBetween(24, 31);
    }
  }

  private static List<Integer> groups(float[] values) {
    List<Integer> groups = new ArrayList<>();
    for (float value : values) {
      groups.add((int) value / 4);
    }
    return groups;
  }

  @Test
  void theHeaderIsKnownOrAskedFor() throws IOException {
    Path named = file("a.csv", rows("x,y", i -> i % 7 + "," + i % 2));
    assertThat(rules(read(named, "table.label=y")).header()).isTrue();
    Path bare = file("b.csv", rows("5,1", i -> i % 7 + "," + i % 2));
    assertThat(rules(read(bare, "table.label=c2")).names()).containsExactly("c1", "c2");
    Dataset given = read(bare, "table.label=y", "table.names=x, y");
    assertThat(given.train().count() + given.test().count()).isEqualTo(41);
    Path texts = file("c.csv", rows("a,b", i -> "pqr".charAt(i % 3) + ",z" + i % 2));
    assertThatThrownBy(() -> read(texts, "table.label=b"))
        .hasMessage(
            texts
                + ": line 1 ('a,b') may be names of columns or a row of data; say --header yes or"
                + " no");
    assertThat(read(texts, "table.label=b", "table.header=yes").classNames())
        .containsExactly("z0", "z1");
    assertThat(read(texts, "table.label=c2", "table.header=no").classNames())
        .containsExactly("b", "z0", "z1");
  }

  @Test
  void textMayBePackedMarkedOrOfOtherSeparators() throws IOException {
    String text = rows("x;name;y", i -> i % 9 + "," + i % 4 + ";\"n;" + i % 3 + "\";" + i % 2);
    Path file = file("t.csv", "\uFEFF\"x\"" + text.substring(1));
    assertThatThrownBy(() -> read(file, "table.label=y"))
        .hasMessageContaining(
            "line 1 has 3 cells between ';', not ','; read it with --separator ';' --decimal ,");
    Dataset semicolons = read(file, "table.label=y", "table.separator=;", "table.decimal=,");
    assertThat(rules(semicolons).columns())
        .extracting(ColumnRule::name)
        .containsExactly("x", "name");
    assertThat(rules(semicolons).columns().get(1).categories())
        .containsExactly("n;0", "n;1", "n;2");
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(text.replace(',', '.').replace(';', '\t').getBytes(StandardCharsets.UTF_8));
    }
    Path gz = Files.write(folder.resolve("t.tsv.gz"), packed.toByteArray());
    assertThat(read(gz, "table.label=y").contentHash()).isEqualTo(semicolons.contentHash());
    assertThat(rules(read(gz, "table.label=y")).separator()).isEqualTo("\t");
    Path cut = Files.write(folder.resolve("cut.csv.gz"), Arrays.copyOf(packed.toByteArray(), 60));
    assertThatThrownBy(() -> read(cut, "table.label=y")).isInstanceOf(MalformedDataException.class);
  }

  @Test
  void badTablesAreOneLine() throws IOException {
    refused("", "t.csv: is empty");
    refused("\n \n", "has nothing but blank lines");
    refused("x,y\n1,2\n3,4,5\n", "t.csv: line 3: has 3 cells, but there are 2 columns");
    refused("x,y\n1,2\n3\n", "line 3: has 1 cells, but there are 2 columns");
    refused(
        "x,x,y\n1,2,3\n",
        "line 1: columns 1 and 2 are both called 'x'; --columns gives other names");
    refused("x,z\n1,2\n", "has no column 'y' (data.table.label)");
    refused("x,y\n1,a\n2,a\n", "label column 'y' is 'a' in every row; there is nothing to learn");
    refused(
        rows("x,y", i -> (i == 33 ? "oops" : i) + "," + i % 2),
        "line 35: column 'x': 'oops' is not a number, as nearly all of its column are");
    refused(
        rows("x,y", i -> (i == 33 ? "NaN" : i) + "," + i % 2),
        "line 35: column 'x': 'NaN' is not a number");
    refused(
        rows("x,y", i -> (i == 7 ? "5d" : i) + "," + i % 2),
        "line 9: column 'x': '5d' is not a number");
    refused(
        rows("x,y", i -> (i == 7 ? "1e99" : i) + "," + i % 2),
        "line 9: column 'x': '1e99' is too large for a number of 32 bits");
    refused(
        rows("x,y", i -> i + "," + (i == 8 ? "" : i % 2)),
        "line 10: column 'y' has no value to learn");
    refused(
        rows("x,y", i -> " " + i + "," + i % 2),
        "line 2: column 'x': ' 0' has blanks round a number; --trim takes them off");
    refused("x,y\n1,\"a\n2,b\n", "cannot be read");
    refused(
        rows("x,y", i -> "2024-01-0" + i % 9 + "," + i % 2),
        "has no column to predict from: {x=holds dates or times, such as '2024-01-00'}");
    refusedBytes(
        "x,y\n1,2\n".getBytes(StandardCharsets.UTF_16), "is text in UTF-16; save it as UTF-8");
    refusedBytes(
        "x,y\n1,2\n".getBytes(StandardCharsets.UTF_16LE),
        "it has a zero byte, as UTF-16 and binary files do");
    byte[] mixed = rows("x,y", i -> "é" + i % 3 + "," + i % 2).getBytes(StandardCharsets.UTF_8);
    byte[] latin = "Málaga,1\n".getBytes(Charset.forName("ISO-8859-1"));
    byte[] both = Arrays.copyOf(mixed, mixed.length + latin.length);
    System.arraycopy(latin, 0, both, mixed.length, latin.length);
    refusedBytes(both, "line 42: byte 0xe1 is not UTF-8; save the file as UTF-8");
  }

  private void refused(String text, String message) throws IOException {
    refusedBytes(text.getBytes(StandardCharsets.UTF_8), message);
  }

  private void refusedBytes(byte[] bytes, String message) throws IOException {
    Path file = Files.write(folder.resolve("t.csv"), bytes);
    assertThatThrownBy(() -> read(file, "table.label=y"))
        .isInstanceOf(MalformedDataException.class)
        .hasMessageContaining(message)
        .hasMessageStartingWith(file.toString())
        .hasMessageNotContaining("\n");
  }

  @Test
  void badRowsMayBeSkippedAndAreCounted() throws IOException {
    String text = rows("x,y", i -> i == 5 ? "1,2,3" : i == 9 ? "7," : i % 4 + "," + i % 2);
    Path file = file("t.csv", text);
    Dataset data = read(file, "table.label=y", "table.on_bad_row=skip");
    assertThat(data.train().count() + data.test().count()).isEqualTo(38);
    assertThat(notices)
        .contains(
            "skipped 2 bad rows; first: "
                + file
                + ": line 7: has 3 cells, but there are 2 columns");
  }

  @Test
  void aClassThatTrainingHasNotIsNamed() throws IOException {
    file("train.csv", rows("x,y", i -> i % 4 + ",c" + i % 2));
    file("test.csv", "x,y\n1,c0\n2,c7\n");
    assertThatThrownBy(() -> read(folder, "table.label=y"))
        .hasMessage(
            folder.resolve("test.csv")
                + ": line 3: column 'y': 'c7' is a class that training has not; it has c0, c1");
    assertThat(read(folder, "table.label=y", "table.on_bad_row=skip").test().count()).isEqualTo(1);
  }

  @Test
  void testRowsTeachNothing() throws IOException {
    Path file =
        file("t.csv", rows("x,when,y", i -> (i < 32 ? 1 + i % 2 : 1000) + "," + i + "," + i % 2));
    Dataset data = read(file, "table.label=y", "table.time=when");
    assertThat(rules(data).columns().getFirst().mean()).isEqualTo(1.5f);
    assertThat(data.test().values(0)[0]).isEqualTo(1000);
  }

  @Test
  void manyDifferentValuesAreNoCategories() throws IOException {
    StringBuilder text = new StringBuilder("city,number,y\n");
    for (int i = 0; i < ColumnData.MOST_KEPT + 100; i++) {
      text.append("city")
          .append(i)
          .append(',')
          .append(i * .25)
          .append(',')
          .append(i % 2)
          .append('\n');
    }
    Dataset data = read(file("t.csv", text.toString()), "table.label=y");
    assertThat(rules(data).columns()).extracting(ColumnRule::name).containsExactly("number");
    assertThat(rules(data).leftOut()).containsKey("city");
    Path late = file("late.csv", text + "z,oops,1\n");
    assertThatThrownBy(() -> read(late, "table.label=y"))
        .hasMessageContaining(
            "line %s: column 'number': 'oops' is not a number"
                .formatted(ColumnData.MOST_KEPT + 102));
  }
}
