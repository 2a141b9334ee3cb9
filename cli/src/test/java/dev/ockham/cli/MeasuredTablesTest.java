package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.core.spec.LearningRate;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.NumberFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tables of pages are made anew of the files of {@code results} that they are of. */
class MeasuredTablesTest {

  private static final Path RESULTS = SourceTree.root().resolve("results");

  @Test
  void theLearningRatesAreThoseThatWereTried() throws IOException {
    JsonNode rates = json("rates/resnet-20-cifar-10.json");
    PrintedPage page = PrintedPage.named("docs/trained.md");
    List<String> columns = cells(line(page, "| | as it came |"));
    assertThat(page.text())
        .contains(
            rateRow(rates, columns, "none", LearningRate.OF_TRAINED),
            rateRow(rates, columns, "sparse-vd", LearningRate.OF_TRAINED_TO_PRUNE));
    assertThat(found(rates, "none").count() + found(rates, "sparse-vd").count())
        .as("all that was tried is shown")
        .isEqualTo(7);
    assertThat(rates.get("training").asString()).contains("3,600 of these 4,000 train");
    assertThat(rates.get("held_out").asString()).contains(": 2,000;");
    List<Double> magnitude = found(rates, "magnitude").map(MeasuredTablesTest::error).toList();
    assertThat(sentences(page))
        .contains(
            "one epoch of 3,600 training pictures, errors on 2,000 other training pictures",
            "(`magnitude` takes nine of ten weights in that one epoch, which no rate mends: "
                + fixed(magnitude.stream().min(Double::compare).orElseThrow(), 0)
                + " to "
                + fixed(magnitude.stream().max(Double::compare).orElseThrow(), 0)
                + " %.)");
  }

  @Test
  void theTestPicturesSaidOfTheRatesWhatThePageSays() throws IOException {
    JsonNode test = json("rates/resnet-20-cifar-10.json").get("test");
    JsonNode came = test.get("as_it_came");
    JsonNode chosen = test.get("none_1e-6");
    JsonNode earlier = test.get("none_1e-5");
    assertThat(sentences(PrintedPage.named("docs/trained.md")))
        .contains(
            "has %s error and a negative log-likelihood of %s on the %s test pictures; as it came it had %s and %s."
                .formatted(
                    percent(error(chosen)),
                    fixed(nll(chosen), 4),
                    grouped(test.get("pictures").asLong()),
                    percent(error(came)),
                    fixed(nll(came), 4)),
            "(1e-5 was read on the same pictures earlier: %s and %s.)"
                .formatted(percent(error(earlier)), fixed(nll(earlier), 4)));
  }

  private static String rateRow(JsonNode rates, List<String> columns, String method, double usual) {
    List<String> row = new ArrayList<>(List.of("`" + method + "`"));
    row.add(percent(error(found(rates, "as it came").findFirst().orElseThrow())));
    for (String column : columns.subList(2, columns.size())) {
      double rate = Double.parseDouble(column);
      String mark = rate == usual ? "**" : "";
      row.add(
          found(rates, method)
              .filter(result -> result.get("learning_rate").asDouble() == rate)
              .map(result -> mark + percent(error(result)) + mark)
              .findFirst()
              .orElse(""));
    }
    return "| " + String.join(" | ", row).replace("|  ", "| ").strip() + " |\n";
  }

  private static Stream<JsonNode> found(JsonNode rates, String method) {
    return all(rates.get("held_out_results"))
        .filter(result -> result.get("method").asString().equals(method));
  }

  @Test
  void theLoadIsThatOfItsFile() throws IOException {
    JsonNode serve = json("bench/serve.json");
    PrintedPage section = PrintedPage.named("docs/serve.md").section("### Under load");
    assertThat(section.text())
        .contains(
            loadRow("load", serve.get("load"), ""),
            loadRow(
                "the model's file replaced " + serve.get("reloads") + " times meanwhile",
                serve.get("reload"),
                ""),
            loadRow("more than may wait", serve.get("overload"), " (503 among them)"),
            "`/metrics` counted the same answers of each status, but for the few under way");
    for (String load : List.of("load", "reload", "overload")) {
      JsonNode answers = serve.get(load);
      long more =
          answers.get("counted_200").asLong()
              + answers.get("counted_503").asLong()
              - answers.get("requests").asLong();
      assertThat(more).as(load).isBetween(0L, answers.get("connections").asLong());
      assertThat(answers.get("counted_503")).as(load).isEqualTo(answers.get("not_200"));
    }
  }

  private static String loadRow(String name, JsonNode load, String note) {
    double requests = load.get("requests").asDouble();
    long refused = load.get("counted_503").asLong();
    return "| %s | %s | %s%s | %s ms | %s ms | %s | %s |\n"
        .formatted(
            name,
            load.get("connections").asString(),
            grouped(significant(requests / load.get("seconds").asDouble()).longValueExact()),
            note,
            significant(load.get("p50_us").asDouble() / 1000).toPlainString(),
            significant(load.get("p99_us").asDouble() / 1000).toPlainString(),
            refused == 0 ? "0" : significant(100 * refused / requests).toPlainString() + " %",
            load.get("broken").asString());
  }

  @Test
  void theColdStartsAreThoseOfTheirFile() throws IOException {
    JsonNode cold = json("bench/cold-start.json");
    PrintedPage section = PrintedPage.named("docs/serve.md").section("## A short start");
    assertThat(section.text())
        .contains(
            coldRow("no option", "plain", cold),
            coldRow(
                "`-XX:+AutoCreateSharedArchive -XX:SharedArchiveFile=service.jsa`",
                "archive",
                cold),
            coldRow("`-XX:AOTCache=service.aot`", "aot", cold));
    List<Double> idle =
        all(json("bench/start-cold.json").get("rows"))
            .map(row -> row.get("median_ms").asDouble())
            .sorted()
            .toList();
    assertThat(sentences(section))
        .contains(
            "Medians of " + cold.get("runs") + ", in milliseconds",
            "such a start takes %s to %s ("
                .formatted(fixed(idle.getFirst(), 0), fixed(idle.getLast(), 0)));
  }

  private static String coldRow(String name, String way, JsonNode cold) {
    StringBuilder row = new StringBuilder("| " + name + " |");
    for (String model : List.of("lenet-300-100", "lenet-5-caffe")) {
      JsonNode found =
          all(cold.get("rows"))
              .filter(each -> each.get("model").asString().equals(model))
              .filter(each -> each.get("way").asString().equals(way))
              .findFirst()
              .orElseThrow();
      for (String time : List.of("load_and_first_ms", "process_ms")) {
        row.append(' ').append(fixed(found.get(time).asDouble(), 0)).append(" |");
      }
    }
    return row.append('\n').toString();
  }

  private static double error(JsonNode result) {
    return result.get("error_percent").asDouble();
  }

  private static double nll(JsonNode result) {
    return result.get("nll").asDouble();
  }

  private static JsonNode json(String name) throws IOException {
    return JsonMapper.shared().readTree(Files.readString(RESULTS.resolve(name)));
  }

  private static Stream<JsonNode> all(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static String line(PrintedPage page, String start) {
    return page.text().lines().filter(line -> line.startsWith(start)).findFirst().orElseThrow();
  }

  private static List<String> cells(String row) {
    return Stream.of(row.split("\\|")).skip(1).map(String::strip).toList();
  }

  /** Running text breaks its lines where it likes. */
  private static String sentences(PrintedPage page) {
    return page.text().replace('\n', ' ');
  }

  private static String percent(double number) {
    return fixed(number, 2) + " %";
  }

  private static String fixed(double number, int decimals) {
    return new BigDecimal(number).setScale(decimals, RoundingMode.HALF_UP).toPlainString();
  }

  /** Three digits that count. */
  private static BigDecimal significant(double number) {
    return new BigDecimal(number).round(new MathContext(3, RoundingMode.HALF_UP));
  }

  private static String grouped(long number) {
    return NumberFormat.getIntegerInstance(Locale.ROOT).format(number);
  }
}
