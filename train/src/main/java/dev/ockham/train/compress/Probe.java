package dev.ockham.train.compress;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.run.Position;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.run.TemporaryFolder;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.MethodSpec;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.train.run.Training;
import dev.ockham.train.run.TrainingException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** A few steps of training, thrown away: what the network is now, and what an epoch takes. */
final class Probe {

  private static final int PRACTICE = 3;
  private static final int STEPS = 30;
  private static final double LONGEST = 20;

  /** Such a part of a budget is worth waiting for the JIT. */
  private static final double PATIENCE = 0.01;

  private Probe() {}

  /**
   * What was found.
   *
   * @param record of the run, with what it decided of the data
   * @param dense the network before any step
   */
  record Found(Costs costs, RunRecord record, ModelFile dense) {}

  static Found of(CompressionSpec spec, Dataset data) throws IOException, TrainingException {
    RunSpec noisy = spec.base().withEpochs(1).withThreshold(MethodSpec.NO_THRESHOLD);
    try (TemporaryFolder folder = TemporaryFolder.create()) {
      RunFolder run = new RunFolder(folder.path().resolve("noisy"));
      Training.train(noisy, data, run, true, TrainingListener.SILENT, () -> true);
      RunRecord record = RunRecord.read(run);
      ModelFile dense = Deployment.dense(record, Snapshot.read(run)).file();
      double withNoise = epochSeconds(spec.budget(), noisy, data, run);
      double without = plainEpochSeconds(spec, record, data);
      return new Found(new Costs(withNoise, without), record, dense);
    }
  }

  /**
   * Seconds of an epoch without noise; of one that may be taught by the network before, with what
   * it takes to ask for changed examples.
   *
   * @param record of a run that began, in which the loss is decided
   */
  static double plainEpochSeconds(CompressionSpec spec, RunRecord record, Dataset data)
      throws IOException, TrainingException {
    RunSpec plain = spec.base().withEpochs(1).with("method.name", "none");
    if (!plain.data().augmentation().isNothing()
        && !plain.training().initFrom().isEmpty()
        && Distillation.suits(spec, record.spec())) {
      plain = Distillation.of(plain);
    }
    try (TemporaryFolder folder = TemporaryFolder.create()) {
      RunFolder run = new RunFolder(folder.path().resolve("plain"));
      return epochSeconds(spec.budget(), plain, data, run);
    }
  }

  private static double epochSeconds(Budget budget, RunSpec spec, Dataset data, RunFolder run)
      throws IOException, TrainingException {
    double patience =
        budget instanceof Budget.Seconds(double all) ? Math.min(LONGEST, PATIENCE * all) : 0;
    Clock clock = new Clock(patience);
    Training.train(spec, data, run, true, clock, clock);
    return clock.epochSeconds();
  }

  /** Times steps, and asks to stop once it has seen enough of them. */
  private static final class Clock implements TrainingListener, BooleanSupplier {
    private final List<Double> seconds = new ArrayList<>();
    private final double patience;
    private int stepsPerEpoch;
    private long began;
    private long last;

    Clock(double patience) {
      this.patience = patience;
    }

    @Override
    public void started(Position from, int epochs, int all) {
      stepsPerEpoch = all;
      began = System.nanoTime();
      last = began;
    }

    @Override
    public void stepped(Position position) {
      long now = System.nanoTime();
      seconds.add((now - last) / 1e9);
      last = now;
    }

    @Override
    public boolean getAsBoolean() {
      double passed = (System.nanoTime() - began) / 1e9;
      return (seconds.size() >= PRACTICE + STEPS && passed >= patience)
          || (seconds.size() > PRACTICE && passed > LONGEST);
    }

    /** The median of the last steps counts: the first wait for the JIT, some for somebody else. */
    double epochSeconds() {
      int practice = Math.min(PRACTICE, Math.max(0, seconds.size() - 1));
      int from = Math.max(practice, seconds.size() - STEPS);
      List<Double> sorted = seconds.subList(from, seconds.size()).stream().sorted().toList();
      return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2) * stepsPerEpoch;
    }
  }
}
