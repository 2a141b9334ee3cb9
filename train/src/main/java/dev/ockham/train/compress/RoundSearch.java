package dev.ockham.train.compress;

import dev.ockham.core.goal.Measure;
import dev.ockham.core.goal.Measure.Kind;
import dev.ockham.core.goal.Measured;
import dev.ockham.core.goal.Target;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.train.run.TrainingException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The rounds behind the posterior: each is forked from the posterior, or from the best round so
 * far, pruned by the posterior's scores, fine-tuned, and measured as it would be shipped.
 */
final class RoundSearch {
  private static final int ROUNDS = 3;

  /** Fewest epochs of a round that show whether labels or the network before teach better. */
  private static final int LEAST_SHOWING = 5;

  /** Of a wish of size, such a part of fine-tuning shows it, twice. */
  private static final int SHOWING_PART = 12;

  private static final int FEWEST_WEIGHTS = 10;
  private static final int LOOKS = 7;
  private static final double SIZE_SLACK = 0.03;
  private static final double TUNING_GAIN = 0.6;

  private final CompressionSpec spec;
  private final Phases phases;
  private final RunSpec base;
  private final Spending spending;
  private final RunFolder posterior;
  private final Before before;
  private final Journal journal;
  private final Limits limits;
  private final List<Round> rounds = new ArrayList<>();

  /** Epochs of fine-tuning that are left. */
  private int left;

  /** Whether rounds learn from the network before, and not from labels. */
  private boolean distils;

  /**
   * A search.
   *
   * @param base of all runs
   * @param spending of the first round has all the noise that is left
   */
  RoundSearch(
      CompressionSpec spec,
      Phases phases,
      RunSpec base,
      Spending spending,
      Before before,
      Journal journal) {
    this.spec = spec;
    this.limits = spec.limits();
    this.phases = phases;
    this.base = base;
    this.spending = spending;
    this.left = spending.tuned();
    this.posterior = phases.folder("posterior");
    this.before = before;
    this.journal = journal;
  }

  Optional<Compression.Result> run() throws IOException, TrainingException {
    TrainedRun ranked = TrainedRun.read(posterior.root());
    double needed = needed(ranked);
    boolean stopped =
        spec.targets().qualities().isEmpty() ? !ofSize(ranked, needed) : !ofQuality(ranked, needed);
    if (stopped) {
      return Optional.empty();
    }
    Round chosen = Choice.of(rounds, before.measured(), spec.targets());
    int spent = rounds.stream().mapToInt(Round::epochs).max().orElse(spending.posterior());
    return Optional.of(
        new Compression.Result(before.measured(), rounds, chosen, spent, before.file()));
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
    return Deployment.plain(ranked.record(), ranked.snapshot(), 0.8, limits)
        .inFewBits(ranked.snapshot().relativeDeviations(), before.bench())
        .steps();
  }

  private double size(TrainedRun ranked, double at, Measure measure, Map<String, Float> steps)
      throws IOException {
    Deployment pruned = Deployment.plain(ranked.record(), ranked.snapshot(), at, limits);
    if (measure.kind() == Kind.LATENCY) {
      return journal.latency("at " + at, pruned.file().model());
    }
    Deployment kept = spec.bits() ? pruned.roundedAs(steps) : pruned;
    return Measured.sizes(before.weights(), kept.file().model(), kept.bytes())
        .getOrDefault(measure, Double.POSITIVE_INFINITY);
  }

  /**
   * The best quality under a size: one round of all that is left, and its size set right. Two short
   * ones before it show what teaches better.
   */
  private boolean ofSize(TrainedRun ranked, double needed) throws IOException, TrainingException {
    double compression = Math.min(needed, most());
    int showing = left / SHOWING_PART;
    if (showing > 0 && Distillation.suits(spec, ranked.record().spec())) {
      if (!learnsWhatTeaches(compression, 0, showing)) {
        return false;
      }
    }
    int spare = left >= 10 ? Math.max(1, left / 10) : 0;
    if (!round(posterior, spending.posterior(), compression, spending.noisy(), left - spare)) {
      return false;
    }
    for (int i = 0; i < 4 && !rounds.getLast().holds(); i++) {
      Round last = rounds.getLast();
      compression = Math.min(compression * Math.max(1 + SIZE_SLACK, last.tooLarge()), most());
      if (!round(last.run(), last.epochs(), compression, 0, Math.max(1, spare / 2))) {
        return false;
      }
    }
    return true;
  }

  /** The smallest with a quality, and not above a size where one is asked for. */
  private boolean ofQuality(TrainedRun ranked, double needed)
      throws IOException, TrainingException {
    Reach reach = new Reach(Math.min(needed * (1 + SIZE_SLACK), most()), most());
    double first = Math.max(reach.least(), firstGuess(ranked));
    int showing = (left - spending.noisy()) / (ROUNDS + 1);
    boolean compares = showing >= LEAST_SHOWING && Distillation.suits(spec, ranked.record().spec());
    int each = compares ? showing : Math.max(1, left / ROUNDS);
    if (compares) {
      left -= spending.noisy(); // The second one has it too.
    }
    boolean goesOn =
        compares
            ? learnsWhatTeaches(first, spending.noisy(), each)
            : round(posterior, spending.posterior(), first, spending.noisy(), each);
    if (!goesOn) {
      return false;
    }
    List<Reach.Point> tried = new ArrayList<>();
    tried.add(point(first));
    OptionalDouble next = reach.next(tried);
    while (left >= each && next.isPresent()) {
      Round best = best();
      RunFolder from = best == null ? posterior : best.run();
      int done = best == null ? spending.posterior() : best.epochs();
      int noisy = best == null ? spending.noisy() : 0;
      if (!round(from, done, next.getAsDouble(), noisy, left < 2 * each ? left : each)) {
        return false;
      }
      tried.add(point(next.getAsDouble()));
      next = reach.next(tried);
    }
    return true;
  }

  /** Two rounds; all that follow are as the better one. False if it was asked to stop. */
  private boolean learnsWhatTeaches(double compression, int noisy, int tuned)
      throws IOException, TrainingException {
    Optional<Round> better =
        Distillation.better(
            teacher -> taught(teacher, compression, noisy, tuned), before.measured(), phases.say());
    better.ifPresent(round -> distils = round.distilled());
    return better.isPresent();
  }

  private Optional<Round> taught(boolean teacher, double compression, int noisy, int tuned)
      throws IOException, TrainingException {
    distils = teacher;
    return round(posterior, spending.posterior(), compression, noisy, tuned)
        ? Optional.of(rounds.getLast())
        : Optional.empty();
  }

  /** How the last round of the kind that goes on came out. */
  private Reach.Point point(double compression) {
    Round last = ofKind().toList().getLast();
    return new Reach.Point(compression, last.excess(before.measured()));
  }

  private Stream<Round> ofKind() {
    return rounds.stream().filter(round -> round.distilled() == distils);
  }

  private @Nullable Round best() {
    return ofKind()
        .filter(round -> round.holds(true))
        .max(Comparator.comparingDouble(Round::compression))
        .orElse(null);
  }

  private double most() {
    double most = before.weights() / (double) FEWEST_WEIGHTS;
    return Math.max(1.01, Math.min(most, limits.most(graph())));
  }

  private Graph graph() {
    return before.file().model().graph();
  }

  /**
   * How far pruning alone goes before it costs as much as the wishes allow, beside the posterior
   * with all its weights, and what fine-tuning adds.
   */
  private double firstGuess(TrainedRun ranked) throws IOException {
    Measured whole = measuredAt(ranked, 1);
    double held = 0;
    double failed = Math.log(Math.min(most(), 1000));
    for (int i = 0; i < LOOKS; i++) {
      double middle = (held + failed) / 2;
      if (costsAtMost(whole, measuredAt(ranked, Math.exp(middle)))) {
        held = middle;
      } else {
        failed = middle;
      }
    }
    phases
        .say()
        .accept("pruning alone goes to %s of the weights".formatted(Round.part(Math.exp(held))));
    return Math.min(most(), TUNING_GAIN * Math.exp(held));
  }

  private Measured measuredAt(TrainedRun ranked, double compression) throws IOException {
    return Deployment.plain(ranked.record(), ranked.snapshot(), 1 - 1 / compression, limits)
        .measure(before.weights(), before.bench());
  }

  private boolean costsAtMost(Measured whole, Measured pruned) {
    for (Target target : spec.targets().qualities()) {
      Measure measure = target.measure();
      double room = Math.abs(target.wanted(before.measured()) - before.measured().require(measure));
      double bound = whole.require(measure) + (measure.largerIsBetter() ? -room : room);
      if (!measure.atLeastAsGood(pruned.require(measure), bound)) {
        return false;
      }
    }
    return true;
  }

  /** One round; false if it was asked to stop. */
  private boolean round(RunFolder from, int done, double compression, int noisy, int tuned)
      throws IOException, TrainingException {
    String name = "round-" + (rounds.size() + 1);
    LongerRun longer =
        new LongerRun(
            done,
            noisy,
            tuned,
            limits.ofPruned(1 - 1 / compression, graph()),
            beta(base),
            spec.most());
    RunSpec its = longer.spec(base, spending.posterior());
    its = distils ? Distillation.of(its) : its;
    RunFolder run = phases.folder(name);
    LongerRun.fork(from, its, run, before.file());
    phases.say().accept("%s: to %s of the weights".formatted(name, Round.part(compression)));
    if (!phases.train(name, its, run)) {
      return false;
    }
    left -= tuned;
    rounds.add(measured(name, run, done + noisy + tuned, 1 - 1 / compression));
    phases.say().accept(rounds.getLast().line());
    return true;
  }

  private Round measured(String name, RunFolder run, int epochs, double sparsity)
      throws IOException {
    TrainedRun trained = TrainedRun.read(run.root());
    Deployment floats = Deployment.dense(trained.record(), trained.snapshot());
    return new Appraisal(spec, before, journal)
        .of(name, run, epochs, distils, sparsity, floats, trained.snapshot().relativeDeviations());
  }

  /** The weight of the KL. */
  static double beta(RunSpec base) {
    return base.training().klWeight().last();
  }
}
