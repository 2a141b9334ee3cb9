package dev.ockham.onnx.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.onnx.read.map.OperatorTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The committed results of the node tests, and the table of docs/onnx.md that is made of them. */
final class ResultTable {
  private static final Path RESULTS = Path.of("src/test/resources/conformance/operators.json");
  private static final Path PAGE = Path.of("..", "docs", "onnx.md");
  private static final String BEGIN = "<!-- The tests of module onnx write this table. -->\n";
  private static final String END = "<!-- End of the table. -->\n";
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private ResultTable() {}

  /** Whether results and table are to be written, not compared. */
  static boolean writes() {
    return "write".equals(System.getProperty("ockham.onnx.table"));
  }

  /** Compares results with those committed, or writes them. */
  static void check(List<OperatorResult> results) throws IOException {
    if (writes()) {
      Files.writeString(RESULTS, JSON.writeValueAsString(results) + "\n");
    }
    List<OperatorResult> committed = committed();
    String what = RESULTS + "; -Dockham.onnx.table=write writes it anew";
    assertThat(results).filteredOn(each -> !committed.contains(each)).as(what).isEmpty();
    assertThat(committed).as(what).hasSameSizeAs(results);
  }

  /** The results as they are committed. */
  static List<OperatorResult> committed() throws IOException {
    return JSON.readValue(Files.readString(RESULTS), new TypeReference<List<OperatorResult>>() {});
  }

  /** Compares the page's table with that of the committed results, or writes it. */
  static void checkPage() throws IOException {
    String page = Files.readString(PAGE);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    int end = page.indexOf(END);
    assertThat(end).as("place of the table in %s", PAGE).isGreaterThanOrEqualTo(begin);
    String table = table(committed());
    if (writes()) {
      Files.writeString(PAGE, page.substring(0, begin) + table + page.substring(end));
    } else {
      assertThat(page.substring(begin, end))
          .as("table in %s; -Dockham.onnx.table=write writes it anew", PAGE)
          .isEqualTo(table);
    }
  }

  private static String table(List<OperatorResult> results) {
    List<String> lines = new ArrayList<>();
    lines.add("| Operator | Opsets tried | Tests passed | Goes out as | Does not pass, and why |");
    lines.add("|---|---|---|---|---|");
    results.forEach(result -> lines.add(row(result)));
    lines.add(total("all", results));
    lines.add(total("of mapped operators", mapped(results)));
    return String.join("\n", lines) + "\n";
  }

  /** Without those of several operators, and of operators that only pass their input on. */
  static List<OperatorResult> mapped(List<OperatorResult> results) {
    Set<String> mapped = OperatorTable.operators();
    return results.stream().filter(result -> mapped.contains(result.operator())).toList();
  }

  private static String total(String name, List<OperatorResult> results) {
    int tests = results.stream().mapToInt(OperatorResult::tests).sum();
    int passed = results.stream().mapToInt(OperatorResult::passed).sum();
    double percent = Math.round(1000.0 * passed / tests) / 10.0;
    return "| %s | | %s of %s, %s %% | | |".formatted(name, passed, tests, percent);
  }

  private static String row(OperatorResult result) {
    String reasons =
        result.unmet().entrySet().stream()
            .map(each -> each.getKey() + " (" + each.getValue().size() + ")")
            .collect(Collectors.joining("; "));
    String counts = result.passed() + " of " + result.tests();
    return "| %s | %s | %s | %s | %s |"
        .formatted(
            result.operator(),
            joined(result.opsets()),
            result.tests() > 0 ? counts : result.own() + " of ours, by ONNX Runtime",
            joined(result.exported()),
            reasons);
  }

  private static String joined(Collection<?> values) {
    return values.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }
}
