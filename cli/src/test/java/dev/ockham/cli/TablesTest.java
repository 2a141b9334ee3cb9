package dev.ockham.cli;

import static dev.ockham.cli.CommandLineRun.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.cli.console.Interrupt;
import dev.ockham.runtime.Predictor;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.model.Prediction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A table, from CSV through training to predictions of raw rows by the model file alone. */
class TablesTest {

  @TempDir static Path folder;

  @BeforeAll
  static void train() throws IOException {
    Files.createDirectory(folder.resolve("shop"));
    Files.writeString(folder.resolve("shop/train.csv"), table(600, 0));
    Files.writeString(folder.resolve("shop/test.csv"), table(100, 7));
    JsonNode done =
        json(
            "train",
            "--data",
            folder.resolve("shop"),
            "--label",
            "bought",
            "--out",
            folder.resolve("run"),
            "--method",
            "none",
            "--epochs",
            8,
            "--threads",
            1,
            "--lr",
            "0.01",
            "--batch",
            50,
            "--json");
    assertThat(done.get("status").asString()).isEqualTo("finished");
  }

  @AfterAll
  static void letTheJvmEnd() {
    Interrupt.finished();
  }

  /** Whoever is young or comes from Bonn buys. */
  private static String table(int rows, int from) {
    StringBuilder text = new StringBuilder("customer_id,age,town,bought\n");
    for (int i = from; i < from + rows; i++) {
      int age = 18 + i * 37 % 60;
      String town = List.of("Bonn", "Köln", "Ulm").get(i * 13 % 3);
      boolean buys = age < 40 || town.equals("Bonn");
      text.append(i)
          .append(',')
          .append(i % 50 == 3 ? "" : age)
          .append(',')
          .append(town)
          .append(',');
      text.append(buys ? "yes" : "no").append('\n');
    }
    return text.toString();
  }

  private static Path model() {
    return folder.resolve("run/model.safetensors");
  }

  @Test
  void theNetworkTakesItsSizesFromTheTableAndLearns() throws IOException {
    assertThat(ModelFile.load(model()).model().architecture()).isEqualTo("mlp:5-100-2");
    JsonNode run = json("evaluate", folder.resolve("run"), "--json");
    JsonNode model = json("evaluate", model(), "--data", folder.resolve("shop/test.csv"), "--json");
    assertThat(run.get("error_percent").asDouble()).isLessThan(10);
    assertThat(model.get("error_percent").asDouble())
        .isEqualTo(run.get("error_percent").asDouble());
    assertThat(model.get("examples").asInt()).isEqualTo(100);
    assertThat(json("evaluate", model(), "--json").get("error_percent").asDouble())
        .as("on the data that the model names")
        .isEqualTo(run.get("error_percent").asDouble());
  }

  @Test
  void aResumedRunIsTheSame() {
    JsonNode again = json("train", "--out", folder.resolve("run"), "--resume", "--json");
    assertThat(again.get("status").asString()).isEqualTo("finished");
  }

  @Test
  void predictReadsRawRowsAndJavaGivesTheSame() throws IOException {
    Path other = folder.resolve("new.csv");
    Files.writeString(other, "town,who,age\nKöln,\"a,1\",71\nBonn,b,71\nParis,c,20\n,d,\n");
    CommandLineRun run = CommandLineRun.of("predict", model(), "--input", other, "--keep", "who");
    assertThat(run.exitCode()).as(run.err()).isZero();
    List<String> lines = run.out().lines().toList();
    assertThat(lines.getFirst()).isEqualTo("line,who,prediction,probability");
    assertThat(lines.get(1)).startsWith("2,\"a,1\",no,");
    assertThat(lines.get(2)).startsWith("3,b,yes,");
    assertThat(lines).hasSize(5);
    assertThat(run.err())
        .doesNotContain("columns that the model does not know")
        .contains("column 'town': 2 values that training has not seen (first: 'Paris', line 4)");
    assertThat(CommandLineRun.of("predict", model(), "--input", other).err())
        .contains("columns that the model does not know: who");
    assertThat(CommandLineRun.of("predict", model(), "--input", folder.resolve("shop")).err())
        .contains("shop: is a folder; a table to predict is one file");
    Prediction told = Predictor.load(model()).predict(Map.of("age", "71", "town", "Köln"));
    assertThat(told.name()).isEqualTo("no");
    float no = told.probability();
    assertThat(Float.parseFloat(lines.get(1).split(",", -1)[4])).isCloseTo(no, within(0f));
    Path written = folder.resolve("written.csv");
    assertThat(
            CommandLineRun.of(
                    "predict", model(), "--input", other, "--keep", "who", "--out", written)
                .exitCode())
        .isZero();
    assertThat(Files.readString(written)).isEqualTo(run.out());
    JsonNode first =
        new tools.jackson.databind.json.JsonMapper()
            .readTree(
                CommandLineRun.of("predict", model(), "--input", other, "--json", "--threads", 2)
                    .out()
                    .lines()
                    .findFirst()
                    .orElseThrow());
    assertThat(first.get("name").asString()).isEqualTo("no");
    assertThat(first.get("probabilities").size()).isEqualTo(2);
  }

  @Test
  void describeSaysWhatEachColumnIs() {
    CommandLineRun run =
        CommandLineRun.of("datasets", "--describe", folder.resolve("shop"), "--label", "bought");
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out().lines().map(line -> line.replaceAll(" +", " ")))
        .contains(
            " customer_id left out is an identifier",
            " town category 3: Bonn, Köln, Ulm",
            " bought label ",
            "asks for one of 2 classes:");
    assertThat(run.out())
        .containsPattern("age +number +mean 47\\.\\d+; missing ones have a place of their own");
    JsonNode map =
        json("datasets", "--describe", folder.resolve("shop"), "--kinds", "age=category", "--json");
    assertThat(map.get("columns").get(1).get("kind").asString()).isEqualTo("category");
  }

  /** The first commands of docs/data.md, as printed, but for where they write. */
  @Tag("long")
  @Test
  void theExampleOfThePageRunsAsPrinted() throws IOException {
    String page = Files.readString(SourceTree.root().resolve("docs/data.md"));
    String section = page.substring(page.indexOf("## Tables"));
    String block = section.substring(section.indexOf("```bash"), section.indexOf("```\n"));
    String here = folder.resolve("runs") + "/";
    String shown = "";
    for (String line : block.lines().skip(1).toList()) {
      if (line.startsWith("printf '")) {
        String text = line.substring("printf '".length(), line.indexOf("' > "));
        Path file = Path.of(line.substring(line.indexOf("' > ") + 4).replace("runs/", here));
        Files.writeString(file, text.replace("\\n", "\n"));
      } else {
        assertThat(line).startsWith("./ockham ");
        String command = line.substring("./ockham ".length()).replace("runs/", here);
        CommandLineRun run = CommandLineRun.of((Object[]) command.split(" ", -1));
        assertThat(run.exitCode()).as("%s%n%s", line, run.err()).isZero();
        shown = run.out();
      }
    }
    assertThat(shown.lines().toList()).hasSize(2);
    assertThat(shown).startsWith("line,name,prediction,probability\n2,mine,versicolor,");
  }

  private static void refused(int exitCode, List<String> said, Object... command) {
    CommandLineRun run = CommandLineRun.of(command);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(exitCode);
    assertThat(run.err().lines().filter(line -> line.startsWith("ockham:"))).hasSize(1);
    assertThat(run.err()).contains(said);
  }

  @Test
  void mistakesAreOneLine() throws IOException {
    Path shop = folder.resolve("shop");
    Path out = folder.resolve("none");
    refused(
        2,
        List.of("--label is missing", "customer_id, age, town, bought"),
        "train",
        "--data",
        shop,
        "--out",
        out);
    refused(
        1,
        List.of("no column 'buys' (data.table.label)"),
        "train",
        "--data",
        shop,
        "--label",
        "buys",
        "--out",
        out);
    refused(
        2,
        List.of("--header", "'maybe'", "auto"),
        "train",
        "--data",
        shop,
        "--header",
        "maybe",
        "--out",
        out);
    refused(
        2,
        List.of("data.columns", "'town'", "'text'"),
        "train",
        "--data",
        shop,
        "--kinds",
        "town=text",
        "--out",
        out);
    refused(
        2,
        List.of("data.table.separator is ';;'"),
        "train",
        "--data",
        shop,
        "--separator",
        ";;",
        "--out",
        out);
    refused(
        1,
        List.of("none.csv: no such file, for the test part"),
        "train",
        "--data",
        shop,
        "--test",
        "none.csv",
        "--label",
        "bought",
        "--out",
        out);
    Path bad = Files.writeString(folder.resolve("bad.csv"), "age,town\n20,Bonn\n5d,Ulm\n");
    refused(
        1,
        List.of("bad.csv: line 3: column 'age': '5d' is not a number"),
        "predict",
        model(),
        "--input",
        bad);
    CommandLineRun skipped =
        CommandLineRun.of("predict", model(), "--input", bad, "--on-bad-row", "skip");
    assertThat(skipped.exitCode()).isZero();
    assertThat(skipped.out().lines()).hasSize(2);
    assertThat(skipped.err()).contains("skipped 1 bad row; first: ");
    refused(
        1,
        List.of("lacks column 'town'"),
        "predict",
        model(),
        "--input",
        Files.writeString(folder.resolve("b.csv"), "age,x\n1,2\n"));
    refused(2, List.of("--threads is 0"), "predict", model(), "--input", bad, "--threads", 0);
    refused(
        1,
        List.of("b.csv: lacks the label column 'bought'"),
        "evaluate",
        model(),
        "--data",
        Files.writeString(folder.resolve("b.csv"), "age,town\n1,Bonn\n"));
    Path keep = Files.writeString(folder.resolve("mine.txt"), "my own text\n");
    refused(
        1,
        List.of("mine.txt exists and does not hold predictions"),
        "predict",
        model(),
        "--input",
        bad,
        "--out",
        keep);
  }
}
