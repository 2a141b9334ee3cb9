package dev.ockham.train.compress;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.Split;
import dev.ockham.core.goal.Latency;
import dev.ockham.core.goal.Measure;
import dev.ockham.core.goal.Measure.Kind;
import dev.ockham.core.goal.Measured;
import dev.ockham.core.goal.Target;
import dev.ockham.core.goal.Verdict;
import dev.ockham.core.quality.MeasuredQuality;
import dev.ockham.core.run.Judge;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.train.run.Training;
import dev.ockham.train.run.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes a trained network small until wishes are granted: a posterior from its weights, then rounds
 * of pruning by the posterior's scores and fine-tuning, each measured as it would be shipped.
 *
 * <p>Every phase is a run in a folder of its own, and what comes next follows from the record and
 * from the rounds that are over; so a compression that is stopped or killed at any moment goes on
 * as it would have, and equal records give equal bytes.
 */
public final class Compression {

  private static final double POSTERIOR_PART = 0.3;
  private static final double DENSE_PART = 0.4;
  private static final int ROUNDS = 4;

  /** Part of the first round that still has noise, while weights begin to go. */
  private static final double NOISY_PART = 0.25;

  private static final int FEWEST_WEIGHTS = 10;
  private static final int LOOKS = 7;
  private static final double SIZE_SLACK = 0.03;
  private static final double TUNING_GAIN = 1.6;

  private final CompressionSpec spec;
  private final Dataset data;
  private final @Nullable Examples own;
  private final Path folder;
  private final BooleanSupplier stop;
  private final Consumer<String> say;

  /**
   * A compression.
   *
   * @param data what to train on
   * @param validation what to judge by; null for the part of the training data that the spec holds
   *     out
   * @param folder where its runs live
   * @param stop asked before each step of training; true saves and ends
   * @param say is told how it goes, in lines
   */
  public Compression(
      CompressionSpec spec,
      Dataset data,
      @Nullable Examples validation,
      Path folder,
      BooleanSupplier stop,
      Consumer<String> say) {
    this.spec = spec;
    this.data = data;
    this.own = validation;
    this.folder = folder;
    this.stop = stop;
    this.say = say;
  }

  /**
   * What came out.
   *
   * @param dense the network before
   * @param rounds all that were tried, in their order
   * @param chosen the best that grants the wishes; where none does, the one that comes nearest
   * @param epochs of all runs together
   * @param denseFile the network before
   */
  public record Result(
      Measured dense, List<Round> rounds, Round chosen, int epochs, ModelFile denseFile) {
    /** Copies the list. */
    public Result {
      rounds = List.copyOf(rounds);
    }

    /** Whether the wishes are granted. */
    public boolean holds() {
      return chosen.holds();
    }
  }

  /** What is known of the dense network and of how it is measured. */
  private record Before(Measured measured, ModelFile file, long weights, Deployment.Bench bench) {}

  /**
   * What would be done.
   *
   * @param dense the network as it is now
   * @param epochs in all
   * @param seconds that these take here
   */
  public record Outlook(Measured dense, int epochs, double seconds) {}

  /**
   * Measures the network and the machine, and does nothing else.
   *
   * @throws SpecException if a wish holds already, or can never hold
   */
  public Outlook outlook() throws IOException, TrainingException {
    Probe.Found found = Probe.of(spec, data);
    Before before = before(found.record(), found.dense());
    requireReachable(before);
    int epochs = found.costs().epochs(spec.budget());
    double each = (found.costs().noisy() + found.costs().plain()) / 2;
    return new Outlook(before.measured(), epochs, epochs * each);
  }

  /**
   * Compresses.
   *
   * @param resume whether a compression that is in the folder may go on
   * @return nothing where it was stopped
   * @throws SpecException if a wish holds already, or can never hold, or the budget is too short
   * @throws TrainingException if the posterior diverged
   */
  public Optional<Result> run(boolean resume) throws IOException, TrainingException {
    Journal.requireUsable(folder, resume);
    Costs costs;
    Journal journal;
    if (Files.exists(Journal.in(folder))) {
      journal = Journal.open(folder, spec, data.contentHash(), true);
    } else {
      Probe.Found found = Probe.of(spec, data);
      costs = found.costs();
      var _ = costs.epochs(spec.budget());
      if (!spec.base().training().initFrom().isEmpty()) {
        requireReachable(before(found.record(), found.dense()));
      }
      journal = Journal.open(folder, spec, data.contentHash(), false);
      journal.keep(costs);
    }
    costs = journal.costs();
    if (costs == null) { // Killed between the two writes.
      costs = Probe.of(spec, data).costs();
      journal.keep(costs);
    }
    return run(journal, costs.epochs(spec.budget()));
  }

  private Optional<Result> run(Journal journal, int epochs) throws IOException, TrainingException {
    RunSpec base = spec.base();
    int left = epochs;
    if (base.training().initFrom().isEmpty()) {
      int dense = Math.max(1, (int) Math.round(DENSE_PART * epochs));
      RunFolder run = new RunFolder(folder.resolve("dense"));
      RunSpec plain = base.with("method.name", "none").withEpochs(dense);
      if (!train("dense", plain, run)) {
        return Optional.empty();
      }
      base = base.startingFrom(run.root().toAbsolutePath());
      left = Math.max(Costs.FEWEST_EPOCHS, left - dense);
    }
    int first = Math.max(1, (int) Math.round(POSTERIOR_PART * left));
    LongerRun posterior = LongerRun.posterior(first, beta(), Rates.of(base));
    RunFolder folderOfPosterior = new RunFolder(folder.resolve("posterior"));
    RunSpec its = posterior.spec(base, first);
    ModelFile denseFile = dense(its, folderOfPosterior);
    Before before = before(RunRecord.read(folderOfPosterior), denseFile);
    before = withLatency(before, journal);
    requireReachable(before);
    say.accept("before: " + shown(before.measured()));
    if (!train("posterior", its, folderOfPosterior)) {
      return Optional.empty();
    }
    return new Search(base, first, left - first, folderOfPosterior, before, journal).run();
  }

  /** The weight of the KL: that of the bound, or as asked. */
  private double beta() {
    return spec.base().training().klWeight().last();
  }

  /** Learning rates by what the network is made of. */
  private static final class Rates {
    private static final LongerRun.Rates DENSE = new LongerRun.Rates(1e-3, 1e-3);

    static LongerRun.Rates of(RunSpec base) {
      double asked = base.training().learningRate().initial();
      double standard = RunSpec.defaults().training().learningRate().initial();
      return asked == standard ? DENSE : new LongerRun.Rates(asked, asked);
    }
  }

  private ModelFile dense(RunSpec its, RunFolder run) throws IOException, TrainingException {
    Path file = folder.resolve("dense.safetensors");
    if (!Files.exists(file)) {
      Training.train(its, data, run, true, TrainingListener.SILENT, () -> true);
      RunRecord record = RunRecord.read(run);
      Deployment.dense(record, Snapshot.read(run)).file().save(file);
    }
    return ModelFile.load(file);
  }

  private Before before(RunRecord record, ModelFile dense) throws IOException {
    Examples examples = own;
    if (examples == null) {
      Split split =
          Split.stratified(
              data.train(), spec.base().data().validation(), spec.base().data().splitSeed());
      examples = data.train().select(split.validation());
    }
    if (examples.count() == 0) {
      throw new SpecException(
          "there are no validation examples to judge by; name some with --validation, or set"
              + " data.validation");
    }
    int threads = record.spec().training().threads();
    Judge judge = Judge.without(record);
    Deployment.Bench bench =
        new Deployment.Bench(judge, MeasuredQuality.names(data), examples, threads);
    Deployment whole = new Deployment(dense, Map.of(), false);
    long weights = dense.model().weightCount();
    return new Before(whole.measure(weights, bench), dense, weights, bench);
  }

  private Before withLatency(Before before, Journal journal) throws IOException {
    if (!spec.targets().about(Kind.LATENCY)) {
      return before;
    }
    double seconds = latency("dense", before.file(), journal);
    return new Before(
        before.measured().withLatency(seconds), before.file(), before.weights(), before.bench());
  }

  private static double latency(String name, ModelFile file, Journal journal) throws IOException {
    Double known = journal.latency(name);
    if (known != null) {
      return known;
    }
    double seconds = Latency.seconds(file.model());
    journal.keepLatency(name, seconds);
    return seconds;
  }

  private void requireReachable(Before before) {
    Measured measured = before.measured();
    if (spec.targets().about(Kind.LATENCY) && measured.of(Measure.of(Kind.LATENCY)).isEmpty()) {
      measured = measured.withLatency(Latency.seconds(before.file().model()));
    }
    double empty = EmptyNetwork.fileBytes(before.file());
    spec.targets().requireReachable(measured, empty);
    ChanceCheck.require(measured, before.file());
  }

  private static String shown(Measured measured) {
    List<String> parts = new ArrayList<>();
    measured
        .values()
        .forEach((measure, value) -> {
          if (measure.kind() != Kind.RECALL
              && measure.kind() != Kind.SPARSITY
              && measure.kind() != Kind.COMPRESSION
              && measure.kind() != Kind.ACCURACY) {
            parts.add(measure + " " + measure.show(value));
          }
        });
    return String.join(", ", parts);
  }

  /** Trains a run to its end; false if it was asked to stop. */
  private boolean train(String name, RunSpec its, RunFolder run)
      throws IOException, TrainingException {
    if (run.holdsRun() && RunRecord.read(run).status() == RunRecord.Status.FINISHED) {
      return true;
    }
    RunRecord record =
        Training.train(
            its,
            data,
            run,
            true,
            TrainingListener.lines(line -> say.accept(name + ": " + line)),
            stop);
    return record.status() == RunRecord.Status.FINISHED;
  }

  /** The rounds behind the posterior. */
  private final class Search {
    private final RunSpec base;
    private final int first;
    private final RunFolder posterior;
    private final Before before;
    private final Journal journal;
    private final List<Round> rounds = new ArrayList<>();
    private int left;

    Search(RunSpec base, int first, int left, RunFolder posterior, Before before, Journal journal) {
      this.base = base;
      this.first = first;
      this.left = left;
      this.posterior = posterior;
      this.before = before;
      this.journal = journal;
    }

    Optional<Result> run() throws IOException, TrainingException {
      TrainedRun ranked = TrainedRun.read(posterior.root());
      double needed = needed(ranked);
      boolean stopped =
          spec.targets().qualities().isEmpty() ? !ofSize(needed) : !ofQuality(ranked, needed);
      if (stopped) {
        return Optional.empty();
      }
      Round chosen = Choice.of(rounds, before.measured(), spec.targets());
      int spent = rounds.stream().mapToInt(Round::epochs).max().orElse(first);
      return Optional.of(new Result(before.measured(), rounds, chosen, spent, before.file()));
    }

    /** The compression that the wishes of size need; 1 where there are none. */
    private double needed(TrainedRun ranked) throws IOException {
      List<Target> sizes = spec.targets().sizes();
      List<Double> wanted = sizes.stream().map(t -> t.wanted(before.measured())).toList();
      Map<String, Float> steps = spec.bits() && !sizes.isEmpty() ? steps(ranked) : Map.of();
      double sparsity =
          SparsitySearch.least(
              sizes, wanted, before.weights(), (at, measure) -> size(ranked, at, measure, steps));
      if (sparsity >= 1) {
        throw new SpecException(
            "--target %s: not even a network of one weight has that".formatted(spec.targets()));
      }
      return 1 / (1 - sparsity);
    }

    private Map<String, Float> steps(TrainedRun ranked) throws IOException {
      return Deployment.plain(ranked.record(), ranked.snapshot(), 0.8)
          .inFewBits(ranked.snapshot().relativeDeviations(), before.bench())
          .steps();
    }

    private double size(TrainedRun ranked, double at, Measure measure, Map<String, Float> steps)
        throws IOException {
      Deployment pruned = Deployment.plain(ranked.record(), ranked.snapshot(), at);
      if (measure.kind() == Kind.LATENCY) {
        return latency("at " + at, pruned.file(), journal);
      }
      Deployment kept = spec.bits() ? pruned.roundedAs(steps) : pruned;
      return Measured.sizes(before.weights(), kept.file().model(), kept.bytes())
          .getOrDefault(measure, Double.POSITIVE_INFINITY);
    }

    /** The best quality under a size: one round of all that is left, and its size set right. */
    private boolean ofSize(double needed) throws IOException, TrainingException {
      double compression = Math.min(needed, most());
      int spare = left >= 10 ? Math.max(1, left / 10) : 0;
      if (!round(posterior, first, compression, left - spare, true)) {
        return false;
      }
      for (int i = 0; i < 4 && !rounds.getLast().holds(); i++) {
        compression *= 1 + SIZE_SLACK;
        Round last = rounds.getLast();
        if (!round(last.run(), last.epochs(), compression, Math.max(1, spare / 2), false)) {
          return false;
        }
      }
      return true;
    }

    /** The smallest with a quality, and not above a size where one is asked for. */
    private boolean ofQuality(TrainedRun ranked, double needed)
        throws IOException, TrainingException {
      Reach reach = new Reach(Math.min(needed * (1 + SIZE_SLACK), most()), most());
      List<Reach.Point> tried = new ArrayList<>();
      int each = Math.max(1, left / ROUNDS);
      double compression = Math.max(reach.least(), firstGuess(ranked));
      while (left >= each) {
        Round best = best();
        RunFolder from = best == null ? posterior : best.run();
        int done = best == null ? first : best.epochs();
        int epochs = left < 2 * each ? left : each;
        if (!round(from, done, compression, epochs, best == null)) {
          return false;
        }
        Round now = rounds.getLast();
        tried.add(new Reach.Point(compression, now.excess(before.measured())));
        OptionalDouble next = reach.next(tried);
        if (next.isEmpty()) {
          break;
        }
        compression = next.getAsDouble();
      }
      return true;
    }

    private @Nullable Round best() {
      return rounds.stream()
          .filter(round -> round.holds(true))
          .max(java.util.Comparator.comparingDouble(Round::compression))
          .orElse(null);
    }

    private double most() {
      return Math.max(1.01, before.weights() / (double) FEWEST_WEIGHTS);
    }

    /** How far pruning alone goes with the measured quality, and what fine-tuning adds. */
    private double firstGuess(TrainedRun ranked) throws IOException {
      double held = 0;
      double failed = Math.log(Math.min(most(), 1000));
      for (int i = 0; i < LOOKS; i++) {
        double middle = (held + failed) / 2;
        Deployment pruned =
            Deployment.plain(ranked.record(), ranked.snapshot(), 1 - Math.exp(-middle));
        Measured measured = pruned.measure(before.weights(), before.bench());
        boolean holds =
            spec.targets().judge(before.measured(), withAnyLatency(measured)).stream()
                .filter(verdict -> verdict.target().measure().ofQuality())
                .allMatch(Verdict::measuredHolds);
        if (holds) {
          held = middle;
        } else {
          failed = middle;
        }
      }
      say.accept("pruning alone holds to %s of the weights".formatted(Round.part(Math.exp(held))));
      return Math.min(most(), TUNING_GAIN * Math.exp(held));
    }

    private Measured withAnyLatency(Measured measured) {
      return spec.targets().about(Kind.LATENCY) ? measured.withLatency(0) : measured;
    }

    /** One round; false if it was asked to stop. */
    private boolean round(RunFolder from, int done, double compression, int epochs, boolean noise)
        throws IOException, TrainingException {
      String name = "round-" + (rounds.size() + 1);
      int noisy = noise ? (int) Math.round(NOISY_PART * epochs) : 0;
      LongerRun longer =
          new LongerRun(done, noisy, epochs - noisy, 1 - 1 / compression, beta(), Rates.of(base));
      RunSpec its = longer.spec(base, first);
      RunFolder run = new RunFolder(folder.resolve(name));
      LongerRun.fork(from, its, run);
      say.accept("%s: to %s of the weights".formatted(name, Round.part(compression)));
      if (!train(name, its, run)) {
        return false;
      }
      left -= epochs;
      rounds.add(measured(name, run, done + epochs, 1 - 1 / compression));
      say.accept(rounds.getLast().line());
      return true;
    }

    private Round measured(String name, RunFolder run, int epochs, double sparsity)
        throws IOException {
      TrainedRun trained = TrainedRun.read(run.root());
      Deployment deployment = Deployment.dense(trained.record(), trained.snapshot());
      if (spec.bits()) {
        deployment = deployment.inFewBits(trained.snapshot().relativeDeviations(), before.bench());
      }
      Measured measured = deployment.measure(before.weights(), before.bench());
      if (spec.targets().about(Kind.LATENCY)) {
        measured = measured.withLatency(latency(name, deployment.file(), journal));
      }
      return new Round(
          name,
          run,
          epochs,
          sparsity,
          deployment,
          measured,
          spec.targets().judge(before.measured(), measured));
    }
  }
}
