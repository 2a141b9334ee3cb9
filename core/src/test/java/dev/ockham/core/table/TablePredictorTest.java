package dev.ockham.core.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.TableSpec;
import dev.ockham.core.table.TablePredictor.Summary;
import dev.ockham.runtime.data.ColumnRule;
import dev.ockham.runtime.data.TableRules;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TablePredictorTest {

  private static final TableRules TABLE =
      new TableRules(
          List.of("id", "x", "colour", "y"),
          true,
          ",",
          ".",
          false,
          List.of("?"),
          List.of("y"),
          "",
          List.of(
              ColumnRule.ofNumbers("x", 1.5f, false),
              ColumnRule.ofCategories(
                  "colour", List.of("red"), List.of("pink"), List.of(.5f, .5f), false)),
          Map.of("id", "is an identifier"));

  private static final DataRules RULES =
      DataRules.ofClasses(List.of("no", "yes, \"sir\"")).withTable(TABLE);

  @TempDir private Path folder;

  /** Logits {@code x − red} and {@code 0.5 x + other}. */
  private static Model model() {
    var g = new GraphBuilder();
    var graph = g.build(g.named("dense1").dense(g.input("input", Shape.of(3)), 2));
    Map<String, Matrix> numbers =
        Map.of(
            "dense1.weight", DenseMatrix.of(2, 3, new float[] {1, -1, 0, .5f, 0, 1}),
            "dense1.bias", DenseMatrix.of(2, 1, new float[2]));
    return new Model("one", graph, numbers);
  }

  private static TableSpec spec(String... leaves) {
    RunSpec spec = RunSpec.defaults();
    for (String leaf : leaves) {
      int equals = leaf.indexOf('=');
      spec = spec.with("data.table." + leaf.substring(0, equals), leaf.substring(equals + 1));
    }
    return spec.data().table();
  }

  private record Said(String text, Summary summary) {}

  private static Said predict(
      DataRules rules,
      TableSpec spec,
      PredictionLines.Form form,
      int threads,
      byte[] table,
      String... keep)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Summary summary =
        new TablePredictor(model(), rules, spec, List.of(keep), form, threads)
            .predict(new ByteArrayInputStream(table), "in", out, rows -> {});
    return new Said(out.toString(StandardCharsets.UTF_8), summary);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void columnsAreToldByNameAndOthersPassThrough() throws IOException {
    byte[] table = utf8("extra,colour,id,x\n1,red,\"a,1\",2\n2,blue,b,-1\n3,pink,c,?\n");
    Said csv = predict(RULES, spec(), PredictionLines.Form.CSV, 2, table, "id");
    assertThat(csv.text().lines())
        .containsExactly(
            "line,id,prediction,probability",
            "2,\"a,1\",no,0.5",
            "3,b,\"yes, \"\"sir\"\"\",0.8175745",
            "4,c,\"yes, \"\"sir\"\"\",0.5621765");
    assertThat(csv.summary().rows()).isEqualTo(3);
    assertThat(csv.summary().extra()).containsExactly("extra");
    assertThat(csv.summary().unseen().lines())
        .containsExactly(
            "column 'colour': 1 value that training has not seen (first: 'blue', line 3)",
            "column 'x': 1 value that training has not seen (first: '?', line 4)");
    Said json = predict(RULES, spec(), PredictionLines.Form.JSON, 1, table, "extra");
    assertThat(json.text().lines().skip(1).findFirst())
        .contains(
            "{\"line\":3,\"extra\":\"2\",\"class\":1,\"name\":\"yes,"
                + " \\\"sir\\\"\",\"probability\":0.8175745,\"probabilities\":[0.18242553,0.8175745]}");
  }

  @Test
  void aColumnThatIsCalledAsThePredictionIsKeptUnderAnotherName() throws IOException {
    byte[] table = utf8("x,colour,name,probability\n2,red,mine,low\n");
    Said csv = predict(RULES, spec(), PredictionLines.Form.CSV, 1, table, "name", "probability");
    assertThat(csv.text())
        .isEqualTo("line,name,kept_probability,prediction,probability\n2,mine,low,no,0.5\n");
    assertThat(csv.summary().extra()).isEmpty();
    assertThat(predict(RULES, spec(), PredictionLines.Form.JSON, 1, table, "name").text())
        .startsWith("{\"line\":2,\"kept_name\":\"mine\",\"class\":0,\"name\":\"no\",");
    DataRules numbers = DataRules.NONE.withNumbers(List.of("price", "rent")).withTable(TABLE);
    byte[] known = utf8("x,colour,rent\n2,red,7\n");
    assertThat(predict(numbers, spec(), PredictionLines.Form.CSV, 1, known, "rent").text())
        .isEqualTo("line,kept_rent,price,rent\n2,7,1.0,1.0\n");
  }

  @Test
  void numbersAndLabelsHaveAColumnEach() throws IOException {
    byte[] table = utf8("x,colour\n2,red\n");
    DataRules numbers = DataRules.NONE.withNumbers(List.of("price", "rent")).withTable(TABLE);
    assertThat(predict(numbers, spec(), PredictionLines.Form.CSV, 1, table).text())
        .isEqualTo("line,price,rent\n2,1.0,1.0\n");
    DataRules labels = DataRules.NONE.withLabels(List.of("a", "b")).withTable(TABLE);
    assertThat(predict(labels, spec(), PredictionLines.Form.JSON, 1, table).text())
        .isEqualTo("{\"line\":2,\"probabilities\":{\"a\":0.7310586,\"b\":0.7310586}}\n");
  }

  @Test
  void neitherThreadsNorCutsChangeABit() throws IOException {
    StringBuilder text = new StringBuilder("id,x,colour\r\n");
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 60_000; i++) {
      String id = i % 11 == 0 ? "line\n" + i + " \"" : "ü" + i;
      ids.add(id);
      text.append('"').append(id.replace("\"", "\"\"")).append("\",");
      text.append(i % 17 * .25).append(',').append(i % 3 == 0 ? "red" : "pink");
      text.append(i % 2 == 0 ? "\r\n" : "\n");
    }
    byte[] table = utf8(text.toString());
    assertThat(table.length).isGreaterThan(4 * RowChunks.SIZE);
    Said one = predict(RULES, spec(), PredictionLines.Form.CSV, 1, table, "id");
    Said three = predict(RULES, spec(), PredictionLines.Form.CSV, 3, table, "id");
    assertThat(three.text()).isEqualTo(one.text());
    Path file = Files.writeString(folder.resolve("out.csv"), one.text());
    List<String> kept = new ArrayList<>();
    long line = 0;
    try (TableRows rows = Tables.open(file, spec("header=yes"))) {
      TableRow row = new TableRow();
      while (rows.next(row)) {
        kept.add(row.cell(1));
        line = Long.parseLong(row.cell(0));
      }
    }
    assertThat(kept).isEqualTo(ids);
    long breaks = ids.stream().filter(id -> id.contains("\n")).count();
    assertThat(line).isEqualTo(60_000 + breaks + (ids.getLast().contains("\n") ? 0 : 1));
  }

  @Test
  void quotesInsidePlainCellsOpenNothing() throws IOException {
    StringBuilder text = new StringBuilder("id,x,colour\n");
    for (int i = 0; i < 40_000; i++) {
      text.append("5\" pipe ").append(i).append(',').append(i % 5).append(",red\n");
    }
    Said said = predict(RULES, spec(), PredictionLines.Form.CSV, 2, utf8(text.toString()), "id");
    assertThat(said.summary().rows()).isEqualTo(40_000);
  }

  @Test
  void badRowsAreNamedOrSkippedWhereverTheyAre() throws IOException {
    StringBuilder text = new StringBuilder("id,x,colour\n");
    for (int i = 0; i < 60_000; i++) {
      text.append(i)
          .append(',')
          .append(i == 50_000 ? "oops" : i % 5)
          .append(i == 55_000 ? "" : ",red")
          .append('\n');
    }
    byte[] table = utf8(text.toString());
    assertThatThrownBy(() -> predict(RULES, spec(), PredictionLines.Form.CSV, 2, table))
        .isInstanceOf(MalformedDataException.class)
        .hasMessage("in: line 50002: column 'x': 'oops' is not a number");
    Summary summary =
        predict(RULES, spec("on_bad_row=skip"), PredictionLines.Form.CSV, 2, table).summary();
    assertThat(summary.rows()).isEqualTo(59_998);
    assertThat(summary.skipped()).isEqualTo(2);
    assertThat(summary.firstSkipped())
        .isEqualTo("in: line 50002: column 'x': 'oops' is not a number");
    assertThatThrownBy(() ->
            predict(
                RULES,
                spec("unknown=fail"),
                PredictionLines.Form.CSV,
                2,
                utf8("x,colour\n1,red\n1,grey\n")))
        .hasMessage("in: line 3: column 'colour': 'grey' is a value that training has not seen");
  }

  @Test
  void columnsThatLackAreNamed() {
    assertThatThrownBy(
            () -> predict(RULES, spec(), PredictionLines.Form.CSV, 1, utf8("id,colour\n1,red\n")))
        .hasMessage("in: lacks column 'x' that the model takes; it has 'id', 'colour'");
    assertThatThrownBy(() ->
            predict(RULES, spec(), PredictionLines.Form.CSV, 1, utf8("x,colour\n1,red\n"), "id"))
        .hasMessage("in: has no column 'id'; it has 'x', 'colour'");
  }

  @Test
  void tablesWithoutNamesGoByPlace() throws IOException {
    TableRules bare =
        new TableRules(
            TABLE.names(),
            false,
            ",",
            ".",
            false,
            List.of(),
            TABLE.targets(),
            "",
            TABLE.columns(),
            Map.of());
    DataRules rules = DataRules.ofClasses(List.of("no", "yes")).withTable(bare);
    Said whole = predict(rules, spec(), PredictionLines.Form.CSV, 1, utf8("7,2,red,yes\n"), "id");
    assertThat(whole.text()).isEqualTo("line,id,prediction,probability\n1,7,no,0.5\n");
    assertThat(predict(rules, spec(), PredictionLines.Form.CSV, 1, utf8("7,2,red\n"), "id").text())
        .isEqualTo(whole.text());
    assertThatThrownBy(() -> predict(rules, spec(), PredictionLines.Form.CSV, 1, utf8("7,2\n")))
        .hasMessage(
            "in: has 2 columns without names; the model's table had 4, 3 without its label");
  }

  @Test
  void aRowWithoutEndIsRefused() {
    byte[] table = new byte[40_000_000];
    Arrays.fill(table, (byte) 'a');
    byte[] begin = utf8("x,colour\n1,red\n1,\"");
    System.arraycopy(begin, 0, table, 0, begin.length);
    assertThatThrownBy(() -> predict(RULES, spec(), PredictionLines.Form.CSV, 1, table))
        .isInstanceOf(MalformedDataException.class)
        .hasMessageContaining("is a quote not closed?");
  }
}
