package dev.ockham.cli.reproduce;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** What inference must reach, what it aims at, and what it reached, from the same results. */
final class InferenceTargets {

  private static final String LENET_300 = "lenet-300-100-sparse-vd";
  private static final String LENET_5 = "lenet-5-caffe-sparse-vd";
  private static final String RANDOM = "--sparsity 0.9";
  private static final String STRUCTURED = "--channels 0.5";
  private static final String OURS = "ort_dense_over_ockham";
  private static final String DENSE = "ockham_dense_over_ort_dense";
  private static final String BETTER = "in_lanes_over_better";

  private final InferencePage page;
  private final TargetTable table;

  private InferenceTargets(InferencePage page, StringBuilder text) {
    this.page = page;
    this.table = new TargetTable(text, "ratio of medians, one thread unless said");
  }

  /** Writes the table; what was not measured says so. */
  static void write(InferencePage page, StringBuilder text) {
    new InferenceTargets(page, text).lines();
    text.append('\n');
  }

  private void lines() {
    for (int batch : new int[] {1, 100}) {
      least("LeNet-300-100", LENET_300, batch, 10, batch == 1 ? "25" : "20");
    }
    for (int batch : new int[] {1, 100}) {
      least("LeNet-5-Caffe", LENET_5, batch, 10, batch == 1 ? "20" : "25");
    }
    least("resnet-20, 90 % of the weights gone", RANDOM, 1, 2, "5");
    least("resnet-20, half of the channels gone", STRUCTURED, 1, 1.5, "3");
    for (int batch : new int[] {1, 100}) {
      String what = "dense resnet-20, Ockham ÷ ONNX Runtime, batch " + batch;
      table.most(what, 2, "1.2", race(RANDOM, batch, DENSE));
    }
    product(1, 1.2, "0.7");
    product(100, 0.6, "0.3");
    table.most("two threads ÷ one, batch 1,000, LeNet-5-Caffe", 0.55, "", threads(LENET_5));
    table.most("the same, resnet-20 without 90 % of its weights", 0.55, "", threads(RANDOM));
    table.most("load + first prediction of a cold JVM, ms, slowest model", 150, "90", start());
    table.most("bytes that a call on one thread allocates, largest", 0, "", allocated());
  }

  private void least(String what, String command, int batch, double must, String aim) {
    String whole = what + ", ONNX Runtime dense ÷ Ockham, batch " + batch;
    table.least(whole, must, aim, race(command, batch, OURS));
  }

  private void product(int batch, double must, String aim) {
    String what =
        "dense layer 300×784 at 2 %, product alone ÷ the better of MKL and oneDNN, batch ";
    table.most(what + batch, must, aim, products(batch, BETTER));
    String whole = "the same, whole call ÷ MKL's with its transpositions, batch ";
    table.most(whole + batch, must, aim, products(batch, "ockham_over_whole"));
  }

  private OptionalDouble race(String command, int batch, String ratio) {
    return rows(command)
        .filter(row -> row.path("batch").asInt() == batch && row.path("threads").asInt() == 1)
        .mapToDouble(row -> row.path(ratio).asDouble())
        .findFirst();
  }

  private OptionalDouble threads(String command) {
    OptionalDouble one = thousand(command, 1);
    OptionalDouble two = thousand(command, 2);
    return one.isPresent() && two.isPresent()
        ? OptionalDouble.of(two.getAsDouble() / one.getAsDouble())
        : OptionalDouble.empty();
  }

  private OptionalDouble thousand(String command, int threads) {
    return rows(command)
        .filter(row -> row.path("batch").asInt() == 1000)
        .filter(row -> row.path("threads").asInt() == threads)
        .mapToDouble(row -> row.path("ockham_us").asDouble())
        .findFirst();
  }

  private OptionalDouble allocated() {
    return rows("")
        .filter(row -> row.path("threads").asInt() == 1)
        .mapToDouble(row -> row.path("ockham_allocated_bytes").asDouble())
        .max();
  }

  private OptionalDouble products(int batch, String ratio) {
    return rows(page.products())
        .filter(row -> row.path("batch").asInt() == batch && row.has(ratio))
        .mapToDouble(row -> row.path(ratio).asDouble())
        .findFirst();
  }

  private OptionalDouble start() {
    ToDoubleFunction<JsonNode> median = row -> row.path("median_ms").asDouble();
    return rows(page.starts()).mapToDouble(median).max();
  }

  private Stream<JsonNode> rows(String command) {
    return rows(
        page.races().stream()
            .filter(race -> race.path("command").asString().contains(command))
            .toList());
  }

  private static Stream<JsonNode> rows(List<JsonNode> results) {
    return results.stream().flatMap(result -> result.path("rows").valueStream());
  }
}
