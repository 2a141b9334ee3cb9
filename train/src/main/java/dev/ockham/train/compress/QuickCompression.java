package dev.ockham.train.compress;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.InputOrder;
import dev.ockham.core.data.Split;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.run.TemporaryFolder;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.DataSpec;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.model.Model;
import dev.ockham.train.quick.QuickPruning;
import dev.ockham.train.quick.QuickSpec;
import dev.ockham.train.run.Training;
import dev.ockham.train.run.TrainingException;
import java.io.IOException;
import java.util.Optional;

/**
 * Compresses without training, by Laplace's scores and least squares; only what a budget leaves is
 * spent on fine-tuning. What is not training is done anew after a stop, and comes out the same.
 *
 * @param phases with the folder, and who asks to stop
 */
record QuickCompression(CompressionSpec spec, Dataset data, Phases phases, Yardstick yardstick) {

  /**
   * The network that is there.
   *
   * @param record of a run that would begin with it
   * @param file all of it
   * @param model all of it, nothing compacted
   */
  private record Start(RunRecord record, ModelFile file, Model model) {}

  Compression.Outlook outlook() throws IOException, TrainingException {
    Start start = start();
    Before before = yardstick.before(start.record(), start.file());
    yardstick.requireReachable(before);
    QuickPruning pruning = pruning(start.model(), start.record());
    long began = System.nanoTime();
    var _ = pruning.toSparsity(0.5);
    int times = spec.targets().qualities().isEmpty() ? 1 : QuickRounds.MOST_ROUNDS;
    double seconds = times * secondsSince(began);
    boolean trains = !(spec.budget() instanceof Budget.Untrained);
    double each = trains ? epochSeconds(start.record()) : 0;
    int epochs = Costs.tuningEpochs(spec.budget(), seconds, () -> each);
    return new Compression.Outlook(before.measured(), epochs, seconds + epochs * each);
  }

  Optional<Compression.Result> run() throws IOException, TrainingException {
    long began = System.nanoTime();
    Start start = start();
    Before before = yardstick.before(start.record(), start.file());
    yardstick.requireReachable(before);
    Journal journal = Journal.open(phases.folder(), spec, data.contentHash(), true);
    start.file().save(phases.dense());
    before = yardstick.withLatency(before, journal);
    phases.say().accept("before: " + Compression.shown(before.measured()));
    QuickRounds rounds =
        new QuickRounds(
            spec,
            phases,
            start.record(),
            start.model(),
            model -> pruning(model, start.record()),
            before,
            journal);
    if (!rounds.prune()) {
      return Optional.empty();
    }
    if (journal.tuningEpochs() < 0) {
      journal.keepTuningEpochs(
          Costs.tuningEpochs(
              spec.budget(), secondsSince(began), () -> epochSeconds(start.record())));
    }
    if (!rounds.tune(journal.tuningEpochs())) {
      return Optional.empty();
    }
    return Optional.of(rounds.result());
  }

  private double epochSeconds(RunRecord record) throws IOException, TrainingException {
    return Probe.plainEpochSeconds(spec, record, data);
  }

  private static double secondsSince(long began) {
    return (System.nanoTime() - began) / 1e9;
  }

  /** The network as a run would begin with it; nothing of that run is kept. */
  private Start start() throws IOException, TrainingException {
    RunSpec its = spec.base().with("method.name", "none").withEpochs(1);
    try (TemporaryFolder folder = TemporaryFolder.create()) {
      RunFolder run = new RunFolder(folder.path().resolve("start"));
      Training.train(its, data, run, true, TrainingListener.SILENT, () -> true);
      RunRecord record = RunRecord.read(run);
      ModelFile file = Deployment.dense(record, Snapshot.read(run)).file();
      return new Start(record, file, whole(run));
    }
  }

  /** The network of a run, nothing compacted. */
  static Model whole(RunFolder run) throws IOException {
    Snapshot snapshot = Snapshot.read(run);
    return snapshot.masked(
        snapshot.layers().stream().map(layer -> Mask.all(layer.theta().length)).toList());
  }

  private QuickPruning pruning(Model model, RunRecord record) {
    DataSpec held = spec.base().data();
    Dataset arranged = InputOrder.arranged(data, model.graph());
    Split split = Split.stratified(arranged.train(), held.validation(), held.splitSeed());
    Examples examples = arranged.train().select(split.train());
    QuickSpec standard = QuickSpec.defaults();
    QuickSpec how =
        new QuickSpec(
            standard.fisherExamples(),
            standard.fitExamples(),
            standard.steps(),
            true,
            spec.base().training().seed(),
            record.spec().training().threads());
    try {
      return QuickPruning.of(model, examples, how, _ -> {});
    } catch (IllegalArgumentException e) {
      throw new SpecException("--effort quick: " + e.getMessage());
    }
  }
}
