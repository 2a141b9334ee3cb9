package dev.ockham.train.compress;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.loss.LossKind;
import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.Lesson;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.spec.Ceilings;
import dev.ockham.core.spec.MethodSpec;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecTree;
import dev.ockham.runtime.file.AtomicFile;
import dev.ockham.runtime.file.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run that goes on from the end of another with a longer plan: its parameters, variances and
 * optimiser state are the first one's, its epochs count on. The first one stays as it is.
 *
 * @param epochs of the first one
 * @param noisy epochs with noise that follow, in which weights begin to go
 * @param tuned epochs without noise at the end; where there are none, nothing is pruned
 * @param sparsity fraction of all weights that is gone then
 * @param beta weight of the KL
 * @param most share of some layers' weights that may go
 */
record LongerRun(int epochs, int noisy, int tuned, double sparsity, double beta, Ceilings most) {

  /** What takes the place of the prior while fine-tuning, AdamW's lambda. */
  private static final double DECAY = 0.1;

  /** Epochs over which the KL is warmed up from 0 when noise begins, as a part of the first run. */
  private static final double WARM_UP = 0.5;

  /** The posterior by itself: a network that is trained already, with noise. */
  static LongerRun posterior(int epochs, double beta) {
    return new LongerRun(0, epochs, 0, 0, beta, Ceilings.NONE);
  }

  private int all() {
    return epochs + noisy + tuned;
  }

  /**
   * The spec of this run. The rate of another spec is that of the noise, constant, and at the start
   * of fine-tuning, in which it falls to 0.
   *
   * @param first epochs of the run that warmed up
   */
  RunSpec spec(RunSpec base, int first) {
    double noisyEpochs = epochs + noisy;
    String rate = Double.toString(base.training().learningRate().initial());
    SpecTree tree =
        SpecTree.of(base)
            .with("training.epochs", Integer.toString(all()), "compress")
            .with("method.threshold", Double.toString(MethodSpec.NO_THRESHOLD), "compress")
            .with("training.learning_rate.shape", "constant", "compress")
            .with("training.learning_rate.last", rate, "compress")
            .with("training.kl_weight.from", "0", "compress")
            .with(
                "training.kl_weight.until",
                Double.toString(Math.min(1, WARM_UP * first / noisyEpochs)),
                "compress")
            .with("training.kl_weight.last", Double.toString(beta), "compress");
    if (tuned > 0) {
      tree =
          tree.with("training.fine_tune.epochs", Integer.toString(tuned), "compress")
              .with("training.fine_tune.learning_rate", rate, "compress")
              .with("training.fine_tune.weight_decay", Double.toString(DECAY), "compress")
              .with(
                  "training.gradual_pruning.from",
                  Double.toString(Math.min(epochs / noisyEpochs, Math.nextDown(1.0))),
                  "compress")
              .with("training.gradual_pruning.sparsity", Double.toString(sparsity), "compress")
              .with("training.gradual_pruning.most", most.toString(), "compress");
    }
    return tree.toSpec();
  }

  /**
   * Makes the folder of this run of another's, where it is not there yet. The record is written
   * last, so that a folder without one is made anew.
   *
   * @param teacher what this run learns from, if it learns from a teacher and the other did not
   */
  static void fork(RunFolder from, RunSpec spec, RunFolder to, ModelFile teacher)
      throws IOException {
    if (to.holdsRun()) {
      return;
    }
    RunRecord first = RunRecord.read(from);
    Checkpoint checkpoint = Checkpoint.read(from);
    Architecture architecture = from.architecture(first.spec());
    Files.createDirectories(to.root());
    for (Path file : List.of(from.network(), from.calibration(), from.metrics(), from.teacher())) {
      if (Files.exists(file)) {
        Path copy = to.root().resolve(from.root().relativize(file));
        Files.createDirectories(copy.toAbsolutePath().getParent());
        AtomicFile.writeBytes(copy, Files.readAllBytes(file));
      }
    }
    boolean begins = spec.training().loss() == LossKind.TEACHER && first.lesson() == null;
    Lesson lesson =
        begins
            ? Distillation.begin(teacher, architecture.graph().outputs().getFirst(), to)
            : first.lesson();
    RunRecord record = record(first, spec, lesson).identified(architecture.graph());
    Checkpoint.write(
        to,
        record,
        checkpoint.position(),
        checkpoint.live(architecture),
        checkpoint.content().tensors());
    record.write(to);
  }

  private static RunRecord record(RunRecord first, RunSpec spec, @Nullable Lesson lesson) {
    RunSpec decided =
        spec.withTraining(
            spec.training()
                .withLoss(lesson == null ? first.spec().training().loss() : LossKind.TEACHER)
                .withThreads(first.spec().training().threads())
                .withVarianceProducts(first.spec().training().varianceProducts()));
    return new RunRecord(
        RunRecord.Status.RUNNING,
        decided,
        first.data(),
        first.software(),
        Map.of(),
        null,
        first.start(),
        lesson,
        first.targets(),
        null,
        1);
  }
}
