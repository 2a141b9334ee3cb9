package dev.ockham.train.compress;

import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.goal.Measure;
import dev.ockham.core.goal.Measure.Kind;
import dev.ockham.core.goal.Measured;
import dev.ockham.core.goal.Target;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.runtime.model.Model;
import dev.ockham.train.quick.QuickPruning;
import dev.ockham.train.run.Training;
import dev.ockham.train.run.TrainingException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Rounds that train nothing, and those that fine-tune what least squares left, with its zeros held;
 * these prune what the best one before has learnt. Each is measured as it would be shipped.
 */
final class QuickRounds {

  /** Of those without training. */
  static final int MOST_ROUNDS = 6;

  private static final int TUNED_ROUNDS = 3;

  /** Such a part of fine-tuning for a size is kept for making the size right. */
  private static final int SPARE_PART = 10;

  /** What least squares mostly keeps; where the search for a quality begins. */
  private static final double FIRST = 2;

  private static final double SIZE_SLACK = 0.03;
  private static final double MOST_COMPRESSION = 1000;

  private final CompressionSpec spec;
  private final Phases phases;
  private final RunRecord record;
  private final Preparing preparing;
  private final QuickPruning pruning;
  private final Before before;
  private final Journal journal;
  private final List<Long> least;
  private final List<Round> rounds = new ArrayList<>();
  private double needed;
  private int spent;

  /** Whether rounds learn from the network before, and not from labels. */
  private boolean distils;

  /** Prepares the pruning of a network. */
  @FunctionalInterface
  interface Preparing {
    QuickPruning of(Model whole);
  }

  /**
   * Rounds.
   *
   * @param record of a run that would begin with the network
   * @param model the network, nothing compacted
   */
  QuickRounds(
      CompressionSpec spec,
      Phases phases,
      RunRecord record,
      Model model,
      Preparing preparing,
      Before before,
      Journal journal) {
    this.spec = spec;
    this.phases = phases;
    this.record = record;
    this.preparing = preparing;
    this.pruning = preparing.of(model);
    this.before = before;
    this.journal = journal;
    this.least = spec.limits().least(WeightTensor.of(pruning.whole().graph()));
  }

  /** What came out, of at least one round. */
  Compression.Result result() {
    Round chosen = Choice.of(rounds, before.measured(), spec.targets());
    return new Compression.Result(before.measured(), rounds, chosen, spent, before.file());
  }

  /** Prunes without training; false if it was asked to stop. */
  boolean prune() throws IOException, TrainingException {
    needed = needed();
    return spec.targets().qualities().isEmpty() ? ofSize() : ofQuality();
  }

  /** Fine-tunes for some epochs; false if it was asked to stop. */
  boolean tune(int epochs) throws IOException, TrainingException {
    if (epochs == 0) {
      return true;
    }
    if (spec.targets().qualities().isEmpty()) {
      return tuneOfSize(epochs);
    }
    return tuneOfQuality(epochs);
  }

  private boolean tuneOfQuality(int epochs) throws IOException, TrainingException {
    int many = Math.min(TUNED_ROUNDS, epochs);
    List<Reach.Point> tried = new ArrayList<>();
    Round best = smallestHolding();
    if (best != null) {
      tried.add(point(best));
    }
    for (int i = 0; i < many; i++) {
      OptionalDouble next = tried.isEmpty() ? OptionalDouble.of(leastTried()) : reach().next(tried);
      if (next.isEmpty()) {
        break;
      }
      int each = epochs / many + (i < epochs % many ? 1 : 0);
      if (!round(behind(smallestHolding()), next.getAsDouble(), each)) {
        return false;
      }
      tried.add(point(rounds.getLast()));
    }
    return true;
  }

  private @Nullable Round smallestHolding() {
    return rounds.stream()
        .filter(Round::holds)
        .max(Comparator.comparingDouble(Round::sparsity))
        .orElse(null);
  }

  /**
   * One long round behind a short one, which is done twice to show what teaches better; and short
   * ones that make the size right, where training has made the file larger.
   */
  private boolean tuneOfSize(int epochs) throws IOException, TrainingException {
    boolean exact = !spec.targets().about(Kind.FILE, Kind.UNITS, Kind.MACS, Kind.LATENCY);
    int spare = exact ? 0 : epochs / SPARE_PART;
    int left = epochs - spare;
    double pruned = 1 / (1 - rounds.getLast().sparsity());
    double first = exact ? pruned : Math.min(pruned * (1 + SIZE_SLACK), most());
    QuickPruning from = pruning;
    int showing = Distillation.showing(left);
    if (showing > 0 && Distillation.suits(spec, record.spec())) {
      Optional<Round> better =
          Distillation.better(
              teacher -> taught(teacher, first, showing), before.measured(), phases.say());
      if (better.isEmpty()) {
        return false;
      }
      distils = better.get().distilled();
      from = behind(better.get());
      left -= 2 * showing;
    }
    if (!round(from, first, left)) {
      return false;
    }
    double compression = first;
    for (int each = (spare + 1) / 2; spare > 0 && !rounds.getLast().holds(); spare -= each) {
      Round large = rounds.getLast();
      compression = Math.min(compression * large.tooLarge() * (1 + SIZE_SLACK), most());
      if (!round(behind(large), compression, Math.min(spare, each))) {
        return false;
      }
    }
    return true;
  }

  private Optional<Round> taught(boolean teacher, double compression, int epochs)
      throws IOException, TrainingException {
    distils = teacher;
    return round(pruning, compression, epochs) ? Optional.of(rounds.getLast()) : Optional.empty();
  }

  /** The pruning of what a round has learnt; of the network before, where it learnt nothing. */
  private QuickPruning behind(@Nullable Round round) throws IOException {
    if (round == null || round.epochs() == 0) {
      return pruning;
    }
    return preparing.of(QuickCompression.whole(round.run()));
  }

  private double leastTried() {
    double sparsity = rounds.stream().mapToDouble(Round::sparsity).min().orElseThrow();
    return Math.max(reach().least(), 1 / (1 - sparsity));
  }

  private boolean ofSize() throws IOException, TrainingException {
    double compression = Math.min(needed, most());
    for (int i = 0; i < MOST_ROUNDS; i++) {
      if (!round(pruning, compression, 0)) {
        return false;
      }
      if (rounds.getLast().holds()) {
        break;
      }
      double step = Math.max(1 + SIZE_SLACK, Math.sqrt(rounds.getLast().tooLarge()));
      compression = Math.min(compression * step, most());
    }
    return true;
  }

  private boolean ofQuality() throws IOException, TrainingException {
    List<Reach.Point> tried = new ArrayList<>();
    double compression = Math.min(most(), Math.max(reach().least(), FIRST));
    for (int i = 0; i < MOST_ROUNDS; i++) {
      if (!round(pruning, compression, 0)) {
        return false;
      }
      tried.add(point(rounds.getLast()));
      OptionalDouble next = reach().next(tried);
      if (next.isEmpty()) {
        break;
      }
      compression = next.getAsDouble();
    }
    return true;
  }

  private Reach.Point point(Round round) {
    return new Reach.Point(1 / (1 - round.sparsity()), round.excess(before.measured()));
  }

  private Reach reach() {
    double slack = spec.targets().sizes().isEmpty() ? 1 : 1 + SIZE_SLACK;
    return new Reach(Math.min(needed * slack, most()), most());
  }

  private double most() {
    double most = Math.min(MOST_COMPRESSION, before.weights() / 10.0);
    double room = spec.limits().most(pruning.whole().graph());
    return Math.max(1.01, Math.min(Math.max(most, needed), room));
  }

  /** The compression that the wishes of size need; 1 where there are none. */
  private double needed() throws IOException {
    List<Target> sizes = spec.targets().sizes();
    List<Double> wanted = sizes.stream().map(t -> t.wanted(before.measured())).toList();
    Map<String, Float> steps = Map.of();
    if (spec.bits() && spec.targets().about(Kind.FILE)) {
      phases.say().accept("looking for what half of the weights need in bits");
      steps =
          Deployment.of(record, pruning.toSparsity(0.5, least).model())
              .inFewBits(Map.of(), before.bench())
              .steps();
    }
    Map<String, Float> rounding = steps;
    double sparsity =
        SparsitySearch.least(
            sizes, wanted, before.weights(), (at, measure) -> size(at, measure, rounding));
    if (sparsity >= 1) {
      throw new SpecException(
          "--target %s: not even a network of one weight has that".formatted(spec.targets()));
    }
    return 1 / (1 - sparsity);
  }

  private double size(double at, Measure measure, Map<String, Float> steps) throws IOException {
    Deployment pruned = Deployment.of(record, pruning.atOnce(at, least).model());
    if (measure.kind() == Kind.LATENCY) {
      return journal.latency("at " + at, pruned.file().model());
    }
    Deployment kept = steps.isEmpty() ? pruned : pruned.roundedAs(steps);
    return Measured.sizes(before.weights(), kept.file().model(), kept.bytes())
        .getOrDefault(measure, Double.POSITIVE_INFINITY);
  }

  /** One round; false if it was asked to stop. */
  private boolean round(QuickPruning from, double compression, int epochs)
      throws IOException, TrainingException {
    if (phases.stop().getAsBoolean()) {
      return false;
    }
    String name = "round-" + (rounds.size() + 1);
    double sparsity = 1 - 1 / compression;
    phases
        .say()
        .accept(
            "%s: to %s of the weights%s"
                .formatted(
                    name,
                    Round.part(compression),
                    epochs == 0 ? "" : ", and %s epochs".formatted(epochs)));
    Model pruned = from.toSparsity(sparsity, least).model();
    Path file = phases.folder().resolve(name + "-start.safetensors");
    record.modelFile(pruned).save(file);
    RunFolder run = phases.folder(name);
    RunSpec its = HeldZeros.tuning(spec.base(), file, pruned, epochs);
    its = distils ? Distillation.of(its, phases.dense().toString()) : its;
    Deployment deployment;
    if (epochs == 0) {
      Training.train(its, phases.data(), run, true, TrainingListener.SILENT, () -> true);
      deployment = Deployment.of(record, pruned);
    } else {
      if (!phases.train(name, its, run)) {
        return false;
      }
      TrainedRun trained = TrainedRun.read(run.root());
      deployment = Deployment.dense(trained.record(), trained.snapshot());
    }
    spent += epochs;
    rounds.add(
        new Appraisal(spec, before, journal)
            .of(name, run, epochs, distils, sparsity, deployment, Map.of()));
    phases.say().accept(rounds.getLast().line());
    return true;
  }
}
