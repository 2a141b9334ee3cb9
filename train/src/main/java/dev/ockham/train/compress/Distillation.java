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
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Rounds that learn from the network before, and not from labels: its logits over a temperature
 * (arXiv:1503.02531, section 2) say which mistakes are near. That helps where this network is good
 * on examples that it has not seen, which nobody knows beforehand.
 */
final class Distillation {

  /** High enough that a network which knows its examples by heart still says more than a label. */
  private static final double TEMPERATURE = 4;

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

  /** Whether one of two rounds that differ in this alone is better for it. */
  static boolean helps(Round labels, Round distilled, Measured dense, Consumer<String> say) {
    boolean helps = distilled.cost(dense) < labels.cost(dense);
    say.accept(
        helps
            ? "the network before teaches better than labels"
            : "labels teach better than the network before");
    return helps;
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
