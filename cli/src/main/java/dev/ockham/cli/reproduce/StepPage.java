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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * The section {@code Times} of {@code docs/performance.md}: what {@code bench/measure-steps.sh}
 * wrote into {@code results/bench}. Nothing in it is typed.
 *
 * @param steps results of {@code step-*.json}, in the order of their names
 * @param textbooks results of {@code textbook-*.json}, likewise
 * @param before what {@code steps-before.json} holds
 * @param epochs results of {@code epoch-*.json}
 * @param validations results of {@code validation-*.json}
 */
public record StepPage(
    List<JsonNode> steps,
    List<JsonNode> textbooks,
    List<JsonNode> before,
    List<JsonNode> epochs,
    List<JsonNode> validations) {

  /** Copies the lists. */
  public StepPage {
    steps = List.copyOf(steps);
    textbooks = List.copyOf(textbooks);
    before = List.copyOf(before);
    epochs = List.copyOf(epochs);
    validations = List.copyOf(validations);
  }

  /**
   * Reads what a folder of results holds.
   *
   * @throws RunException if a file in it is no JSON
   */
  public static StepPage read(Path folder) throws IOException {
    return new StepPage(
        InferencePage.read(folder, "step-"),
        InferencePage.read(folder, "textbook-"),
        InferencePage.read(folder, "steps-before"),
        InferencePage.read(folder, "epoch-"),
        InferencePage.read(folder, "validation-"));
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
    return MadePart.in(page, "docs/performance.md", MadePart.OF_STEPS, section());
  }

  /** The tables. */
  public String section() {
    StringBuilder text = new StringBuilder("\n");
    if (steps.isEmpty()) {
      return text.append("Nothing was measured yet.\n\n").toString();
    }
    StepTargets.write(this, text);
    races(text);
    parts(text);
    textbooks(text);
    epochs.forEach(epoch -> epochs(epoch, text));
    validations(text);
    return text.toString();
  }

  private void races(StringBuilder text) {
    commands(steps, text);
    text.append(
        "Milliseconds a step, medians. `dense` and `eager` have one thread in each row.\n\n");
    text.append("| network | batch | threads | `dense` | `dense_parallel` | `dense_fused` |");
    text.append(" `eager` | `ockham` | ockham ÷ dense | ockham ÷ dense_fused | eager ÷ ockham |\n");
    text.append("|---|---|---|---|---|---|---|---|---|---|---|\n");
    for (JsonNode step : steps) {
      text.append(
          "| %s | %s | %s |"
              .formatted(
                  name(step), number(step, "batch", "%.0f"), number(step, "threads", "%.0f")));
      for (String lane : List.of("dense", "dense_parallel", "dense_fused", "eager", "ockham")) {
        text.append(" %s |".formatted(millis(step.path(lane + "_ms"))));
      }
      for (String ratio :
          List.of("ockham_over_dense", "ockham_over_dense_fused", "eager_over_ockham")) {
        text.append(" %s |".formatted(number(step, ratio, "%.2f")));
      }
      text.append('\n');
    }
    text.append('\n');
    circumstances(steps, text);
  }

  private void parts(StringBuilder text) {
    text.append("### Where the time goes\n\n");
    text.append(
        "Milliseconds of `ockham`; each is a median of its own, so that they need not add up.");
    text.append(
        " And megabytes that malloc holds more than before a runner began; - where not more.\n\n");
    text.append(
        "| network | threads | forward | of it noise | backward | update | `dense` holds |");
    text.append(
        " `dense_fused` | `eager` | `ockham` |\n|---|---|---|---|---|---|---|---|---|---|\n");
    for (JsonNode step : steps) {
      text.append("| %s | %s |".formatted(name(step), number(step, "threads", "%.0f")));
      for (String part : List.of("forward_ms", "noise_ms", "backward_ms", "update_ms")) {
        text.append(" %s |".formatted(millis(step.path(part))));
      }
      for (String lane : List.of("dense", "dense_fused", "eager", "ockham")) {
        double bytes = step.path(lane + "_bytes").asDouble(0);
        text.append(bytes > 0 ? String.format(Locale.ROOT, " %.1f |", bytes / 1e6) : " - |");
      }
      text.append('\n');
    }
    text.append('\n');
  }

  private void textbooks(StringBuilder text) {
    if (textbooks.isEmpty()) {
      return;
    }
    text.append("### The textbook's step in Python\n\n```\n");
    text.append("/usr/bin/python3 bench/python/textbook_step.py --arch A\n```\n\n");
    text.append("| network | PyTorch | threads | dense, ms | Sparse VD, ms | ratio |\n");
    text.append("|---|---|---|---|---|---|\n");
    for (JsonNode textbook : textbooks) {
      text.append(
          "| %s | %s | %s | %s | %s | %s |\n"
              .formatted(
                  textbook.path("architecture").asString(),
                  textbook.path("torch").asString(),
                  number(textbook, "threads", "%.0f"),
                  millis(textbook.path("dense_ms")),
                  millis(textbook.path("eager_ms")),
                  number(textbook, "eager_over_dense", "%.2f")));
    }
    text.append('\n');
  }

  /** The first epochs, some in the middle, and the last. */
  private static void epochs(JsonNode race, StringBuilder text) {
    text.append("### Networks that shrink\n\n");
    commands(List.of(race), text);
    text.append(
        "The dense network and Sparse VD take turns, an epoch each, both by Ockham's step,");
    text.append(" with batches, validation and all.\n\n");
    text.append(
        "| epoch | dense, s | Sparse VD, s | live units | compression | validation error |");
    text.append("\n|---|---|---|---|---|---|\n");
    JsonNode all = race.path("epochs");
    for (JsonNode epoch : all) {
      int number = epoch.path("epoch").asInt();
      boolean shown = Stream.of(1, 2, 20, 40, 100, all.size()).anyMatch(n -> n == number);
      if (!shown) {
        continue;
      }
      String units =
          epoch
              .path("layers")
              .valueStream()
              .map(layer -> String.valueOf(layer.path("live_units").asInt()))
              .collect(Collectors.joining("-"));
      text.append(
          "| %s | %s | %s | %s | %s | %s |\n"
              .formatted(
                  String.valueOf(number),
                  number(epoch, "dense_seconds", "%.2f"),
                  number(epoch, "seconds", "%.2f"),
                  units,
                  number(epoch, "compression", "%.1f×"),
                  number(epoch, "error_percent", "%.2f %%")));
    }
    double dense = sum(all, "dense_seconds");
    text.append(
        "\nSparse VD takes %s of what the dense network does in the median of the epochs, %s over all"
                .formatted(
                    number(race, "ockham_over_dense", "%.2f"),
                    String.format(Locale.ROOT, "%.2f", sum(all, "seconds") / dense))
            + " of them; its last takes %s of the faster of its first two (the first also compiles).\n\n"
                .formatted(number(race, "last_over_first", "%.2f")));
    circumstances(List.of(race), text);
  }

  private static double sum(JsonNode epochs, String name) {
    return epochs.valueStream().mapToDouble(epoch -> epoch.path(name).asDouble()).sum();
  }

  private void validations(StringBuilder text) {
    if (validations.isEmpty()) {
      return;
    }
    text.append("### A look at held-out examples\n\n");
    commands(validations, text);
    text.append(
        "What training does between epochs, in milliseconds: by its own pass (libtorch), and");
    text.append(" by a plan, its making included.\n\n");
    text.append("| network | examples | threads | weights gone | pass | plan | pass ÷ plan |\n");
    text.append("|---|---|---|---|---|---|---|\n");
    for (JsonNode race : validations) {
      for (JsonNode row : race.path("rows")) {
        text.append(
            "| %s | %s | %s | %s %% | %s | %s | %s |\n"
                .formatted(
                    race.path("architecture").asString(),
                    number(race, "examples", "%,.0f"),
                    number(race, "threads", "%.0f"),
                    String.format(Locale.ROOT, "%.0f", 100 * row.path("sparsity").asDouble()),
                    millis(row.path("pass_ms")),
                    millis(row.path("plan_ms")),
                    number(row, "pass_over_plan", "%.2f")));
      }
    }
    text.append('\n');
    circumstances(validations, text);
  }

  private static void commands(List<JsonNode> results, StringBuilder text) {
    text.append("```\n");
    for (JsonNode result : results) {
      text.append("./").append(result.path("command").asString()).append('\n');
    }
    text.append("```\n\n");
  }

  private static void circumstances(List<JsonNode> results, StringBuilder text) {
    results.stream()
        .map(Circumstances::line)
        .collect(Collectors.toCollection(TreeSet::new))
        .forEach(line -> text.append(line).append('\n'));
    text.append('\n');
  }

  /** Network, and what is not as usual in its race. */
  private static String name(JsonNode step) {
    List<String> words = new ArrayList<>(List.of(step.path("architecture").asString()));
    if (step.path("kernels").asString().equals("scalar")) {
      words.add("without SIMD");
    }
    if (step.path("command").asString().contains("--variance-products float32")) {
      words.add("float32 asked for");
    }
    if (step.path("precision").asString().contains("bfloat16")) {
      words.add("variances bfloat16");
    }
    return String.join(", ", words);
  }

  private static String number(JsonNode node, String name, String form) {
    JsonNode number = node.path(name);
    return number.isNumber() ? String.format(Locale.ROOT, form, number.asDouble()) : "-";
  }

  private static String millis(JsonNode millis) {
    return millis.isNumber()
        ? String.format(Locale.ROOT, millis.asDouble() < 10 ? "%.2f" : "%.1f", millis.asDouble())
        : "-";
  }
}
