package dev.ockham.lab.targets;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Examples;
import dev.ockham.core.goal.Measure;
import dev.ockham.core.goal.Measured;
import dev.ockham.core.goal.Targets;
import dev.ockham.core.goal.Verdict;
import dev.ockham.core.quality.MeasuredQuality;
import dev.ockham.core.quality.Predicted;
import dev.ockham.core.run.Judge;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.core.target.ClassLabels;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.train.compress.Budget;
import dev.ockham.train.compress.Compression;
import dev.ockham.train.compress.CompressionSpec;
import dev.ockham.train.run.Training;
import dev.ockham.train.run.TrainingException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Trains a dense network and a grid of β from it, draws pairs of wishes inside of what the grid
 * reaches, and compresses the dense network for each. All runs are kept in a folder: a study that
 * was stopped goes on, and equal settings give equal numbers.
 */
public final class TargetsStudy {

  /** Part of a run of the grid, at its end, that is fine-tuning without noise. */
  private static final double TUNED = 1 / 3.0;

  private final RunSpec base;
  private final Dataset data;
  private final Path folder;
  private final Consumer<String> say;
  private final RunFolder dense;

  /**
   * A study.
   *
   * @param base data, network, seed, batch; its epochs are those of the dense network
   * @param data with classes and a test part
   * @param folder of all runs
   * @param say is told how it goes, in lines
   * @throws SpecException if the data have no classes
   */
  public TargetsStudy(RunSpec base, Dataset data, Path folder, Consumer<String> say) {
    if (!(data.train().targets() instanceof ClassLabels)) {
      throw new SpecException(
          "'%s' has no classes; the pairs are of errors".formatted(data.name()));
    }
    this.base = base.with("training.schedule", "stated");
    this.data = data;
    this.folder = folder;
    this.say = say;
    this.dense = new RunFolder(folder.resolve("dense"));
  }

  /**
   * Makes all of it.
   *
   * @param betas of the grid
   * @param epochs of each run of the grid, and of each pair's compression
   * @param pairs how many
   * @param points of error, each a wish alone, for which compressing may spend what the grid spent
   */
  public TargetsRow run(List<Double> betas, int epochs, int pairs, List<Double> points)
      throws IOException {
    try {
      train(base.with("method.name", "none"), dense);
      TrainedRun whole = TrainedRun.read(dense.root());
      Examples validation = whole.validation(data);
      long weights = whole.pruned().model().weightCount();
      Measured before = measured(weights, whole.pruned(), validation);
      List<GridPoint> grid = grid(betas, epochs, weights, validation);
      List<PairTrial> trials = trials(grid, before, weights, epochs, pairs);
      List<Duel> duels = duels(points, grid, before, epochs * betas.size());
      double error = before.require(Measure.of(Measure.Kind.ERROR));
      return new TargetsRow(error, validation.count(), grid, trials, duels);
    } catch (TrainingException e) {
      throw new RunException("%s: %s".formatted(data.name(), e.getMessage()));
    }
  }

  private List<GridPoint> grid(List<Double> betas, int epochs, long weights, Examples validation)
      throws IOException, TrainingException {
    int tuned = (int) Math.round(TUNED * epochs);
    List<GridPoint> grid = new ArrayList<>();
    for (double beta : betas) {
      RunSpec spec =
          sparse()
              .withEpochs(epochs)
              .withBeta(beta)
              .with("training.fine_tune.epochs", tuned)
              .with("training.kl_weight.from", 0)
              .with("training.kl_weight.until", 0.3);
      RunFolder run = new RunFolder(folder.resolve("beta-" + beta));
      train(spec, run);
      ModelFile file = TrainedRun.read(run.root()).pruned();
      GridPoint point = new GridPoint(beta, measured(weights, file, validation));
      grid.add(point);
      say.accept(
          String.format(
              Locale.ROOT, "beta %s: %.2f %% at %.1fx", beta, point.error(), point.compression()));
    }
    return grid;
  }

  private List<PairTrial> trials(
      List<GridPoint> grid, Measured before, long weights, int epochs, int pairs)
      throws IOException, TrainingException {
    List<GridPoint> front = GridPoint.front(grid);
    double error = before.require(Measure.of(Measure.Kind.ERROR));
    List<PairTrial> trials = new ArrayList<>();
    List<Pair> drawn = Pair.draw(front, error, pairs, base.training().seed());
    Measured denseTest = measured(weights, TrainedRun.read(dense.root()).pruned(), data.test());
    for (int i = 0; i < drawn.size(); i++) {
      Pair pair = drawn.get(i);
      boolean reached = grid.stream().anyMatch(point -> PairTrial.granted(pair, before, point));
      Compression.Result result = compress(pair.targets(), epochs, "pair-" + (i + 1));
      Measured test = measured(weights, result.chosen().deployment().file(), data.test());
      trials.add(PairTrial.of(pair, reached, result, denseTest, test));
      PairTrial last = trials.getLast();
      say.accept(
          String.format(
              Locale.ROOT,
              "%s: %s, %+.2f points at %.1fx, on test %+.2f points: %s",
              pair.targets(),
              last.accepted() ? "accepted" : "refused",
              last.worse(),
              last.compression(),
              last.testWorse(),
              last.right() ? "right" : "wrong"));
    }
    return trials;
  }

  private List<Duel> duels(List<Double> points, List<GridPoint> grid, Measured before, int epochs)
      throws IOException, TrainingException {
    List<Duel> duels = new ArrayList<>();
    for (double each : points) {
      Targets wish = Targets.parse(List.of("error<=dense+" + each));
      double best =
          grid.stream()
              .filter(p -> wish.judge(before, p.measured()).stream().allMatch(Verdict::holds))
              .mapToDouble(GridPoint::compression)
              .max()
              .orElse(1);
      Compression.Result result = compress(wish, epochs, "alone-" + each);
      Measure compression = Measure.of(Measure.Kind.COMPRESSION);
      double found = result.holds() ? result.chosen().measured().require(compression) : 1;
      duels.add(new Duel(each, epochs, best, found));
      say.accept(
          String.format(
              Locale.ROOT,
              "%s: grid %.1fx, compressing %.1fx of %s epochs",
              wish,
              best,
              found,
              epochs));
    }
    return duels;
  }

  private RunSpec sparse() {
    return base.with("method.name", "sparse-vd").startingFrom(dense.root().toAbsolutePath());
  }

  private Compression.Result compress(Targets targets, int epochs, String name)
      throws IOException, TrainingException {
    CompressionSpec spec =
        new CompressionSpec(sparse(), targets, new Budget.Epochs(epochs), true, "");
    Compression compression =
        new Compression(spec, data, null, folder.resolve(name), () -> false, _ -> {});
    return compression.run(true).orElseThrow();
  }

  private void train(RunSpec spec, RunFolder run) throws IOException, TrainingException {
    boolean over = run.holdsRun() && RunRecord.read(run).status() == RunRecord.Status.FINISHED;
    if (!over) {
      Training.train(spec, data, run, true, TrainingListener.SILENT, () -> false);
    }
  }

  private Measured measured(long weights, ModelFile file, Examples examples) {
    Predicted predicted =
        Predicted.of(
            file.model(),
            new Judge.Labels(),
            MeasuredQuality.names(data),
            examples,
            base.training().threads(),
            _ -> {});
    return Measured.of(weights, file.model(), file.byteSize(), predicted);
  }
}
