package dev.ockham.cli.reproduce;

import dev.ockham.core.run.RunException;
import dev.ockham.runtime.file.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The pages that are made of result files: {@code docs/results.md}, and a table in {@code
 * README.md} between two marks. Nothing on them is typed.
 *
 * @param results what there is, in the order of {@link Reproduction#all()}
 */
public record ResultPages(List<Row> results) {

  /**
   * A reproduction and what came of it.
   *
   * @param reproduction which
   * @param result null where it was not run
   */
  public record Row(Reproduction reproduction, @Nullable ReproductionResult result) {}

  /** Keeps the list to itself. */
  public ResultPages {
    results = List.copyOf(results);
  }

  /**
   * Reads what a folder of results holds.
   *
   * @throws RunException if a file in it is no result
   */
  public static ResultPages read(Path folder) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (Reproduction each : Reproduction.all()) {
      rows.add(new Row(each, ReproductionResult.read(folder, each.name()).orElse(null)));
    }
    return new ResultPages(rows);
  }

  /**
   * Writes both pages of a source folder.
   *
   * @throws RunException if README.md has no place for the table
   */
  public void write(Path root) throws IOException {
    Path readme = root.resolve("README.md");
    String withTable = withTable(Files.readString(readme));
    AtomicFile.writeString(root.resolve("docs").resolve("results.md"), page());
    AtomicFile.writeString(readme, withTable);
  }

  /** README.md with the table of now in it. */
  public String withTable(String readme) throws RunException {
    return MadePart.in(readme, "README.md", MadePart.OF_REPRODUCE, table());
  }

  /** One line for each, published beside measured. */
  public String table() {
    StringBuilder text = new StringBuilder();
    text.append("| | published | Ockham | error | seeds | minutes a seed |\n");
    text.append("|---|---|---|---|---|---|\n");
    for (Row row : results) {
      ReproductionResult result = row.result();
      if (result != null) {
        text.append(line(row.reproduction(), result));
      }
    }
    return text.toString();
  }

  private static String line(Reproduction reproduction, ReproductionResult result) {
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s | %.2f %% | %d | %.1f |\n",
        reproduction.title(),
        published(reproduction.published()),
        reached(reproduction.published(), result),
        result.mean(SeedResult::errorPercent),
        result.seeds().size(),
        result.mean(SeedResult::seconds) / 60);
  }

  /** The compression, bold where everything published is reached. */
  private static String reached(@Nullable Published published, ReproductionResult result) {
    double mean = result.mean(SeedResult::compression);
    String compression =
        Double.isFinite(mean) || result.allEmpty() ? times(mean) : "some seeds empty";
    return published != null && published.isReachedBy(result)
        ? "**" + compression + "**"
        : compression;
  }

  private static String published(@Nullable Published row) {
    if (row == null) {
      return "—";
    }
    String compression = row.compression() == null ? "—" : times(row.compression());
    return row.errorPercent() == null
        ? compression
        : compression + String.format(Locale.ROOT, ", %.2f %%", row.errorPercent());
  }

  /** A compression; the empty network has none that is a number. */
  private static String times(double compression) {
    return Double.isFinite(compression)
        ? String.format(Locale.ROOT, "%.1f×", compression)
        : "empty";
  }

  /** All of docs/results.md. */
  public String page() {
    StringBuilder text =
        new StringBuilder(
            """
            # Results

            This page is made of the files in `results/` by `./ockham reproduce --docs`; nothing on it
            is typed. Errors are of test images, which were read once for each seed, after training and
            with the threshold of the recipe. Weights are counted as in the papers, without biases. Bold is
            where neither compression nor error is worse than published.

            """);
    text.append(table());
    for (Row row : results) {
      section(row, text);
    }
    return text.toString();
  }

  private static void section(Row row, StringBuilder text) {
    Reproduction reproduction = row.reproduction();
    text.append(String.format(Locale.ROOT, "\n## %s\n\n", reproduction.title()));
    text.append(
        String.format(Locale.ROOT, "```\n./ockham reproduce %s\n```\n\n", reproduction.name()));
    Published published = reproduction.published();
    text.append(
        published == null
            ? "There is no published row to compare with."
            : String.format(
                Locale.ROOT, "Published: %s (%s).", published(published), published.source()));
    ReproductionResult result = row.result();
    if (result == null) {
      text.append(" It was not run.\n");
      return;
    }
    verdict(published, result).ifPresent(said -> text.append(' ').append(said));
    text.append(
        "\n\n| seed | error | weights left | compression | file | by layer, gone |"
            + (reproduction.twin() ? " error in training | of the dense twin |" : "")
            + " seconds |\n");
    text.append("|---|---|---|---|---|---|" + (reproduction.twin() ? "---|---|" : "") + "---|\n");
    for (SeedResult seed : result.seeds()) {
      text.append(seed(reproduction, seed));
    }
    text.append(mean(result));
    text.append('\n');
    circumstances(result)
        .forEach((said, seeds) ->
            text.append(seeds.size() == result.seeds().size() ? "All seeds" : "Seeds " + seeds)
                .append(said));
  }

  /** What seeds ran on, and which did. */
  private static SortedMap<String, List<Long>> circumstances(ReproductionResult result) {
    SortedMap<String, List<Long>> all = new TreeMap<>();
    for (SeedResult seed : result.seeds()) {
      Map<String, Object> machine = seed.machine();
      String said =
          ": %s thread(s) each, %s; Java %s; commit %s.\n"
              .formatted(
                  machine.get("threads"),
                  where(machine),
                  seed.software().get("java"),
                  seed.software().get("commit"));
      all.computeIfAbsent(said, _ -> new ArrayList<>()).add(seed.seed());
    }
    return all;
  }

  private static String where(Map<String, Object> machine) {
    return machine.containsKey("spark")
        ? "on Spark (%s)".formatted(machine.get("spark"))
        : "%s at once, on %s with %s cores"
            .formatted(machine.get("processes"), machine.get("processor"), machine.get("cores"));
  }

  /** Mean and spread; empty networks have no spread of compressions. */
  private static String mean(ReproductionResult result) {
    double compression = result.mean(SeedResult::compression);
    boolean some = Double.isFinite(compression);
    return String.format(Locale.ROOT, "\nMean %.2f %%", result.mean(SeedResult::errorPercent))
        + (some ? " at " + times(compression) : "")
        + String.format(
            Locale.ROOT,
            ", spread (largest minus smallest) %.2f points",
            result.spread(SeedResult::errorPercent))
        + (some
            ? String.format(Locale.ROOT, " and %.1f×.", result.spread(SeedResult::compression))
            : ".");
  }

  private static String seed(Reproduction reproduction, SeedResult seed) {
    StringBuilder layers = new StringBuilder();
    for (double sparsity : seed.sparsity()) {
      layers
          .append(layers.isEmpty() ? "" : "-")
          .append(String.format(Locale.ROOT, "%.1f", 100 * sparsity));
    }
    Double dense = seed.denseTrainErrorPercent();
    return String.format(
        Locale.ROOT,
        "| %d | %.2f %% | %d of %d | %s | %d bytes, %.1f× smaller | %s %% |%s %.0f |\n",
        seed.seed(),
        seed.errorPercent(),
        seed.nonzeroWeights(),
        seed.weights(),
        times(seed.compression()),
        seed.fileBytes(),
        seed.fileRatio(),
        layers,
        reproduction.twin()
            ? String.format(
                Locale.ROOT,
                " %.2f %% | %s |",
                seed.trainErrorPercent(),
                dense == null ? "—" : String.format(Locale.ROOT, "%.2f %%", dense))
            : "",
        seed.seconds());
  }

  /** Whether it is reached, number by number. */
  private static Optional<String> verdict(
      @Nullable Published published, ReproductionResult result) {
    if (published == null) {
      return Optional.empty();
    }
    List<String> said = new ArrayList<>();
    Double compression = published.compression();
    if (compression != null) {
      String reached = published.hasCompressionOf(result) ? "reached" : "not reached";
      said.add(
          Double.isFinite(compression)
              ? "the compression is " + reached
              : "the empty network is " + reached);
    }
    Double error = published.errorPercent();
    if (error != null) {
      double points = result.mean(SeedResult::errorPercent) - error;
      said.add(
          points <= 0
              ? "the error is no higher"
              : String.format(Locale.ROOT, "the error is %.2f points higher", points));
    }
    return Optional.of("In the mean of the seeds, " + String.join(" and ", said) + ".");
  }
}
