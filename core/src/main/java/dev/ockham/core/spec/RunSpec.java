package dev.ockham.core.spec;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.NetworkSource;
import dev.ockham.core.kl.KlTerm;
import dev.ockham.core.loss.LossKind;
import dev.ockham.core.method.Estimator;
import dev.ockham.core.method.Method;
import dev.ockham.core.method.PosteriorKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Everything that decides what a training run computes. Two runs of equal specs on equal data and
 * an equal number of threads end with equal bytes.
 *
 * <p>Specs are values; each {@code with…} gives another one:
 *
 * <pre>{@code
 * RunSpec.of(architecture).bayesian(Method.SPARSE_VD).withEpochs(20).withSeed(7)
 *     .with("training.kl_weight.last", 0.3)
 * }</pre>
 *
 * @param data which data set, and how it is split
 * @param architecture which network, as {@link NetworkSource} reads it
 * @param method what is believed of the weights
 * @param training how the network is fitted
 */
public record RunSpec(
    @Doc("The data set and its split.") DataSpec data,
    @Doc(
            "One of 'ockham architectures', mlp:784-300-100-10 of any widths, net: with any layers,"
                + " or a file NAME.json that holds a graph.")
        String architecture,
    @Doc("What is believed of every weight, and when it may go.") MethodSpec method,
    @Doc("How the network is fitted.") TrainingSpec training) {

  /** Checks that there is such an architecture, and that what prunes has weights to set to 0. */
  public RunSpec {
    try {
      NetworkSource.require(architecture);
    } catch (IllegalArgumentException e) {
      throw new SpecException(String.valueOf(e.getMessage()));
    }
    if (!prunesWeightsByScore(method.method())) {
      if (training.fineTune().epochs() > 0) {
        throw prunesNothing("fine_tune.epochs", training.fineTune().epochs(), method);
      }
      if (training.gradualPruning().happens()) {
        throw prunesNothing("gradual_pruning.from", training.gradualPruning().from(), method);
      }
    }
    if (training.schedule() == Schedule.AUTO && !AutomaticSchedule.suits(method, training.loss())) {
      throw new SpecException(
          ("training.schedule is auto, but there is no rule for method '%s' and loss %s; set it to"
                  + " stated")
              .formatted(method.name(), SpecTree.enumName(training.loss())));
    }
    if (training.gradualPruning().toSparsity() && !method.method().posterior().hasLogSigma2()) {
      throw new SpecException(
          ("training.gradual_pruning.sparsity is %s, but method '%s' has no variance for each"
                  + " weight, by which weights could be ranked; set method.threshold")
              .formatted(training.gradualPruning().sparsity(), method.name()));
    }
  }

  private static SpecException prunesNothing(String leaf, Object value, MethodSpec method) {
    return new SpecException(
        "training.%s is %s, but method '%s' prunes no weights by their log alpha"
            .formatted(leaf, value, method.name()));
  }

  /** A schedule has its own times, and a closed gate is no weight that could be held at 0. */
  private static boolean prunesWeightsByScore(Method method) {
    return method.prunes()
        && !method.scheduled()
        && !method.hasGates()
        && method.posterior() != PosteriorKind.HARD_CONCRETE;
  }

  /** The defaults, each of them written here or in the records that this one is made of. */
  public static RunSpec defaults() {
    return new RunSpec(
        DataSpec.defaults(), "lenet-300-100", MethodSpec.defaults(), TrainingSpec.defaults());
  }

  /**
   * The dense network of an architecture, trained with the defaults; {@link #bayesian} is the next
   * call.
   */
  public static RunSpec of(Architecture architecture) {
    return defaults()
        .with("architecture", NetworkSource.of(architecture))
        .with("method.name", Method.NONE.name());
  }

  /**
   * Makes every layer with weights Bayesian, or noisy as dropout makes it. The method comes with
   * its own defaults of KL term, threshold and what else {@link MethodSpec} holds, so set those
   * after it; what is not the method's stays.
   *
   * @param method what is believed of the weights, such as {@link Method#SPARSE_VD}
   * @throws IllegalArgumentException if the method has no noise
   */
  public RunSpec bayesian(Method method) {
    if (!method.noisy()) {
      throw new IllegalArgumentException(
          "method '%s' is not Bayesian; take it by with(\"method.name\", \"%s\"); RunSpec.of alone gives the dense network"
              .formatted(method.name(), method.name()));
    }
    return with("method.name", method.name());
  }

  /**
   * Why the loss is no likelihood but a pseudo-likelihood, so that the bound is of no stated model.
   *
   * @return of {@code class_weights}, {@code label_smoothing}, {@code mixup}, {@code huber} and
   *     {@code teacher} what there is; empty where the loss is a likelihood
   */
  public List<String> pseudoLikelihood() {
    List<String> reasons = new ArrayList<>();
    if (!training.classWeights().equals(TrainingSpec.NO_WEIGHTS)) {
      reasons.add("class_weights");
    }
    if (training.labelSmoothing() > 0) {
      reasons.add("label_smoothing");
    }
    if (data.augmentation().mixup() > 0) {
      reasons.add("mixup");
    }
    if (training.loss() == LossKind.HUBER || training.loss() == LossKind.TEACHER) {
      reasons.add(SpecTree.enumName(training.loss()));
    }
    return List.copyOf(reasons);
  }

  /**
   * The plain network that a run is compared with: the same without noise, KL and pruning, and
   * without the epochs that fine-tune.
   */
  public RunSpec dense() {
    int epochs = training.epochs() - training.fineTune().epochs();
    String by = "RunSpec.dense";
    return SpecTree.of(this)
        .with("training.epochs", Integer.toString(epochs), by)
        .with("training.fine_tune.stages", "1", by)
        .with("training.fine_tune.most_loss", "0", by)
        .with("training.fine_tune.epochs", "0", by)
        .with("training.fine_tune.weight_decay", "0", by)
        .with("training.gradual_pruning.first", Double.toString(GradualPruning.FIRST), by)
        .with("training.gradual_pruning.from", "1", by)
        .with("training.gradual_pruning.until", "1", by)
        .with("training.gradual_pruning.sparsity", "0", by)
        .with("training.gradual_pruning.most", NamePatterns.NONE, by)
        .with("method.name", Method.NONE.name(), by)
        .toSpec();
  }

  /** This spec with another number of passes over the training examples, at least 1. */
  public RunSpec withEpochs(int epochs) {
    return with("training.epochs", epochs);
  }

  /** This spec with another seed of initial weights, order of examples and noise. */
  public RunSpec withSeed(long seed) {
    return with("training.seed", seed);
  }

  /** This spec on another number of cores; 0 means all of this machine's. */
  public RunSpec withThreads(int threads) {
    return with("training.threads", threads);
  }

  /** This spec with another number of examples per step; 0 leaves it to the data. */
  public RunSpec withBatch(int batch) {
    return with("training.batch", batch);
  }

  /** This spec with another learning rate at the start, positive. */
  public RunSpec withLearningRate(double initial) {
    return with("training.learning_rate.initial", initial);
  }

  /**
   * This spec with another threshold: weights go where their score is at or above it, which is log
   * α (natural log) but for methods with a schedule.
   */
  public RunSpec withThreshold(double threshold) {
    return with("method.threshold", threshold);
  }

  /** This spec with another prior, or another formula of its KL. */
  public RunSpec withKl(KlTerm kl) {
    return with("method.kl", kl);
  }

  /** This spec with another way for weight noise to enter the gradient. */
  public RunSpec withEstimator(Estimator estimator) {
    return with("method.estimator", estimator);
  }

  /**
   * This spec with another final weight β of the KL.
   *
   * @param beta 1 for the evidence lower bound, 0 to train without a prior
   */
  public RunSpec withBeta(double beta) {
    return with("training.kl_weight.last", beta);
  }

  /**
   * This spec with weights that start from the means of another run, for example a dense one of the
   * same architecture; or from the numbers of a file.
   *
   * @param runOrFile folder of that run; or a model, or a file of tensors that another tool saved
   */
  public RunSpec startingFrom(Path runOrFile) {
    return with("training.init_from", runOrFile.toString());
  }

  /**
   * This spec with the outputs of a trained network as what to learn, in place of labels.
   *
   * @param teacher folder of a run, or a model file
   */
  public RunSpec taughtBy(Path teacher) {
    return taughtBy(teacher.toString());
  }

  /**
   * This run taught by the network that training starts from, whatever that is: {@link
   * #startingFrom} must have said it.
   */
  public RunSpec taughtByItself() {
    return taughtBy(TeacherSpec.START);
  }

  private RunSpec taughtBy(String from) {
    String by = "RunSpec.taughtBy";
    return SpecTree.of(this)
        .with("training.loss", SpecTree.enumName(LossKind.TEACHER), by)
        .with("training.teacher.from", from, by)
        .toSpec();
  }

  /**
   * This spec with any leaf changed.
   *
   * @param path as {@code --set} takes it and {@code ockham train --print-spec} prints it, such as
   *     {@code training.adam.beta2}
   * @param value a number, a text or one of the spec's enums
   * @throws SpecException if there is no such leaf, or the value is not of its type or out of range
   */
  public RunSpec with(String path, Object value) {
    String text = value instanceof Enum<?> e ? SpecTree.enumName(e) : value.toString();
    return SpecTree.of(this).with(path, text, "RunSpec.with").toSpec();
  }

  /** This spec with another way of training. */
  public RunSpec withTraining(TrainingSpec other) {
    return new RunSpec(data, architecture, method, other);
  }
}
