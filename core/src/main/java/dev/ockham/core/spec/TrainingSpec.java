package dev.ockham.core.spec;

import dev.ockham.core.arch.InitialWeights;
import dev.ockham.core.loss.LossKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How the network is fitted.
 *
 * @param loss what is made small
 * @param classWeights how much an example counts by its class, for {@code classification}: {@value
 *     #NO_WEIGHTS}, {@value #BALANCED} (by the inverse of how many there are), or a number for each
 *     class, of which only ratios matter
 * @param labelSmoothing how much of a label is spread over all classes, in [0, 1)
 * @param targetNoise deviation of the noise of {@code squared}, in deviations of the targets
 * @param huberDelta where {@code huber} becomes linear, in deviations of the targets
 * @param teacher whose outputs to learn, where that is the loss
 * @param schedule whether pretraining, {@code klWeight}, {@code gradualPruning} and {@code
 *     fineTune} are as stated here, or chosen by data and network
 * @param seed seed of the initial weights, the order of examples and the noise
 * @param epochs passes over the training images, pretraining included; 0, for an {@code auto}
 *     schedule alone, leaves them to it
 * @param batch examples per step; 0 leaves it to the number of training examples
 * @param threads cores to use; 0 means all of this machine's
 * @param pretrainEpochs epochs at the start without noise and without KL
 * @param initialWeights the distribution that initial weights are drawn from
 * @param initFrom what the weights start from: a run folder, whose means they are; a model; a file
 *     of tensors that another tool saved; empty for none
 * @param initMap which tensors of that file become which parameters, where their names do not tell:
 *     {@code from=to,from=to}, with nothing behind {@code =} for tensors to leave out; {@value
 *     #NO_MAP} for none
 * @param initNorms whether convolutions of that file's network get batch norms behind them, of the
 *     same function; exporters fold norms away
 * @param onCollapse what to do when a layer has lost every path through it
 * @param shrink whether units that are gone leave the network between epochs, where the method
 *     allows it
 * @param varianceProducts precision of the products of variances with squared activations
 * @param checkpointSeconds longest time between checkpoints within an epoch
 * @param learningRate learning rate up to fine-tuning
 * @param klWeight weight β of the KL, between pretraining and fine-tuning
 * @param earlyStopping when the run may end before its last epoch
 * @param gradualPruning which weights go before that
 * @param fineTune the last epochs, with the weights that stay alone
 * @param adam the optimiser's constants
 */
public record TrainingSpec(
    @Doc(
            value =
                "classification, labels (several at once), gaussian (numbers, noise learnt),"
                    + " squared, huber, or teacher: a trained network's outputs; auto: by the"
                    + " data.",
            unrecorded = "classification")
        LossKind loss,
    @Doc(
            value =
                "How much an example counts by its class: none, balanced, or a number each. A"
                    + " pseudo-likelihood.",
            unrecorded = TrainingSpec.NO_WEIGHTS)
        String classWeights,
    @Doc(
            value =
                "How much of a label is spread over all classes, from 0 to 0.999. A"
                    + " pseudo-likelihood.",
            unrecorded = "0.0")
        double labelSmoothing,
    @Doc(
            value = "For squared: deviation of the noise, in deviations of the targets.",
            unrecorded = "0.3")
        double targetNoise,
    @Doc(
            value =
                "For huber, a pseudo-likelihood: where it becomes linear, in deviations of the"
                    + " targets.",
            unrecorded = "1.0")
        double huberDelta,
    @Doc("The teacher, where the loss is one.") TeacherSpec teacher,
    @Doc(
            value =
                "stated, or auto: pretraining, KL weight, gradual pruning and fine-tuning chosen by"
                    + " the size of data and network.",
            unrecorded = "stated")
        Schedule schedule,
    @Doc("Seed of initial weights, order of examples and noise.") long seed,
    @Doc("Passes over the training images, pretraining included; 0, where schedule is auto: by it.")
        int epochs,
    @Doc("Examples per step; 0: a tenth of the training examples, from 8 to 100.") int batch,
    @Doc("Cores to use; 0 means all. Results repeat bit for bit at an equal number.") int threads,
    @Doc("Epochs at the start without noise and without KL.") int pretrainEpochs,
    @Doc("Initial weights: he, N(0, 2/fan-in), or small, N(0, 0.01^2) (convolutions: Glorot).")
        InitialWeights initialWeights,
    @Doc("Run folder, model or file of tensors whose weights to start from; '' for none.")
        String initFrom,
    @Doc(
            value = "Tensors of that file by the parameters they become: from=to,from=to, or none.",
            unrecorded = TrainingSpec.NO_MAP)
        String initMap,
    @Doc(
            value =
                "Whether to put batch norms, of the same function, behind that file's"
                    + " convolutions.",
            unrecorded = "false")
        boolean initNorms,
    @Doc("When a layer loses its last path: stop, or continue (where empty is a right answer).")
        OnCollapse onCollapse,
    @Doc("Whether units that are gone leave the network while it trains.") boolean shrink,
    @Doc(
            "Precision of large products of variances: float32, bfloat16 or, by a probe of this"
                + " machine, auto.")
        VarianceProducts varianceProducts,
    @Doc("Longest time between two checkpoints within an epoch, in seconds.")
        double checkpointSeconds,
    @Doc("Learning rate over the run, fine-tuning apart.") LearningRate learningRate,
    @Doc("Weight beta of the KL term over the run: warm-up.") KlWeight klWeight,
    @Doc("When the run may end before its last epoch.") EarlyStopping earlyStopping,
    @Doc("Weights set to 0 bit by bit, while there is noise.") GradualPruning gradualPruning,
    @Doc("Last epochs without noise and KL, for the weights that are not pruned.")
        FineTune fineTune,
    @Doc("Adam's constants.") AdamSpec adam) {

  /** No tensor is mapped by hand. */
  public static final String NO_MAP = "none";

  /** Every example counts as one. */
  public static final String NO_WEIGHTS = "none";

  /** Every class counts as much as any other. */
  public static final String BALANCED = "balanced";

  private static final int MOST_BATCH = 100;
  private static final int LEAST_BATCH = 8;
  private static final double TARGET_NOISE = 0.3;
  private static final double HUBER_DELTA = 1;

  /** What to do when the posterior has given up every path through a layer. */
  public enum OnCollapse {
    /** The run ends as collapsed. */
    STOP,
    /** The run goes on; an empty network may be the right answer. */
    CONTINUE
  }

  /** Precision of the products of variances with squared activations, in dense layers. */
  public enum VarianceProducts {
    /** Bfloat16 where a probe finds it faster; a run records what it found. */
    AUTO,
    /** 24 bits. */
    FLOAT32,
    /** 8 bits, with sums in float32; only in dense layers of many multiplications. */
    BFLOAT16
  }

  /** Checks the ranges. */
  public TrainingSpec {
    requireTeacher(loss, teacher, initFrom);
    requireLoss(loss, classWeights, labelSmoothing, targetNoise, huberDelta);
    if (!mapping(initMap).isEmpty() && initFrom.isEmpty()) {
      throw new SpecException(
          "training.init_map (--map) is '%s', but training.init_from (--init-from) names no file"
              .formatted(initMap));
    }
    if (initNorms && initFrom.isEmpty()) {
      throw new SpecException(
          "training.init_norms (--unfold-norms) is true, but training.init_from (--init-from) names"
              + " no file");
    }
    Require.atLeast("training.epochs", epochs, schedule == Schedule.AUTO ? 0 : 1);
    Require.atLeast("training.batch", batch, 0);
    Require.atLeast("training.threads", threads, 0);
    Require.between("training.threads", threads, 0, 1024);
    Require.atLeast("training.pretrain_epochs", pretrainEpochs, 0);
    Require.between("training.checkpoint_seconds", checkpointSeconds, 0, 1e9);
    if (fineTune.epochs() > 0 && pretrainEpochs + fineTune.epochs() >= epochs) {
      throw new SpecException(
          ("training.fine_tune.epochs is %s; with training.pretrain_epochs, %s, nothing is left of"
                  + " training.epochs, %s")
              .formatted(fineTune.epochs(), pretrainEpochs, epochs));
    }
    if (fineTune.stages() > 1 && pretrainEpochs == 0 && initFrom.isEmpty()) {
      throw new SpecException(
          ("training.fine_tune.stages is %s, but without training.pretrain_epochs or"
                  + " training.init_from there is no network before noise to compare with")
              .formatted(fineTune.stages()));
    }
    if (fineTune.stages() > 1 && earlyStopping.on()) {
      throw new SpecException(
          ("training.fine_tune.stages is %s and training.early_stopping.patience %s; a run ends by"
                  + " one of them")
              .formatted(fineTune.stages(), earlyStopping.patience()));
    }
    if (gradualPruning.toSparsity() && pretrainEpochs == epochs) {
      throw new SpecException(
          ("training.gradual_pruning.sparsity is %s, but training.pretrain_epochs, %s, leaves no"
                  + " noisy epoch")
              .formatted(gradualPruning.sparsity(), pretrainEpochs));
    }
    if (schedule == Schedule.STATED && pretrainEpochs > epochs) {
      throw new SpecException(
          "training.pretrain_epochs is %s, more than training.epochs, %s"
              .formatted(pretrainEpochs, epochs));
    }
  }

  private static void requireLoss(
      LossKind loss, String weights, double smoothing, double noise, double delta) {
    classWeights(weights);
    Require.between("training.label_smoothing", smoothing, 0, 0.999);
    Require.positive("training.target_noise", noise);
    Require.positive("training.huber_delta", delta);
    boolean classes = loss == LossKind.CLASSIFICATION || loss == LossKind.AUTO;
    if (!classes && !weights.equals(NO_WEIGHTS)) {
      throw unused("class_weights", weights, loss);
    }
    if (!classes && smoothing != 0) {
      throw unused("label_smoothing", smoothing, loss);
    }
    if (loss != LossKind.SQUARED && noise != TARGET_NOISE) {
      throw unused("target_noise", noise, loss);
    }
    if (loss != LossKind.HUBER && delta != HUBER_DELTA) {
      throw unused("huber_delta", delta, loss);
    }
  }

  private static SpecException unused(String leaf, Object value, LossKind loss) {
    return new SpecException(
        "training.%s is %s, but training.loss, %s, has no use for it"
            .formatted(leaf, value, SpecTree.enumName(loss)));
  }

  /**
   * The numbers of {@link #classWeights}; empty for {@value #NO_WEIGHTS} and {@value #BALANCED}.
   *
   * @throws SpecException if it is something else, or a number is not positive
   */
  public List<Double> classWeightNumbers() {
    return classWeights(classWeights);
  }

  private static List<Double> classWeights(String text) {
    if (text.equals(NO_WEIGHTS) || text.equals(BALANCED)) {
      return List.of();
    }
    List<Double> numbers;
    try {
      numbers = NumberList.parse(text);
    } catch (NumberFormatException e) {
      throw new SpecException(
          "training.class_weights is '%s'; it must be none, balanced or a number for each class"
              .formatted(text));
    }
    if (numbers.isEmpty()) {
      throw new SpecException("training.class_weights is empty; none weighs all alike");
    }
    numbers.forEach(each -> Require.positive("training.class_weights", each));
    return numbers;
  }

  private static void requireTeacher(LossKind loss, TeacherSpec teacher, String initFrom) {
    if (loss != LossKind.TEACHER && !teacher.equals(TeacherSpec.defaults())) {
      throw new SpecException(
          "training.teacher is set, but training.loss is %s; --loss teacher learns from one"
              .formatted(SpecTree.enumName(loss)));
    }
    if (loss == LossKind.TEACHER
        && initFrom.isEmpty()
        && teacher.from().equals(TeacherSpec.START)) {
      throw new SpecException(
          "training.loss is teacher, but there is none: name a trained network with --teacher, or"
              + " start from one with --init-from");
    }
  }

  /** Which tensors become which parameters by {@link #initMap}, in its order. */
  public Map<String, String> initMapping() {
    return mapping(initMap);
  }

  private static Map<String, String> mapping(String text) {
    Map<String, String> mapping = new LinkedHashMap<>();
    if (text.equals(NO_MAP)) {
      return mapping;
    }
    for (String pair : text.split(",", -1)) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw new SpecException(
            "training.init_map is '%s'; '%s' is not of the form from=to".formatted(text, pair));
      }
      String from = pair.substring(0, equals);
      if (mapping.put(from, pair.substring(equals + 1)) != null) {
        throw new SpecException("training.init_map names '%s' twice".formatted(from));
      }
    }
    return mapping;
  }

  static TrainingSpec defaults() {
    return new TrainingSpec(
        LossKind.AUTO,
        NO_WEIGHTS,
        0,
        TARGET_NOISE,
        HUBER_DELTA,
        TeacherSpec.defaults(),
        Schedule.STATED,
        1,
        100,
        100,
        0,
        0,
        InitialWeights.HE,
        "",
        NO_MAP,
        false,
        OnCollapse.STOP,
        true,
        VarianceProducts.AUTO,
        30,
        LearningRate.defaults(),
        KlWeight.defaults(),
        EarlyStopping.defaults(),
        GradualPruning.defaults(),
        FineTune.defaults(),
        AdamSpec.defaults());
  }

  /**
   * Examples per step of a run: those that are stated, else a tenth of the training examples, from
   * 8 to 100: few examples in large batches would make few steps.
   *
   * @param examples training examples, at least 1
   */
  public int batchOf(int examples) {
    return batch > 0 ? batch : Math.clamp(examples / 10, LEAST_BATCH, MOST_BATCH);
  }

  /** This spec with a fixed number of threads. */
  public TrainingSpec withThreads(int count) {
    return with(loss, count, varianceProducts);
  }

  /** This spec with a fixed precision of the products of variances. */
  public TrainingSpec withVarianceProducts(VarianceProducts precision) {
    return with(loss, threads, precision);
  }

  /** This spec with a loss that is not left to the data. */
  public TrainingSpec withLoss(LossKind kind) {
    return with(kind, threads, varianceProducts);
  }

  private TrainingSpec with(LossKind kind, int count, VarianceProducts precision) {
    return new TrainingSpec(
        kind,
        classWeights,
        labelSmoothing,
        targetNoise,
        huberDelta,
        teacher,
        schedule,
        seed,
        epochs,
        batch,
        count,
        pretrainEpochs,
        initialWeights,
        initFrom,
        initMap,
        initNorms,
        onCollapse,
        shrink,
        precision,
        checkpointSeconds,
        learningRate,
        klWeight,
        earlyStopping,
        gradualPruning,
        fineTune,
        adam);
  }
}
