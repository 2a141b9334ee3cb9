package dev.ockham.cli.reproduce;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** Tables of cold starts and of layers at growing sparsity. */
final class InferenceTables {

  private InferenceTables() {}

  /** Cold starts; nothing where there are none. */
  static void starts(List<JsonNode> starts, StringBuilder text) {
    for (JsonNode start : starts) {
      text.append("### Cold starts\n\n```\n").append(start.path("command").asString());
      text.append("\n```\n\nA JVM that was just started loads a model and predicts one example,");
      text.append(" on the runtime's jar alone; milliseconds.\n\n");
      text.append("| model | vectors | median | fastest | slowest |\n|---|---|---|---|---|\n");
      for (JsonNode row : start.path("rows")) {
        JsonNode sorted = row.path("sorted_ms");
        text.append(
            String.format(
                Locale.ROOT,
                "| %s | %s | %.0f | %.0f | %.0f |\n",
                row.path("model").asString(),
                row.path("vectors").asBoolean() ? "yes" : "no",
                row.path("median_ms").asDouble(),
                sorted.path(0).asDouble(),
                sorted.path(sorted.size() - 1).asDouble()));
      }
      text.append(
          String.format(
              Locale.ROOT,
              "\n%s; the jar has %,d bytes.\n\n",
              start.path("java").asString(),
              start.path("jar_bytes").asLong()));
    }
  }

  /** A line of the grid: medians of Ockham by sparsity, and that of ONNX Runtime. */
  private static final class Line {
    private final Map<Double, Double> ockham = new TreeMap<>();
    private double onnxRuntime = Double.NaN;
  }

  /** Layers at growing sparsity, by JMH; nothing where there are none. */
  static void grids(List<JsonNode> grids, StringBuilder text) {
    Map<String, Line> lines = new LinkedHashMap<>();
    TreeSet<Double> sparsities = new TreeSet<>();
    for (JsonNode grid : grids) {
      for (JsonNode row : grid.path("rows")) {
        String name =
            "`%s` | %s".formatted(row.path("layer").asString(), row.path("batch").asInt());
        Line line = lines.computeIfAbsent(name, _ -> new Line());
        double median = row.path("p50_us").asDouble();
        if (row.path("runner").asString().equals("ockham")) {
          double sparsity = row.path("sparsity").asDouble();
          line.ockham.put(sparsity, median);
          sparsities.add(sparsity);
        } else {
          line.onnxRuntime = median;
        }
      }
    }
    if (!lines.isEmpty()) {
      grid(lines, sparsities, text);
    }
  }

  private static void grid(Map<String, Line> lines, NavigableSet<Double> all, StringBuilder text) {
    text.append("### Break-even points\n\n```\nbench/rivals.sh grid\n```\n\n");
    text.append(
        "One layer on one thread: ONNX Runtime's time for the dense layer over Ockham's for");
    text.append(" one of which a share of the weights is gone. Above 1 Ockham is faster.\n\n");
    text.append("| layer | batch | ONNX Runtime, µs |");
    all.forEach(sparsity -> text.append(" %s |".formatted(sparsity)));
    text.append(" even from |\n|---|---|---|").append("---|".repeat(all.size() + 1)).append('\n');
    lines.forEach((name, line) -> {
      text.append("| %s | %s |".formatted(name, InferencePage.micros(line.onnxRuntime)));
      String even = "never";
      for (double sparsity : all.descendingSet()) {
        if (line.onnxRuntime >= line.ockham.getOrDefault(sparsity, Double.NaN)) {
          even = String.valueOf(sparsity);
        } else {
          break;
        }
      }
      for (double sparsity : all) {
        double ratio = line.onnxRuntime / line.ockham.getOrDefault(sparsity, Double.NaN);
        text.append(String.format(Locale.ROOT, " %.2f |", ratio));
      }
      text.append(" %s |\n".formatted(even));
    });
    text.append('\n');
  }
}
