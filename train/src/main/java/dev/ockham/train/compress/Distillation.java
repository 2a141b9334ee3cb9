package dev.ockham.train.compress;

import dev.ockham.core.goal.Measure.Kind;
import dev.ockham.core.goal.Measured;
import dev.ockham.core.loss.Distance;
import dev.ockham.core.loss.LossKind;
import dev.ockham.core.run.Lesson;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecTree;
import dev.ockham.core.spec.TeacherSpec;
import dev.ockham.core.spec.TrainingSpec;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.train.run.TrainingException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Rounds that learn from the network before, and not from labels: its logits over a temperature
 * (arXiv:1503.02531, section 2) say which mistakes are near. That helps where this network is good
 * on examples that it has not seen, which nobody knows beforehand.
 */
final class Distillation {

  /** High enough that a network which knows its examples by heart still says more than a label. */
  private static final double TEMPERATURE = 4;

  /** Of many epochs such a part shows what teaches better, twice. */
  private static final int LONG_PART = 12;

  /** Of few epochs such a part. */
  private static final int SHORT_PART = 5;

  /** Epochs up to which the larger part is worth it. */
  private static final int ENOUGH = 3;

  private Distillation() {}

  /**
   * Whether a compression may try it: it is of classes, learns plain labels, and no wish is about
   * probabilities, which a temperature changes.
   *
   * @param posterior of the posterior's run, in which the loss is decided
   */
  static boolean suits(CompressionSpec spec, RunSpec posterior) {
    TrainingSpec training = posterior.training();
    return training.loss() == LossKind.CLASSIFICATION
        && training.classWeights().equals(TrainingSpec.NO_WEIGHTS)
        && training.labelSmoothing() == 0
        && !spec.targets().about(Kind.NLL);
  }

  /** The spec of a round that learns so, and starts from the network before. */
  static RunSpec of(RunSpec its) {
    return of(its, TeacherSpec.START);
  }

  /**
   * The spec of a round that learns so.
   *
   * @param from file of the network before
   */
  static RunSpec of(RunSpec its, String from) {
    return SpecTree.of(its)
        .with("training.loss", "teacher", "compress")
        .with("training.teacher.from", from, "compress")
        .with("training.teacher.temperature", Double.toString(TEMPERATURE), "compress")
        .toSpec();
  }

  /** A short round that shows how well it learns. */
  @FunctionalInterface
  interface Trial {
    /** The round; nothing if it was asked to stop. */
    Optional<Round> round(boolean distils) throws IOException, TrainingException;
  }

  /** The better one of two rounds that differ in this alone; nothing if it was asked to stop. */
  static Optional<Round> better(Trial trial, Measured dense, Consumer<String> say)
      throws IOException, TrainingException {
    Optional<Round> labels = trial.round(false);
    Optional<Round> distilled = labels.isPresent() ? trial.round(true) : labels;
    if (distilled.isEmpty()) {
      return distilled;
    }
    boolean helps = distilled.get().cost(dense) < labels.get().cost(dense);
    say.accept(
        helps
            ? "the network before teaches better than labels"
            : "labels teach better than the network before");
    return helps ? distilled : labels;
  }

  /** Epochs of each of two such rounds, of all that are left; 0 where these are too few. */
  static int showing(int epochs) {
    return Math.max(epochs / LONG_PART, Math.min(epochs / SHORT_PART, ENOUGH));
  }

  /**
   * What such a round learns. Puts the teacher into its folder.
   *
   * @param output of both networks
   */
  static Lesson begin(ModelFile teacher, String output, RunFolder run) throws IOException {
    String from = "the network before";
    ModelFile.of(teacher.model(), Map.of("from", from)).save(run.teacher());
    Lesson.Target target = new Lesson.Target(output, new Distance.Divergence(TEMPERATURE));
    return new Lesson(Lesson.sha256(run.teacher()), from, true, List.of(target));
  }
}
