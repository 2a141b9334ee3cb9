package dev.ockham.onnx.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OrtException;
import dev.ockham.onnx.read.map.OperatorTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * ONNX's own tests of the operators that are mapped, as Debian's package {@code libonnx-testdata}
 * has them, for float32.
 */
class OperatorConformanceTest {
  /** What must pass of the tests that a graph of ours can express. */
  private static final double LEAST = 0.95;

  /** Operators that only pass their input on, which no mapping is needed for. */
  private static final Set<String> PASSING = Set.of("Identity", "Dropout");

  /** Operators that mostly stand between others, and are computed when a file is read. */
  private static final Set<String> FOLDED =
      Set.of("Constant", "ConstantOfShape", "Shape", "Size", "Range", "Mod", "Equal", "Not");

  /** Row for models that write an operator as several others. */
  private static final String DECOMPOSED = "(decomposed)";

  @Test
  void everyTestPassesOrIsExplained() throws IOException, OrtException {
    Optional<Path> place = NodeTest.place();
    assumeTrue(
        place.isPresent(), "there are no tests of ONNX here: install Debian's libonnx-testdata");
    SortedMap<String, Unmet> explained = Unmet.read();
    SortedMap<String, String> unexpected = new TreeMap<>();
    Set<String> seen = new TreeSet<>();
    SortedMap<String, OperatorResult> results = new TreeMap<>();
    tried().forEach(operator -> results.put(operator, OperatorResult.none(operator)));
    for (NodeTest test : NodeTest.all(place.orElseThrow())) {
      String row = row(test);
      if (row.isEmpty()) {
        continue;
      }
      NodeTestRun.Outcome outcome = NodeTestRun.of(test);
      Unmet unmet = explained.get(test.name());
      if (outcome.passed() == (unmet == null)) {
        seen.add(test.name());
      } else {
        unexpected.put(test.name(), outcome.toString());
      }
      String reason = unmet == null ? outcome.toString() : unmet.reason();
      results.compute(
          row,
          (name, before) -> {
            OperatorResult so = before == null ? OperatorResult.none(name) : before;
            return outcome.passed()
                ? so.withPassed(test.opset(), outcome.exported())
                : so.withUnmet(test.opset(), reason, test.name());
          });
    }
    assertThat(unexpected).as("tests whose outcome %s does not explain", "unmet.txt").isEmpty();
    assertThat(seen).containsAll(explained.keySet());
    requireMost(results.values(), explained);
    results.putAll(OwnTest.results());
    ResultTable.check(List.copyOf(results.values()));
  }

  private static SortedSet<String> tried() {
    SortedSet<String> tried = OperatorTable.operators();
    tried.addAll(PASSING);
    return tried;
  }

  /** The row of the table that a test counts in; empty if it is not of a mapped operator. */
  private static String row(NodeTest test) {
    List<String> operators = test.operators();
    if (!test.isPlain() || !test.isFloat()) {
      return "";
    }
    if (operators.size() == 1) {
      return tried().contains(operators.getFirst()) ? operators.getFirst() : "";
    }
    SortedSet<String> known = tried();
    known.addAll(FOLDED);
    return known.containsAll(operators) ? DECOMPOSED : "";
  }

  private static void requireMost(Iterable<OperatorResult> results, Map<String, Unmet> explained) {
    int expressible = 0;
    int passed = 0;
    for (OperatorResult result : results) {
      expressible += result.passed();
      passed += result.passed();
      for (List<String> names : result.unmet().values()) {
        for (String name : names) {
          expressible += Objects.requireNonNull(explained.get(name)).expressible() ? 1 : 0;
        }
      }
    }
    assertThat((double) passed / expressible).isGreaterThanOrEqualTo(LEAST);
  }

  @Test
  void operatorsWithoutNodeTestsAgreeWithOnnxRuntime() throws IOException, OrtException {
    var results = OwnTest.results().values();
    assertThat(ResultTable.writes() ? List.copyOf(results) : ResultTable.committed())
        .filteredOn(result -> result.tests() == 0)
        .containsExactlyElementsOf(results);
  }

  @Test
  void theTableOfTheDocsIsMadeOfTheResults() throws IOException {
    ResultTable.checkPage();
  }

  @Test
  void theResultsHaveARowForEveryMappedOperator() throws IOException {
    List<String> rows = new ArrayList<>();
    for (OperatorResult result : ResultTable.committed()) {
      assertThat(result.tests() + result.own()).as("tests of %s", result.operator()).isPositive();
      rows.add(result.operator());
    }
    assertThat(rows).containsAll(tried());
    List<OperatorResult> mapped = ResultTable.mapped(ResultTable.committed());
    int tests = mapped.stream().mapToInt(OperatorResult::tests).sum();
    int passed = mapped.stream().mapToInt(OperatorResult::passed).sum();
    assertThat((double) passed / tests).isGreaterThanOrEqualTo(LEAST);
  }
}
