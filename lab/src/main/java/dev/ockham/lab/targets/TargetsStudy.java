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

  private static final Measure ERROR = Measure.of(Measure.Kind.ERROR);

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
   * @param folder of all runs; each seed has one in it
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
    this.folder = folder.resolve("seed-" + base.training().seed());
    this.say = say;
    this.dense = new RunFolder(this.folder.resolve("dense"));
  }

  /**
   * Makes all of it for several seeds, among which the pairs are shared out.
   *
   * @param base as of a study; its seed counts for nothing
   */
  public static TargetsResult run(
      RunSpec base,
      Dataset data,
      Path folder,
      Consumer<String> say,
      List<Long> seeds,
      TargetsPlan plan)
      throws IOException {
    List<TargetsRow> rows = new ArrayList<>();
    for (int i = 0; i < seeds.size(); i++) {
      int pairs = plan.pairs() / seeds.size() + (i < plan.pairs() % seeds.size() ? 1 : 0);
      long seed = seeds.get(i);
      TargetsStudy study =
          new TargetsStudy(
              base.with("training.seed", seed),
              data,
              folder,
              line -> say.accept("seed " + seed + ": " + line));
      rows.add(study.run(plan.withPairs(pairs)));
    }
    return new TargetsResult(rows);
  }

  /** Makes all of it for the seed of its runs. */
  TargetsRow run(TargetsPlan plan) throws IOException {
    try {
      train(base.with("method.name", "none"), dense);
      TrainedRun whole = TrainedRun.read(dense.root());
      Examples validation = whole.validation(data);
      long weights = whole.pruned().model().weightCount();
      Measured before = measured(weights, whole.pruned(), validation);
      double denseTest = error(weights, whole.pruned(), data.test());
      List<GridPoint> grid = grid(plan, weights, validation, denseTest);
      List<PairTrial> trials = trials(grid, before, weights, plan, denseTest);
      List<Duel> duels = duels(plan, grid, before, weights, denseTest);
      double error = before.require(ERROR);
      return new TargetsRow(base.training().seed(), error, validation.count(), grid, trials, duels);
    } catch (TrainingException e) {
      throw new RunException("%s: %s".formatted(data.name(), e.getMessage()));
    }
  }

  private List<GridPoint> grid(
      TargetsPlan plan, long weights, Examples validation, double denseTest)
      throws IOException, TrainingException {
    int epochs = plan.epochs();
    int tuned = (int) Math.round(TUNED * epochs);
    List<GridPoint> grid = new ArrayList<>();
    for (double beta : plan.betas()) {
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
      double worse = error(weights, file, data.test()) - denseTest;
      GridPoint point = new GridPoint(beta, measured(weights, file, validation), worse);
      grid.add(point);
      say.accept(
          String.format(
              Locale.ROOT, "beta %s: %.2f %% at %.1fx", beta, point.error(), point.compression()));
    }
    return grid;
  }

  private List<PairTrial> trials(
      List<GridPoint> grid, Measured before, long weights, TargetsPlan plan, double denseTest)
      throws IOException, TrainingException {
    List<GridPoint> front = GridPoint.front(grid);
    List<PairTrial> trials = new ArrayList<>();
    List<Pair> drawn =
        Pair.draw(front, before.require(ERROR), plan.pairs(), base.training().seed());
    for (int i = 0; i < drawn.size(); i++) {
      Pair pair = drawn.get(i);
      boolean reached = grid.stream().anyMatch(point -> PairTrial.granted(pair, before, point));
      Compression.Result result = compress(pair.targets(), plan.epochs(), "pair-" + (i + 1));
      trials.add(PairTrial.of(pair, reached, result, worse(result, weights, denseTest)));
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

  private List<Duel> duels(
      TargetsPlan plan, List<GridPoint> grid, Measured before, long weights, double denseTest)
      throws IOException, TrainingException {
    int epochs = plan.epochs() * plan.betas().size();
    List<Duel> duels = new ArrayList<>();
    for (double each : plan.points()) {
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
      duels.add(new Duel(each, epochs, best, found, worse(result, weights, denseTest)));
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
    // One that is over is checked and left as it is.
    Training.train(spec, data, run, true, TrainingListener.SILENT, () -> false);
  }

  /** Points of test error of what compressing gave, beyond the dense network's. */
  private double worse(Compression.Result result, long weights, double denseTest) {
    return error(weights, result.chosen().deployment().file(), data.test()) - denseTest;
  }

  private double error(long weights, ModelFile file, Examples examples) {
    return measured(weights, file, examples).require(ERROR);
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
