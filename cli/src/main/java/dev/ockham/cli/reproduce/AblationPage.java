package dev.ockham.cli.reproduce;

import dev.ockham.core.run.RunException;
import dev.ockham.runtime.file.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import tools.jackson.databind.JsonNode;

/**
 * The tables of {@code docs/ablation.md}, made of what sweeps of single changes wrote: each file of
 * {@code results/ablation} is the {@code sweep.json} of one. Nothing in them is typed.
 *
 * @param sweeps what the files hold, in the order of their names
 */
public record AblationPage(List<JsonNode> sweeps) {

  /** Copies the list. */
  public AblationPage {
    sweeps = List.copyOf(sweeps);
  }

  /**
   * Reads what a folder of results holds; one that is not there holds nothing.
   *
   * @throws RunException if a file in it is no JSON
   */
  public static AblationPage read(Path folder) throws IOException {
    return new AblationPage(Files.isDirectory(folder) ? InferencePage.read(folder, "") : List.of());
  }

  /**
   * Writes the tables into the page of a source folder.
   *
   * @throws RunException if the page has no place for them
   */
  public void write(Path root) throws IOException {
    Path page = root.resolve("docs").resolve("ablation.md");
    AtomicFile.writeString(page, in(Files.readString(page)));
  }

  /** The page with the tables of now in it. */
  public String in(String page) throws RunException {
    return MadePart.in(page, "docs/ablation.md", MadePart.OF_REPRODUCE, tables());
  }

  /** All tables. */
  public String tables() {
    StringBuilder text = new StringBuilder("\n");
    if (sweeps.isEmpty()) {
      text.append("Nothing was measured yet.\n\n");
    }
    sweeps.forEach(sweep -> table(sweep, text));
    return text.toString();
  }

  /** Runs with one change, in the order of their seeds. */
  private record Change(String name, List<JsonNode> runs) {

    boolean finished() {
      return runs.stream().allMatch(run -> run.path("status").asString().equals("finished"));
    }

    DoubleSummaryStatistics of(String number) {
      return runs.stream().mapToDouble(run -> run.path(number).asDouble()).summaryStatistics();
    }

    String errors() {
      StringJoiner all = new StringJoiner(", ");
      for (JsonNode run : runs) {
        JsonNode error = run.path("error_percent");
        all.add(
            error.isNumber()
                ? String.format(Locale.ROOT, "%.2f", error.asDouble())
                : run.path("status").asString());
      }
      return all.toString();
    }

    /** The mean; bold where all seeds are on one side of all of the unchanged runs. */
    String mean(String number, String format, Change unchanged) {
      if (!finished()) {
        return "—";
      }
      DoubleSummaryStatistics own = of(number);
      DoubleSummaryStatistics others = unchanged.of(number);
      String mean = String.format(Locale.ROOT, format, own.getAverage());
      boolean apart = own.getMin() > others.getMax() || own.getMax() < others.getMin();
      return apart ? "**" + mean + "**" : mean;
    }
  }

  /** The first has no name: nothing is changed in it. */
  private static List<Change> changes(JsonNode sweep) {
    List<JsonNode> runs = new ArrayList<>();
    sweep.path("rounds").path(0).forEach(runs::add);
    runs.sort(Comparator.comparing(run -> run.path("trial").asString()));
    Map<String, Change> changes = new LinkedHashMap<>();
    for (JsonNode run : runs) {
      changes
          .computeIfAbsent(
              run.path("change").asString(), name -> new Change(name, new ArrayList<>()))
          .runs()
          .add(run);
    }
    return List.copyOf(changes.values());
  }

  private static void table(JsonNode sweep, StringBuilder text) {
    text.append("```\n./").append(sweep.path("command").asString()).append("\n```\n\n");
    text.append("| changed | errors, % | error | NLL | compression |\n");
    text.append("|---|---|---|---|---|\n");
    List<Change> changes = changes(sweep);
    Change unchanged = changes.getFirst();
    for (Change change : changes) {
      text.append("| ")
          .append(change.name().isEmpty() ? "nothing" : change.name())
          .append(" | ")
          .append(change.errors())
          .append(" | ")
          .append(change.mean("error_percent", "%.2f %%", unchanged))
          .append(" | ")
          .append(change.mean("nll", "%.3f", unchanged))
          .append(" | ")
          .append(change.mean("compression", "%.1f×", unchanged))
          .append(" |\n");
    }
    circumstances(sweep, changes, text);
  }

  private static void circumstances(JsonNode sweep, List<Change> changes, StringBuilder text) {
    JsonNode machine = sweep.path("machine");
    List<JsonNode> runs = changes.stream().flatMap(change -> change.runs().stream()).toList();
    text.append(
        String.format(
            Locale.ROOT,
            "\n"
                + "%d runs of %d epochs, %.1f minutes all together; %d thread(s) each, %d at once,"
                + " on %s with %d cores",
            runs.size(),
            runs.getFirst().path("epochs").asInt(),
            runs.stream().mapToDouble(run -> run.path("seconds").asDouble()).sum() / 60,
            machine.path("threads").asInt(),
            machine.path("processes").asInt(),
            machine.path("processor").asString(),
            machine.path("cores").asInt()));
    for (JsonNode software : sweep.path("software")) {
      text.append(
          "; Java %s, libtorch %s, commit %s"
              .formatted(
                  software.path("java").asString(),
                  software.path("libtorch").asString(),
                  software.path("commit").asString()));
    }
    text.append(".\n\n");
  }
}
