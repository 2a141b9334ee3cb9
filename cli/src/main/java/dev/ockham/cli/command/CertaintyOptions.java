package dev.ockham.cli.command;

import dev.ockham.cli.console.DataSource;
import dev.ockham.core.answer.DrawnAnswers;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.InputOrder;
import dev.ockham.core.data.RandomInputs;
import dev.ockham.core.quality.UncertaintyReport;
import dev.ockham.core.run.Judge;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.spec.DataSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import dev.ockham.train.run.MonteCarlo;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How far the certainty of predictions may be trusted, where somebody asks. */
final class CertaintyOptions {

  private static final int DEFAULT_SAMPLES = 30;

  @Option(
      names = "--uncertainty",
      description =
          "How far the certainty of predictions may be trusted: NLL, calibration, risk against"
              + " coverage, intervals; of a noisy RUN by --samples networks (default 30), before"
              + " and after pruning.")
  private boolean asked;

  @Option(
      names = "--ood",
      paramLabel = "D",
      description =
          "Data of another kind, by name or path: how well uncertainty tells them apart; sets"
              + " --uncertainty.")
  private @Nullable String foreign;

  /**
   * The networks to ask.
   *
   * @param model the one that is measured
   * @param variances of its weights; none where they were not kept
   * @param before the one to be compared with; null for none
   * @param called what that is called
   * @param rules how a table becomes their inputs
   */
  record Networks(
      Model model,
      Map<String, Matrix> variances,
      @Nullable Model before,
      String called,
      DataRules rules) {}

  /** Whether somebody asks. */
  boolean asks() {
    return asked || foreign != null;
  }

  /** The model itself; networks drawn from the variances of its weights, where it kept them. */
  private static List<Model> drawn(Networks networks, @Nullable Integer samples) {
    int count = samples == null ? DEFAULT_SAMPLES : samples;
    return networks.variances().isEmpty()
        ? List.of(networks.model())
        : IntStream.range(0, count)
            .mapToObj(s -> DrawnAnswers.draw(networks.model(), networks.variances(), s))
            .toList();
  }

  /**
   * Measures.
   *
   * @param subject a model file, or the folder of a run
   * @param names of classes, labels or numbers; none where they are not known
   * @param samples networks to draw; null for the default
   * @param err hears of downloads
   * @return by what the networks are called; nothing where nobody asked
   */
  Map<String, UncertaintyReport> measure(
      Path subject,
      Networks networks,
      Judge judge,
      List<String> names,
      Examples images,
      @Nullable Integer samples,
      int threads,
      PrintWriter err)
      throws IOException {
    if (!asks()) {
      return Map.of();
    }
    Examples other = foreign == null ? null : foreign(foreign, networks, err);
    List<String> numbers =
        judge instanceof Judge.OfNumbers of ? Judge.names(names, of.names().size()) : names;
    CertaintyMeasure measure = new CertaintyMeasure(judge, numbers, images, other, threads);
    Map<String, UncertaintyReport> reports = new LinkedHashMap<>();
    try {
      if (Files.isDirectory(subject) && MonteCarlo.draws(new RunFolder(subject))) {
        int drawn = samples == null ? DEFAULT_SAMPLES : samples;
        for (boolean pruned : new boolean[] {false, true}) {
          reports.put(
              pruned ? "pruned" : "dense", measure.of(new RunFolder(subject), pruned, drawn));
        }
        return reports;
      }
      Model before = networks.before();
      if (before != null) {
        reports.put(networks.called(), measure.of(List.of(before)));
      }
      reports.put(before == null ? "model" : "pruned", measure.of(drawn(networks, samples)));
      return reports;
    } catch (IllegalArgumentException e) {
      throw new RunException("%s: %s".formatted(subject, e.getMessage()));
    }
  }

  /**
   * Read as the network's own data are, whatever their labels; all of it where no part is given.
   */
  private static Examples foreign(String name, Networks networks, PrintWriter err)
      throws IOException {
    Graph graph = networks.model().graph();
    Dataset data =
        RandomInputs.named(name).isPresent()
            ? DataSource.find(name, graph, err)
            : DataSource.findForeign(networks.rules(), DataSpec.defaults().named(name), err);
    Dataset arranged;
    try {
      arranged = InputOrder.arranged(data, graph);
    } catch (IllegalArgumentException e) {
      throw new SpecException("--ood: " + e.getMessage());
    }
    return arranged.testGiven() ? arranged.test() : arranged.all();
  }
}
