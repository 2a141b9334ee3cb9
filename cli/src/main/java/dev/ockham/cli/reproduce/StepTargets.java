package dev.ockham.cli.reproduce;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import tools.jackson.databind.JsonNode;

/** What a step of training must reach, what it aims at, and what it reached. */
final class StepTargets {

  private static final String LENET_300 = "lenet-300-100";
  private static final String LENET_5 = "lenet-5-caffe";
  private static final String WIDE = "mlp:784-2000-2000-10";
  private static final String RESNET = "resnet-20";
  private static final String OURS = "ockham_over_dense";
  private static final String EAGER = "eager_over_ockham";

  /** What an architecture is raced with in the usual row. */
  private static final Way USUAL = new Way(1, "vector", "float32");

  private final StepPage page;
  private final TargetTable table;

  private StepTargets(StepPage page, TargetTable table) {
    this.page = page;
    this.table = table;
  }

  /**
   * How a step was computed.
   *
   * @param threads cores
   * @param kernels with which they begin
   * @param precision with which it ends
   */
  private record Way(int threads, String kernels, String precision) {

    Way threads(int number) {
      return new Way(number, kernels, precision);
    }

    Way precision(String name) {
      return new Way(threads, kernels, name);
    }

    Way scalar() {
      return new Way(threads, "scalar", precision);
    }

    boolean is(JsonNode step) {
      return step.path("threads").asInt() == threads
          && step.path("kernels").asString().startsWith(kernels)
          && step.path("precision").asString().endsWith(precision);
    }
  }

  /** Writes the table; what was not measured says so. */
  static void write(StepPage page, StringBuilder text) {
    var table = new TargetTable(text, "ratio of medians, one thread unless said");
    new StepTargets(page, table).lines();
    text.append('\n');
  }

  private void lines() {
    Way bfloat16 = USUAL.precision("bfloat16");
    table.most("LeNet-300-100, ours ÷ dense", 1.5, "1.0", of(LENET_300, USUAL, OURS));
    table.most("LeNet-5-Caffe, ours ÷ dense", 1.4, "1.0", of(LENET_5, USUAL, OURS));
    table.most(WIDE + ", ours ÷ dense, variances bfloat16", 1.5, "1.1", of(WIDE, bfloat16, OURS));
    table.most("the same, float32", 2, "", of(WIDE, USUAL, OURS));
    String parallel = "ockham_over_dense_parallel";
    table.most(
        "resnet-20, two threads, ours ÷ `dense_parallel`",
        2.5,
        "2.0",
        of(RESNET, USUAL.threads(2), parallel));
    table.least("LeNet-300-100, eager ÷ ours", 3, "4.5", of(LENET_300, USUAL, EAGER));
    table.least("LeNet-5-Caffe, eager ÷ ours", 1.9, "2.7", of(LENET_5, USUAL, EAGER));
    table.most(
        "LeNet-5-Caffe, two threads ÷ one, each by `dense` of its own race",
        0.6,
        "0.55",
        ratio(of(LENET_5, USUAL.threads(2), OURS), of(LENET_5, USUAL, OURS)));
    for (String each : List.of(LENET_300, LENET_5)) {
      table.least(
          each + ", without SIMD ÷ with, each by `dense` of its own race",
          2,
          "",
          ratio(of(each, USUAL.scalar(), OURS), of(each, USUAL, OURS)));
    }
    table.most(WIDE + ", bytes, ours ÷ dense, float32", 2.5, "2.3", bytes(USUAL));
    table.most("the same, variances bfloat16", 2.5, "2.3", bytes(bfloat16));
    table.most(
        "last ÷ faster of the first two epochs, LeNet-300-100, 200 epochs", 0.5, "0.3", epochs());
    page.before().forEach(this::graphs);
  }

  private void graphs(JsonNode before) {
    for (JsonNode row : before.path("rows")) {
      boolean same =
          row.path("architecture").asString().endsWith("caffe")
              || row.path("architecture").asString().equals(LENET_300);
      table.most(
          "step now ÷ before networks were graphs, %s, %s"
              .formatted(
                  row.path("method").asString(), "`" + row.path("architecture").asString() + "`"),
          same ? 1.03 : 0.7,
          same ? "0.95" : "0.5",
          OptionalDouble.of(row.path("now_over_before").asDouble()));
    }
  }

  private Optional<JsonNode> step(String architecture, Way way) {
    return page.steps().stream()
        .filter(step -> step.path("architecture").asString().equals(architecture))
        .filter(way::is)
        .findFirst();
  }

  private OptionalDouble of(String architecture, Way way, String ratio) {
    return number(step(architecture, way), ratio);
  }

  private OptionalDouble bytes(Way way) {
    Optional<JsonNode> wide = step(WIDE, way);
    return ratio(number(wide, "ockham_bytes"), number(wide, "dense_bytes"));
  }

  private OptionalDouble epochs() {
    return number(page.epochs().stream().findFirst(), "last_over_first");
  }

  private static OptionalDouble number(Optional<JsonNode> result, String name) {
    return result
        .filter(found -> found.path(name).isNumber())
        .map(found -> OptionalDouble.of(found.path(name).asDouble()))
        .orElse(OptionalDouble.empty());
  }

  private static OptionalDouble ratio(OptionalDouble above, OptionalDouble below) {
    return above.isPresent() && below.isPresent()
        ? OptionalDouble.of(above.getAsDouble() / below.getAsDouble())
        : OptionalDouble.empty();
  }
}
