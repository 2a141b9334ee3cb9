package dev.ockham.core.spec;

import dev.ockham.core.arch.InitialWeights;
import dev.ockham.core.loss.LossKind;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How the network is fitted.
 *
 * @param loss what is made small
 * @param teacher whose outputs to learn, where that is the loss
 * @param seed seed of the initial weights, the order of examples and the noise
 * @param epochs passes over the training images, pretraining included
 * @param batch examples per step
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
 * @param gradualPruning which weights go before that
 * @param fineTune the last epochs, with the weights that stay alone
 * @param adam the optimiser's constants
 */
public record TrainingSpec(
    @Doc(
            value =
                "classification (of labels), or teacher: a trained network's outputs are the"
                    + " targets; needs no labels.",
            unrecorded = "classification")
        LossKind loss,
    @Doc("The teacher, where the loss is one.") TeacherSpec teacher,
    @Doc("Seed of initial weights, order of examples and noise.") long seed,
    @Doc("Passes over the training images, pretraining included.") int epochs,
    @Doc("Examples per step.") int batch,
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
    @Doc("Weights set to 0 bit by bit, while there is noise.") GradualPruning gradualPruning,
    @Doc("Last epochs without noise and KL, for the weights that are not pruned.")
        FineTune fineTune,
    @Doc("Adam's constants.") AdamSpec adam) {

  /** No tensor is mapped by hand. */
  public static final String NO_MAP = "none";

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
    Require.atLeast("training.epochs", epochs, 1);
    Require.atLeast("training.batch", batch, 1);
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
    if (gradualPruning.toSparsity() && pretrainEpochs == epochs) {
      throw new SpecException(
          ("training.gradual_pruning.sparsity is %s, but training.pretrain_epochs, %s, leaves no"
                  + " noisy epoch")
              .formatted(gradualPruning.sparsity(), pretrainEpochs));
    }
    if (pretrainEpochs > epochs) {
      throw new SpecException(
          "training.pretrain_epochs is %s, more than training.epochs, %s"
              .formatted(pretrainEpochs, epochs));
    }
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
        LossKind.CLASSIFICATION,
        TeacherSpec.defaults(),
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
        GradualPruning.defaults(),
        FineTune.defaults(),
        AdamSpec.defaults());
  }

  /** This spec with a fixed number of threads. */
  public TrainingSpec withThreads(int count) {
    return with(count, varianceProducts);
  }

  /** This spec with a fixed precision of the products of variances. */
  public TrainingSpec withVarianceProducts(VarianceProducts precision) {
    return with(threads, precision);
  }

  private TrainingSpec with(int count, VarianceProducts precision) {
    return new TrainingSpec(
        loss,
        teacher,
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
        gradualPruning,
        fineTune,
        adam);
  }
}
