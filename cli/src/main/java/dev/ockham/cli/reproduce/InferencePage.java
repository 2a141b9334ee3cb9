package dev.ockham.cli.reproduce;

import dev.ockham.core.run.RunException;
import dev.ockham.runtime.file.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The section {@code Inference} of {@code docs/performance.md}, made of what {@code bench inference
 * --json} and its like wrote into {@code results/bench}. Nothing in it is typed.
 *
 * @param races results of {@code inference-*.json}, in the order of their names
 * @param products results of {@code sparse-*.json}, likewise
 * @param files results of {@code compact-*.json}, likewise
 * @param starts results of {@code start-*.json}, likewise
 * @param grids results of {@code grid-*.json}, likewise
 */
public record InferencePage(
    List<JsonNode> races,
    List<JsonNode> products,
    List<JsonNode> files,
    List<JsonNode> starts,
    List<JsonNode> grids) {

  private static final JsonMapper JSON = new JsonMapper();

  /** Copies the lists. */
  public InferencePage {
    races = List.copyOf(races);
    products = List.copyOf(products);
    files = List.copyOf(files);
    starts = List.copyOf(starts);
    grids = List.copyOf(grids);
  }

  /**
   * Reads what a folder of results holds.
   *
   * @throws RunException if a file in it is no JSON
   */
  public static InferencePage read(Path folder) throws IOException {
    return new InferencePage(
        read(folder, "inference-"),
        read(folder, "sparse-"),
        read(folder, "compact-"),
        read(folder, "start-"),
        read(folder, "grid-"));
  }

  /** The results of a folder whose names begin so, in the order of their names. */
  static List<JsonNode> read(Path folder, String prefix) throws IOException {
    List<JsonNode> found = new ArrayList<>();
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : new TreeSet<>(all.toList())) {
        String name = String.valueOf(file.getFileName());
        if (name.startsWith(prefix) && name.endsWith(".json")) {
          found.add(json(file));
        }
      }
    }
    return found;
  }

  private static JsonNode json(Path file) throws IOException {
    try {
      return JSON.readTree(Files.readString(file));
    } catch (JacksonException e) {
      throw new RunException("%s is no JSON: %s".formatted(file, e.getOriginalMessage()));
    }
  }

  /**
   * Writes the section of a source folder.
   *
   * @throws RunException if the page has no place for it
   */
  public void write(Path root) throws IOException {
    Path page = root.resolve("docs").resolve("performance.md");
    AtomicFile.writeString(page, in(Files.readString(page)));
  }

  /** The page with the section of now in it. */
  public String in(String page) throws RunException {
    return MadePart.in(page, "docs/performance.md", MadePart.OF_BENCH, section());
  }

  /** The tables. */
  public String section() {
    StringBuilder text = new StringBuilder("\n");
    if (Stream.of(races, products, files, starts, grids).allMatch(List::isEmpty)) {
      return text.append("Nothing was measured yet.\n\n").toString();
    }
    if (!races.isEmpty()) {
      InferenceTargets.write(this, text);
      races(text);
      percentiles(text);
    }
    if (!products.isEmpty()) {
      products(text);
    }
    InferenceTables.starts(starts, text);
    InferenceTables.grids(grids, text);
    if (!files.isEmpty()) {
      files(text);
    }
    return text.toString();
  }

  private void races(StringBuilder text) {
    text.append("```\n");
    races.forEach(race -> text.append("./").append(race.path("command").asString()).append('\n'));
    text.append("```\n\nMicroseconds a batch, medians.\n\n");
    text.append(
        "| network | weights | batch | threads | Ockham | ONNX Runtime, dense | ONNX Runtime,"
            + " pruned | libtorch, dense | Ockham, dense | dense ONNX Runtime ÷ Ockham | pruned"
            + " ONNX Runtime ÷ Ockham | Ockham's dense ÷ ONNX Runtime's |\n");
    text.append("|---|---|---|---|---|---|---|---|---|---|---|---|\n");
    for (JsonNode race : races) {
      for (JsonNode row : race.path("rows")) {
        text.append(
            String.format(
                Locale.ROOT,
                "| %s | %,d of %,d | %d | %d | %s | %s | %s | %s | %s | **%.1f** | %.1f | %.2f |\n",
                race.path("model").asString(),
                race.path("nonzero_weights").asLong(),
                race.path("weights").asLong(),
                row.path("batch").asInt(),
                row.path("threads").asInt(),
                micros(row, "ockham"),
                micros(row, "ort_dense"),
                micros(row, "ort_pruned"),
                micros(row, "libtorch_dense"),
                micros(row, "ockham_dense"),
                row.path("ort_dense_over_ockham").asDouble(),
                row.path("ort_pruned_over_ockham").asDouble(),
                row.path("ockham_dense_over_ort_dense").asDouble()));
      }
    }
    text.append('\n');
    TreeSet<String> said = new TreeSet<>();
    races.forEach(race -> said.add(circumstances(race)));
    said.forEach(line -> text.append(line).append('\n'));
    text.append('\n');
  }

  private void percentiles(StringBuilder text) {
    text.append("Of single calls: the median and what 90, 99 and 99.9 of 100 stay within, in");
    text.append(" microseconds, and bytes that a call of Ockham's allocates on its thread.\n\n");
    text.append("| network | batch | threads | Ockham | ONNX Runtime, dense | bytes |\n");
    text.append("|---|---|---|---|---|---|\n");
    for (JsonNode race : races) {
      for (JsonNode row : race.path("rows")) {
        JsonNode percentiles = row.path("p50_p90_p99_p999_us");
        text.append(
            String.format(
                Locale.ROOT,
                "| %s | %d | %d | %s | %s | %,.0f |\n",
                race.path("model").asString(),
                row.path("batch").asInt(),
                row.path("threads").asInt(),
                micros(percentiles.path("ockham")),
                micros(percentiles.path("ort_dense")),
                row.path("ockham_allocated_bytes").asDouble()));
      }
    }
    text.append('\n');
  }

  private static String micros(JsonNode several) {
    List<String> all = new ArrayList<>();
    several.forEach(each -> all.add(micros(each.asDouble())));
    return String.join(", ", all);
  }

  private static String micros(JsonNode row, String runner) {
    return micros(row.path(runner + "_us").asDouble());
  }

  /** Microseconds as tables have them. */
  static String micros(double micros) {
    return String.format(Locale.ROOT, micros < 100 ? "%.2f" : "%.0f", micros);
  }

  private static String circumstances(JsonNode race) {
    JsonNode software = race.path("software");
    return String.format(
        Locale.ROOT,
        "On %s with %d cores; Java %s, ONNX Runtime %s, libtorch %s; commit %s.",
        race.path("machine").path("processor").asString(),
        race.path("machine").path("cores").asInt(),
        software.path("java").asString(),
        software.path("onnxruntime").asString("none"),
        software.path("libtorch").asString("none"),
        software.path("commit").asString());
  }

  private void products(StringBuilder text) {
    text.append("### Sparse products of others\n\n```\nbench/rivals.sh products\n```\n\n");
    text.append("One dense layer on one thread, microseconds a batch, medians. Whole calls take");
    text.append(
        " examples behind each other, and MKL turns them itself where that is faster; beside");
    text.append(" them the products alone, on numbers that lie as each likes them best.\n\n");
    text.append(
        "| layer | density | batch | Ockham | MKL | Ockham ÷ MKL | Ockham, product alone |");
    text.append(" MKL | oneDNN | Ockham's product ÷ the better | Ockham's call ÷ that |\n");
    text.append("|---|---|---|---|---|---|---|---|---|---|---|\n");
    for (JsonNode product : products) {
      for (JsonNode row : product.path("rows")) {
        text.append(
            String.format(
                Locale.ROOT,
                "| %s | %.0f %% | %d | %s | %s | **%.2f** | %s | %s | %s | **%.2f** | %.2f |\n",
                row.path("layer").asString(),
                100 * row.path("density").asDouble(),
                row.path("batch").asInt(),
                micros(row, "ockham"),
                micros(row, "mkl_whole"),
                row.path("ockham_over_whole").asDouble(),
                micros(row, "ockham_in_lanes"),
                micros(row, "mkl"),
                micros(row, "onednn"),
                row.path("in_lanes_over_better").asDouble(),
                row.path("ockham_over_better").asDouble()));
      }
      text.append(
          String.format(
              Locale.ROOT,
              "\n%s; oneDNN %s.\n",
              product.path("mkl").asString(),
              product.path("onednn").asString()));
    }
    text.append('\n');
  }

  private void files(StringBuilder text) {
    text.append("### Compact files\n\n```\n");
    files.forEach(file -> text.append("./").append(file.path("command").asString()).append('\n'));
    text.append("```\n\n");
    text.append("Errors are of the test images.\n\n");
    text.append("| model | bytes | compact | of it no numbers | error | compact |\n");
    text.append("|---|---|---|---|---|---|\n");
    for (JsonNode file : files) {
      text.append(
          String.format(
              Locale.ROOT,
              "| %s | %,d | **%,d** | %d | %.2f %% | %.2f %% |\n",
              file.path("model").asString(),
              file.path("bytes").asLong(),
              file.path("compact_bytes").asLong(),
              file.path("compact_header_bytes").asLong(),
              file.path("error_percent").asDouble(),
              file.path("compact_error_percent").asDouble()));
    }
    text.append('\n');
  }
}
