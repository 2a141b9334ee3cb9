package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.core.spec.LearningRate;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tables of pages are made anew of the files of {@code results} that they are of. */
class MeasuredTablesTest {

  private static final Path RESULTS = SourceTree.root().resolve("results");

  private static final Pattern WEIGHTS_LEFT =
      Pattern.compile(".*: (\\d+) of (\\d+) weights left .*");

  private static final Pattern UNITS_LEFT =
      Pattern.compile("units ([0-9-]+) of ([0-9-]+), (\\d+) of (\\d+) multiply-adds");

  private static final Pattern CHANGED_ERROR = Pattern.compile("error +([0-9.]+) % -> ([0-9.]+) %");

  private static final Pattern CHANGED_FILE = Pattern.compile("file +(.+) -> (.+)");

  private static final Pattern COMPRESSION = Pattern.compile("compression +1.0x -> ([0-9.]+)x");

  private static final Pattern SURE =
      Pattern.compile("error<=.* \\(below ([0-9.]+) % with 80 % probability\\).*");

  private static final Pattern FILE_BYTES = Pattern.compile("file +(\\d+) bytes of .*");

  private static final Pattern ERROR = Pattern.compile("error +([0-9.]+) %");

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

  @Test
  void theNetworksAreWhatTheirCommandsLeft() throws IOException {
    List<String> printed = lines("printed/networks.txt");
    PrintedPage section = PrintedPage.named("docs/networks.md").section("## From a file");
    assertThat(printed).containsAll(commands(section));
    for (String name : List.of("residual", "depthwise", "attention", "recurrent")) {
      String file = "runs/" + name + ".safetensors";
      Matcher left = behind(printed, "./ockham prune runs/" + name + " ", WEIGHTS_LEFT);
      Matcher units = behind(printed, "./ockham prune runs/" + name + " ", UNITS_LEFT);
      Matcher error = behind(printed, "./ockham evaluate " + file, ERROR);
      assertThat(section.text())
          .contains(
              "| %s | %s of %s | %s of %s | %s of %s | %s %% |\n"
                  .formatted(
                      name,
                      grouped(Long.parseLong(left.group(1))),
                      grouped(Long.parseLong(left.group(2))),
                      units.group(1),
                      units.group(2),
                      grouped(Long.parseLong(units.group(3))),
                      grouped(Long.parseLong(units.group(4))),
                      error.group(1)));
    }
  }

  @Test
  void theQuickCompressionIsThatOfItsFile() throws IOException {
    List<String> printed = lines("compress/quick.txt");
    PrintedPage section = PrintedPage.named("docs/targets.md").section("## Quick");
    String command = "./ockham compress dense ";
    assertThat(commands(section))
        .containsAll(printed.stream().filter(MeasuredTablesTest::isCommand).toList());
    Matcher error = behind(printed, command, CHANGED_ERROR);
    Matcher file = behind(printed, command, CHANGED_FILE);
    assertThat(sentences(section))
        .contains(
            "%s became %s with %s× fewer weights, and an error of %s %% became %s %% (below %s %% with 80 %% probability)."
                .formatted(
                    file.group(1),
                    file.group(2),
                    behind(printed, command, COMPRESSION).group(1),
                    error.group(1),
                    error.group(2),
                    behind(printed, command, SURE).group(1)));
  }

  @Test
  void theCompressionThatLosesIsThatOfItsFile() throws IOException {
    JsonNode lost = json("compress/resnet-20-6x.json");
    assertThat(lost.get("compression").asDouble()).isBetween(6.0, 6.01);
    assertThat(sentences(PrintedPage.named("docs/targets.md").section("## Where it loses")))
        .contains(
            "from %s to %s error on the %s test pictures that were read once, at a sixth of its weights (%s points worse, at most %s with 80 %%;"
                .formatted(
                    percent(lost.get("rest_error_percent_dense").asDouble()),
                    percent(lost.get("rest_error_percent").asDouble()),
                    grouped(lost.get("rest_examples").asLong()),
                    fixed(lost.get("rest_error_percent_worse_by").asDouble(), 1),
                    fixed(lost.get("rest_error_percent_worse_at_most").asDouble(), 1)))
        .contains("its " + lost.get("epochs") + " epochs had noise");
  }

  @ParameterizedTest
  @CsvSource({"adult, adult-4KB", "mnist, mnist-02"})
  void theTwoCompressionsAreThoseOfTheirFiles(String run, String file) throws IOException {
    List<String> printed = lines("compress/" + file + ".txt");
    String command =
        printed.stream()
            .filter(line -> line.startsWith("./ockham compress runs/" + run + " "))
            .findFirst()
            .orElseThrow();
    Matcher error = behind(printed, command, CHANGED_ERROR);
    Matcher size = behind(printed, command, COMPRESSION);
    String dense = "./ockham evaluate runs/" + run;
    String small = "./ockham evaluate runs/" + run + "-small/model.safetensors";
    PrintedPage section = PrintedPage.named("docs/targets.md").section("## Two that were run");
    assertThat(section.text())
        .contains(
            " | `%s` | %s → %s | 1/%s | %s → %s %% | %s → %s %% |\n"
                .formatted(
                    command.replaceFirst("\\./ockham ", "").replaceFirst(" --threads .*", ""),
                    grouped(Long.parseLong(behind(printed, dense, FILE_BYTES).group(1))),
                    grouped(Long.parseLong(behind(printed, small, FILE_BYTES).group(1))),
                    size.group(1),
                    error.group(1),
                    error.group(2),
                    behind(printed, dense, ERROR).group(1),
                    behind(printed, small, ERROR).group(1)))
        .contains("results/compress/" + file + ".txt");
    for (String line : printed) {
      Matcher verdict = SURE.matcher(line);
      if (verdict.matches()) {
        assertThat(sentences(section))
            .contains("below " + verdict.group(1) + " % with 80 % probability");
      }
    }
    assertThat(printed).anyMatch(line -> line.endsWith(": holds"));
  }

  @Test
  void whatNoTrainingCostsIsWhatWasPrinted() throws IOException {
    List<String> printed = lines("printed/laplace.txt");
    PrintedPage section = PrintedPage.named("docs/evidence.md").section("## What it costs");
    assertThat(printed).containsAll(commands(section));
    assertThat(section.text())
        .contains(costRow("as it came", "r20", printed))
        .contains(costRow("`--laplace --sparsity 0.5`", "r20-0.5", printed))
        .contains(costRow("`--laplace --sparsity 0.6`", "r20-0.6", printed));
    assertThat(printed.stream().filter(line -> line.contains("(test, 10000 examples)"))).hasSize(3);
  }

  private static String costRow(String name, String file, List<String> printed) {
    String command = "./ockham evaluate " + file + ".safetensors ";
    return "| " + name + " | " + behind(printed, command, ERROR).group(1) + " % |\n";
  }

  /** Once of the file, once of what the command says today. */
  @Test
  void whatIsKnownOfTheEvidenceIsWhatTheExperimentSays() throws IOException {
    String page =
        sentences(PrintedPage.named("docs/evidence.md").section("## When the evidence is right"));
    for (JsonNode evidence :
        List.of(json("lab/evidence.json"), CommandLineRun.json("lab", "evidence", "--json"))) {
      JsonNode most = evidence.get("correlation").get(evidence.get("correlation").size() - 1);
      JsonNode low = evidence.get("noise").get(0);
      JsonNode right =
          all(evidence.get("noise"))
              .filter(noise -> noise.get("noise_ratio").asDouble() == 1)
              .findFirst()
              .orElseThrow();
      assertThat(low.get("noise_ratio").asDouble()).isEqualTo(0.1);
      assertThat(page)
          .contains(
              "whose inputs correlate by %s, either can go (ΔF = %s), but not both (%s)."
                  .formatted(
                      most.get("correlation").asString(),
                      nats(most, "one_exact"),
                      nats(most, "both_exact")),
              "The sum of both marginal verdicts is %s, and that of a mean-field posterior %s:"
                  .formatted(nats(most, "both_by_marginals"), nats(most, "both_by_mean_field")),
              "%s %% of the weights that are 0 stay; with the right one %s %%."
                  .formatted(
                      fixed(100 * low.get("kept_of_zeros").asDouble(), 0),
                      fixed(100 * right.get("kept_of_zeros").asDouble(), 0)));
    }
  }

  private static String nats(JsonNode row, String key) {
    return fixed(row.get(key).asDouble(), 2).replace('-', '−');
  }

  /** As files of printed lines have them. */
  private static List<String> commands(PrintedPage page) {
    return page.commands().stream().map(command -> "./ockham " + command).toList();
  }

  private static List<String> lines(String name) throws IOException {
    return Files.readAllLines(RESULTS.resolve(name));
  }

  /** The first line of a form behind the command that begins so, and before the next command. */
  private static Matcher behind(List<String> printed, String command, Pattern form) {
    int at = 0;
    while (!printed.get(at).startsWith(command)) {
      at++;
    }
    for (String line : printed.subList(at + 1, printed.size())) {
      Matcher matcher = form.matcher(line);
      if (matcher.matches()) {
        return matcher;
      }
      if (line.startsWith("./ockham ")) {
        break;
      }
    }
    throw new AssertionError(command + " printed no " + form);
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
    return page.text().replaceAll("\\n *", " ");
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
    return String.format(Locale.ROOT, "%,d", number);
  }

  private static boolean isCommand(String line) {
    return line.startsWith("./ockham ");
  }
}
