package dev.ockham.train.run;

import dev.ockham.core.metrics.NormalInterval;
import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.Position;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.FineTune;
import dev.ockham.runtime.file.AtomicFile;
import dev.ockham.runtime.file.MalformedFileException;
import dev.ockham.runtime.file.Safetensors;
import dev.ockham.runtime.file.SafetensorsFile;
import dev.ockham.runtime.file.StoredTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Which stage of fine-tuning a run ends with: the last one before a stage that costs too much. All
 * that decides is in the run's folder: what the best network before noise gets wrong, and the
 * checkpoint after the last stage that counts; so a run that is killed and resumed decides as one
 * that was not.
 */
final class Stages {

  /** The central interval whose upper end is the one-sided bound of 80 %. */
  private static final double CENTRAL = 0.6;

  private static final String MISTAKES = "mistakes";

  private final RunFolder folder;
  private final Plan plan;
  private final boolean squares;
  private final TrainingListener listener;

  /**
   * The stages of a run.
   *
   * @param squares whether mistakes are squared errors of numbers
   * @param listener hears of what is kept
   */
  Stages(RunFolder folder, Plan plan, boolean squares, TrainingListener listener) {
    this.listener = listener;
    this.folder = folder;
    this.plan = plan;
    this.squares = squares;
  }

  /**
   * What is asked of the network as it is at the end of an epoch, only where it decides.
   *
   * @param mistakes how wrong it is on each validation example, as pruned
   * @param canHalve whether half of the weights that are left could go without cutting the network
   *     in two
   */
  record Look(Supplier<double[]> mistakes, BooleanSupplier canHalve) {}

  /**
   * Whether the run ends here. Keeps what decides.
   *
   * @param position where the run is, and its last checkpoint
   */
  boolean ends(Position position, Look look) throws IOException {
    if (plan.training().fineTune().stages() == 1 || position.stepInEpoch() > 0) {
      return false;
    }
    if (position.epoch() == 0 && plan.training().initFrom().isEmpty()) {
      return false; // Nothing has been learnt that could be lost.
    }
    if (position.epoch() <= plan.training().pretrainEpochs()) {
      remember(look.mistakes().get());
      return false;
    }
    if (!plan.endsStage(position.epoch())) {
      return false;
    }
    boolean first =
        position.epoch() == plan.firstTuned() + plan.training().fineTune().epochsPerStage();
    boolean holds = holds(plan.training().fineTune(), squares, before(), look.mistakes().get());
    if (first || holds) {
      AtomicFile.writeBytes(folder.stageCheckpoint(), Files.readAllBytes(folder.checkpoint()));
    }
    if (first && !holds) {
      listener.losesMore(plan.training().fineTune().mostLoss());
    }
    return !holds || !look.canHalve().getAsBoolean();
  }

  /** Puts the stage that counts in the place of the last, if they differ. */
  void restore(Position position) throws IOException {
    if (!Files.exists(folder.stageCheckpoint())) {
      return;
    }
    Checkpoint.read(folder.stageCheckpoint()); // Before it takes another's place.
    byte[] stage = Files.readAllBytes(folder.stageCheckpoint());
    if (!Arrays.equals(stage, Files.readAllBytes(folder.checkpoint()))) {
      AtomicFile.writeBytes(folder.checkpoint(), stage);
      listener.kept(
          position.epoch() - plan.training().fineTune().epochsPerStage(), position.epoch());
    }
  }

  private void remember(double[] mistakes) throws IOException {
    if (Files.exists(folder.mistakesBefore()) && mean(before()) <= mean(mistakes)) {
      return;
    }
    Files.createDirectories(folder.checkpoints());
    Safetensors.writeChecked(
        folder.mistakesBefore(),
        SafetensorsFile.of(
            Map.of(), Map.of(MISTAKES, StoredTensor.ofDoubles(mistakes, mistakes.length))));
  }

  private double[] before() throws IOException {
    StoredTensor mistakes =
        Safetensors.readChecked(folder.mistakesBefore()).content().tensors().get(MISTAKES);
    if (mistakes == null) {
      throw new MalformedFileException(folder.mistakesBefore(), MISTAKES, "tensor is missing");
    }
    return mistakes.toDoubles();
  }

  /**
   * Whether the mean of the paired differences costs no more than it may, with room for a standard
   * error as large as the one-sided bound of 80 % needs. Where the examples are too few to show so
   * little, the mean must not be worse at all.
   *
   * @param before mistakes of the network that is compared with
   * @param now mistakes on the same examples
   */
  static boolean holds(FineTune tuning, boolean squares, double[] before, double[] now) {
    double most =
        squares ? (tuning.mostGrowthOfSquares() - 1) * mean(before) : tuning.mostLossOfErrors();
    double[] apart = new double[now.length];
    Arrays.setAll(apart, i -> now[i] - before[i]);
    double worse = mean(apart);
    double squared = 0;
    for (double each : apart) {
      squared += (each - worse) * (each - worse);
    }
    double error = Math.sqrt(squared / Math.max(1, apart.length - 1) / apart.length);
    return worse <= Math.max(0, most - NormalInterval.reach(CENTRAL) * error);
  }

  private static double mean(double[] values) {
    double sum = 0;
    for (double each : values) {
      sum += each;
    }
    return sum / values.length;
  }
}
