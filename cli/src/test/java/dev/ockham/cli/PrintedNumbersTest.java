package dev.ockham.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Numbers on pages are those of files in {@code results}. */
class PrintedNumbersTest {

  private static final Path RESULTS = SourceTree.root().resolve("results");

  /** A set's row in the table of docs/quality.md: its name, and what is left of so many weights. */
  private static final Pattern ROW =
      Pattern.compile("^\\| ([\\w-]+) \\| (.+) / (.+) \\| (\\d+) of (\\d+) \\|", Pattern.MULTILINE);

  /** What the demo says at its end. */
  private static final Pattern DEMO =
      Pattern.compile(
          "test error +(?<dense>\\S+)% +(?<pruned>\\S+)%\n.*?"
              + "compression +1\\.0x +(?<compression>\\S+)x\n"
              + "file \\(bytes\\) +(?<before>\\d+) +(?<after>\\d+)\n.*?"
              + "gave up (?<gone>\\S+) % .*? moved by (?<moved>\\S+) points.*?"
              + "\\((?<seconds>\\S+) s in all\\)",
          Pattern.DOTALL);

  /** What {@code evaluate} says first. */
  private static final Pattern EVALUATED =
      Pattern.compile(
          "^error +(\\S+) %\n.*?weights +(\\d+) of (\\d+) left, (\\S+)x\nfile +(\\d+) bytes",
          Pattern.DOTALL | Pattern.MULTILINE);

  /** Pages show lines of what was printed, and leave others out. */
  @ParameterizedTest
  @CsvSource({"quality, 2", "comparison, 2"})
  void pagesShowWhatWasPrinted(String name, int blocks) throws IOException {
    List<String> printed = Files.readAllLines(RESULTS.resolve("printed/" + name + ".txt"));
    PrintedPage page = PrintedPage.named("docs/" + name + ".md");
    List<String> shown = new ArrayList<>();
    int found = 0;
    for (String block : page.blocks("")) {
      if (!block.startsWith("./ockham ")) {
        found++;
        block.lines().filter(line -> !line.equals("…")).forEach(shown::add);
      }
    }
    assertThat(found).isEqualTo(blocks);
    assertThat(printed).containsAll(shown);
    for (String line : printed) {
      if (line.startsWith("./ockham ")) {
        // Running text breaks its lines where it likes.
        assertThat(page.text().replace('\n', ' '))
            .contains(line.replaceFirst("^\\./ockham ", "").replaceFirst(" --out .*", ""));
      } else if (line.startsWith("error  ")) {
        assertThat(page.text()).contains("the error (" + line.substring(5).strip() + ")");
      }
    }
  }

  @Test
  void theDemosTableIsWhatItPrinted() throws IOException {
    Matcher run = DEMO.matcher(printed("demo"));
    List<MatchResult> runs = run.results().toList();
    assertThat(runs).hasSize(3);
    String page = PrintedPage.named("docs/tour.md").section("## The demo").text();
    for (int i = 0; i < runs.size(); i++) {
      MatchResult each = runs.get(i);
      assertThat(page)
          .contains(
              "| %s | %s %% | %s %% | %s %% | %s× | %s bytes, %s× smaller |"
                  .formatted(
                      i + 1,
                      each.group("dense"),
                      each.group("pruned"),
                      each.group("gone"),
                      each.group("compression"),
                      grouped(each.group("after")),
                      smaller(each)));
    }
    assertThat(page)
        .contains(
            "| **median** | %s %% | %s %% | %s %% | %s× | %s× smaller |"
                .formatted(
                    median(runs, each -> each.group("dense")),
                    median(runs, each -> each.group("pruned")),
                    median(runs, each -> each.group("gone")),
                    median(runs, each -> each.group("compression")),
                    median(runs, PrintedNumbersTest::smaller)));
    assertThat(page.replace('\n', ' '))
        .contains(
            "The error moves by %s points, in the median by %s."
                .formatted(
                    listed(runs, each -> each.group("moved")),
                    median(runs, each -> each.group("moved"))))
        .contains("file, " + grouped(runs.getFirst().group("before")) + " bytes")
        .contains(
            "in %s seconds"
                .formatted(
                    listed(runs, each -> decimals(Double.parseDouble(each.group("seconds")), 0))));
  }

  @Test
  void theTableOfTheClothesNetworkIsWhatWasPrinted() throws IOException {
    String printed = printed("own-model");
    List<MatchResult> measured = EVALUATED.matcher(printed).results().toList();
    assertThat(measured).hasSize(2);
    MatchResult before = measured.getFirst();
    MatchResult after = measured.getLast();
    PrintedPage page = PrintedPage.named("docs/own-model.md");
    assertThat(page.text())
        .contains(
            "| as it came | %s %% | %s | %s bytes |"
                .formatted(before.group(1), grouped(before.group(2)), grouped(before.group(5))))
        .contains(
            "| pruned | %s %% | %s: %s× | %s bytes |"
                .formatted(
                    after.group(1),
                    grouped(after.group(2)),
                    after.group(4),
                    grouped(after.group(5))));
    Matcher first = Pattern.compile("epoch 1/15 .* val (\\S+) %").matcher(printed);
    assertThat(first.find()).isTrue();
    assertThat(page.text())
        .contains(
            "Validation errors are near %s %%"
                .formatted(decimals(Double.parseDouble(first.group(1)), 0)));
    for (String command : page.commands()) {
      assertThat(printed).contains("./ockham " + command + "\n");
    }
  }

  private static String printed(String name) throws IOException {
    return Files.readString(RESULTS.resolve("printed/" + name + ".txt"));
  }

  /** How many times the file before is as large as that after. */
  private static String smaller(MatchResult demo) {
    return decimals(
        Double.parseDouble(demo.group("before")) / Double.parseDouble(demo.group("after")), 1);
  }

  private static String grouped(String whole) {
    return String.format(Locale.ROOT, "%,d", Long.parseLong(whole));
  }

  /** The middle one, as it is written. */
  private static String median(List<MatchResult> runs, Function<MatchResult, String> number) {
    List<String> sorted =
        runs.stream().map(number).sorted(Comparator.comparingDouble(Double::parseDouble)).toList();
    return sorted.get(sorted.size() / 2);
  }

  private static String listed(List<MatchResult> runs, Function<MatchResult, String> number) {
    List<String> all = runs.stream().map(number).toList();
    return "%s, %s and %s".formatted(all.toArray());
  }

  @Test
  void theRegressionSetsAreThoseOfTheirFile() throws IOException {
    JsonNode sets =
        JsonMapper.shared().readTree(Files.readString(RESULTS.resolve("uci-regression.json")));
    Matcher row =
        ROW.matcher(
            PrintedPage.named("docs/quality.md").section("## Eight regression sets").text());
    List<String> names = new ArrayList<>();
    while (row.find()) {
      JsonNode set = sets.get(row.group(1));
      names.add(row.group(1));
      assertThat(row.group(2)).isEqualTo(shown(set.get("rmse"), row.group(2)));
      assertThat(row.group(3)).isEqualTo(shown(set.get("log_likelihood"), row.group(3)));
      assertThat(row.group(4)).isEqualTo(decimals(set.at("/left/mean").asDouble(), 0));
      assertThat(row.group(5)).isEqualTo(set.get("weights").asString());
    }
    assertThat(names).containsExactlyInAnyOrderElementsOf(sets.propertyNames());
  }

  /** A mean, and its standard error where the page has one, with the page's digits. */
  private static String shown(JsonNode measured, String page) {
    String first = page.replaceFirst(" ± .*", "");
    int digits = first.length() - first.indexOf('.') - 1;
    String mean = decimals(measured.get("mean").asDouble(), digits);
    double splits = 20;
    return page.contains("±")
        ? mean + " ± " + decimals(measured.get("deviation").asDouble() / Math.sqrt(splits), digits)
        : mean;
  }

  /** With the sign that tables have. */
  private static String decimals(double number, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", number).replace('-', '−');
  }
}
