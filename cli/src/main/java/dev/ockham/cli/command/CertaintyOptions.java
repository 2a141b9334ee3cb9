package dev.ockham.cli.command;

import dev.ockham.cli.console.DataSource;
import dev.ockham.core.data.Examples;
import dev.ockham.core.quality.UncertainClasses;
import dev.ockham.core.quality.UncertaintyReport;
import dev.ockham.core.run.Judge;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.spec.SpecException;
import dev.ockham.runtime.model.Model;
import dev.ockham.train.run.MonteCarlo;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How far the certainty of predictions may be trusted, where somebody asks. */
final class CertaintyOptions {

  private static final int DEFAULT_SAMPLES = 30;

  @Option(
      names = "--uncertainty",
      description =
          "How far the certainty of class predictions may be trusted: NLL, Brier, calibration, risk"
              + " against coverage; of a noisy RUN by --samples networks (default 30), before and"
              + " after pruning.")
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
   * @param before the one to be compared with; null for none
   * @param called what that is called
   */
  record Networks(Model model, @Nullable Model before, String called) {}

  /**
   * Measures.
   *
   * @param subject a model file, or the folder of a run
   * @param samples networks to draw; null for the default
   * @param err hears of downloads
   * @return by what the networks are called; nothing where nobody asked
   */
  Map<String, UncertaintyReport> measure(
      Path subject,
      Networks networks,
      Judge judge,
      Examples images,
      @Nullable Integer samples,
      int threads,
      PrintWriter err)
      throws IOException {
    if (!asked && foreign == null) {
      return Map.of();
    }
    if (!(judge instanceof Judge.Labels())) {
      throw new SpecException(
          "--uncertainty is of class predictions; of numbers NLL and coverage are measured anyway");
    }
    Examples other =
        foreign == null ? null : DataSource.find(foreign, networks.model().graph(), err).test();
    Map<String, UncertaintyReport> reports = new LinkedHashMap<>();
    try {
      if (Files.isDirectory(subject) && MonteCarlo.draws(new RunFolder(subject))) {
        int drawn = samples == null ? DEFAULT_SAMPLES : samples;
        for (boolean pruned : new boolean[] {false, true}) {
          UncertainClasses own = drawn(subject, pruned, images, drawn, threads);
          UncertainClasses others =
              other == null ? null : drawn(subject, pruned, other, drawn, threads);
          reports.put(pruned ? "pruned" : "dense", UncertaintyReport.of(own, images, others));
        }
        return reports;
      }
      Model before = networks.before();
      if (before != null) {
        reports.put(networks.called(), of(before, images, other, threads));
      }
      reports.put(
          before == null ? "model" : "pruned", of(networks.model(), images, other, threads));
      return reports;
    } catch (IllegalArgumentException e) {
      throw new RunException("%s: %s".formatted(subject, e.getMessage()));
    }
  }

  private static UncertainClasses drawn(
      Path run, boolean pruned, Examples images, int drawn, int threads) throws IOException {
    return MonteCarlo.classes(new RunFolder(run), pruned, images, drawn, threads, _ -> {});
  }

  private static UncertaintyReport of(
      Model model, Examples images, @Nullable Examples other, int threads) {
    return UncertaintyReport.of(
        UncertainClasses.of(model, images, threads, _ -> {}),
        images,
        other == null ? null : UncertainClasses.of(model, other, threads, _ -> {}));
  }
}
