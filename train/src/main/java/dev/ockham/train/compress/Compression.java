package dev.ockham.train.compress;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Examples;
import dev.ockham.core.goal.Measure.Kind;
import dev.ockham.core.goal.Measured;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.train.compress.Spending.Way;
import dev.ockham.train.run.Training;
import dev.ockham.train.run.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

  private final CompressionSpec spec;
  private final Dataset data;
  private final Yardstick yardstick;
  private final Path folder;
  private final Phases phases;

  /**
   * Prepares a compression.
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
    this.spec = spec.of(Training.sized(spec.base(), data));
    this.data = data;
    this.yardstick = new Yardstick(this.spec, data, validation);
    this.folder = folder;
    this.phases = new Phases(data, folder, stop, say);
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
    if (spec.effort() == Effort.QUICK) {
      return quick().outlook();
    }
    Probe.Found found = Probe.of(spec, data);
    Before before = yardstick.before(found.record(), found.dense());
    if (!spec.base().training().initFrom().isEmpty()) { // Else it is not trained yet.
      yardstick.requireReachable(before);
    }
    Spending spending = spending(found.costs(), before);
    return new Outlook(before.measured(), spending.epochs(), found.costs().seconds(spending));
  }

  /**
   * Checks that this compression may be in its folder, and changes nothing.
   *
   * @param resume whether one that is there may go on
   * @throws RunException if the folder holds another, or anything else
   */
  public void requireUsable(boolean resume) throws IOException {
    Journal.requireUsable(folder, resume);
  }

  /**
   * Compresses the network until its wishes hold or its budget is spent.
   *
   * @param resume whether a compression that is in the folder may go on
   * @return nothing where it was stopped
   * @throws SpecException if a wish holds already, or can never hold, or the budget is too short
   * @throws TrainingException if the posterior diverged
   */
  public Optional<Result> run(boolean resume) throws IOException, TrainingException {
    Journal.requireUsable(folder, resume);
    if (spec.effort() == Effort.QUICK) {
      return quick().run();
    }
    Costs costs;
    Journal journal;
    if (Files.exists(Journal.in(folder))) {
      journal = Journal.open(folder, spec, data.contentHash(), true);
    } else {
      Probe.Found found = Probe.of(spec, data);
      costs = found.costs();
      var _ = costs.spending(spec.budget(), isTrained(), weights());
      if (!spec.base().training().initFrom().isEmpty()) {
        yardstick.requireReachable(yardstick.before(found.record(), found.dense()));
      }
      journal = Journal.open(folder, spec, data.contentHash(), false);
      journal.keep(costs);
    }
    costs = journal.costs();
    if (costs == null) { // Killed between the two writes.
      costs = Probe.of(spec, data).costs();
      journal.keep(costs);
    }
    return run(journal, costs);
  }

  private boolean isTrained() {
    return !spec.base().training().initFrom().isEmpty();
  }

  /** How it is reached by single weights. */
  private Way weights() {
    return spec.targets().qualities().isEmpty() ? Way.SIZE : Way.QUALITY;
  }

  private Spending spending(Costs costs, Before before) {
    boolean gates = ChannelCut.suits(spec, before.file().model().graph());
    return costs.spending(spec.budget(), isTrained(), gates ? Way.GATES : weights());
  }

  private Optional<Result> run(Journal journal, Costs costs) throws IOException, TrainingException {
    RunSpec base = spec.base();
    Spending spending = costs.spending(spec.budget(), isTrained(), weights());
    if (!isTrained()) {
      RunFolder run = phases.folder("dense");
      RunSpec plain = base.with("method.name", "none").withEpochs(spending.dense());
      if (!phases.train("dense", plain, run)) {
        return Optional.empty();
      }
      base = base.startingFrom(run.root().toAbsolutePath());
    }
    int first = spending.posterior();
    LongerRun posterior = LongerRun.posterior(first, RoundSearch.beta(base));
    RunFolder ranked = phases.folder("posterior");
    RunSpec its = posterior.spec(base, first);
    ModelFile denseFile = dense(its, ranked);
    Before before = yardstick.before(RunRecord.read(ranked), denseFile);
    before = yardstick.withLatency(before, journal);
    yardstick.requireReachable(before);
    phases.say().accept("before: " + shown(before.measured()));
    if (ChannelCut.suits(spec, denseFile.model().graph())) {
      return byChannels(base, spending(costs, before), before, journal);
    }
    if (!phases.train("posterior", its, ranked)) {
      return Optional.empty();
    }
    return new RoundSearch(spec, phases, base, spending, before, journal).run();
  }

  private Optional<Result> byChannels(
      RunSpec base, Spending spending, Before before, Journal journal)
      throws IOException, TrainingException {
    RunFolder gates = phases.folder("gates");
    int examples = RunRecord.read(phases.folder("posterior")).data().train();
    RunSpec its = ChannelCut.gates(base, spending.posterior(), examples);
    return phases.train("gates", its, gates)
        ? new ChannelCut(spec, phases, base, spending, before, journal).run(gates)
        : Optional.empty();
  }

  private QuickCompression quick() {
    return new QuickCompression(spec, data, phases, yardstick);
  }

  private ModelFile dense(RunSpec its, RunFolder run) throws IOException, TrainingException {
    Path file = phases.dense();
    if (!Files.exists(file)) {
      Training.train(its, data, run, true, TrainingListener.SILENT, () -> true);
      RunRecord record = RunRecord.read(run);
      Deployment.dense(record, Snapshot.read(run)).file().save(file);
    }
    return ModelFile.load(file);
  }

  static String shown(Measured measured) {
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
}
