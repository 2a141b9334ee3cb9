package dev.ockham.core.spec;

import dev.ockham.core.loss.LossKind;
import dev.ockham.core.method.Method;
import dev.ockham.core.method.PosteriorKind;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;

/**
 * Chooses pretraining, β, gradual pruning and fine-tuning of a run by the size of its data and its
 * network, so that little is lost. The settings become numbers before the run begins, and are
 * recorded as such. docs/schedule.md has the reasons.
 *
 * <p><b>β.</b> A weight that stays costs about {@link #NATS_PER_WEIGHT} nats of KL. N examples can
 * say no more than N times the entropy of a target. So that K weights can stay, β is at most the
 * one at which K weights cost {@link #SHARE} of all that there is to say; and at most 1, the
 * evidence lower bound.
 *
 * <p><b>K.</b> Large networks have more to spare: weights over K grows with the fourth root of the
 * number of weights, from {@link #LEAST} to {@link #MOST}, through {@link #AT_HUNDRED_THOUSAND}.
 *
 * <p><b>Epochs.</b> Six equal parts: one without noise; two with noise, in which β and the sparsity
 * rise; three {@link #STAGES} of fine-tuning, between which half of the weights go as long as
 * validation examples show no loss of {@link #MOST_LOSS} points.
 */
public final class AutomaticSchedule {

  /** The leaves that it decides, or whose group it does; training.epochs only where it is 0. */
  public static final List<String> LEAVES =
      List.of(
          "training.schedule",
          "training.pretrain_epochs",
          "training.kl_weight.",
          "training.gradual_pruning.",
          "training.fine_tune.");

  /** Fewest epochs in which there is room for it; runs of fewer keep the settings as they stand. */
  public static final int LEAST_EPOCHS = 20;

  /**
   * KL of a weight with log α of −5: the log-uniform prior's ½·5 + 0.635 (arXiv:1701.05369, section
   * 4.2).
   */
  private static final double NATS_PER_WEIGHT = 3.1;

  private static final double SHARE = 0.25;
  private static final double LEAST = 5.5;
  private static final double MOST = 16;
  private static final double AT_HUNDRED_THOUSAND = 10.5;
  private static final int STAGES = 3;
  private static final double MOST_LOSS = 0.5;

  /** Steps that a run shall have: log σ² moves by no more than the learning rate in each. */
  private static final int STEPS = 10_000;

  private static final int MOST_EPOCHS = 1000;
  private static final int FEWEST_EPOCHS = 40;

  private AutomaticSchedule() {}

  /**
   * What there is to learn.
   *
   * @param examples training examples N, at least 1
   * @param heldOut validation examples; with none there is one stage
   * @param nats entropy of an example's target, in nats
   * @param weights that the method works on, at least 1
   */
  public record Problem(int examples, int heldOut, double nats, long weights) {}

  /** Whether there is a rule for a method and a loss. */
  public static boolean suits(MethodSpec method, LossKind loss) {
    return suits(method.method()) && loss != LossKind.TEACHER;
  }

  /** Whether there is a rule for a method: one with a KL that only sees log α of each weight. */
  public static boolean suits(Method method) {
    return method.posterior() == PosteriorKind.SPARSE_VD && method.prunes() && !method.hasGates();
  }

  /** Whether a leaf of a spec is one that it decides. */
  public static boolean decides(String leaf) {
    return LEAVES.stream()
        .anyMatch(each -> each.endsWith(".") ? leaf.startsWith(each) : leaf.equals(each));
  }

  /**
   * A spec with stated settings.
   *
   * @param spec left as it is where its schedule is stated
   * @param problem what its data and network are
   */
  public static RunSpec decided(RunSpec spec, Problem problem) {
    TrainingSpec training = spec.training();
    if (training.schedule() == Schedule.STATED) {
      return spec;
    }
    int epochs = training.epochs() > 0 ? training.epochs() : epochs(problem, training.batch());
    SpecTree stated = set(SpecTree.of(spec), "epochs", epochs);
    stated = set(stated, "schedule", SpecTree.enumName(Schedule.STATED));
    if (epochs < LEAST_EPOCHS) {
      return stated.toSpec();
    }
    int stages = problem.heldOut() > 0 ? STAGES : 1;
    int tuned = epochs / 2 / stages * stages;
    double factor = factor(problem.weights());
    boolean fresh = training.initFrom().isEmpty();
    stated = set(stated, "pretrain_epochs", fresh ? epochs / 6 : 0);
    stated = set(stated, "kl_weight.shape", SpecTree.enumName(KlWeight.Shape.LINEAR));
    stated = set(stated, "kl_weight.from", 0);
    stated = set(stated, "kl_weight.until", 0.5);
    stated = set(stated, "kl_weight.last", beta(problem, factor));
    stated = set(stated, "gradual_pruning.first", GradualPruning.FIRST);
    stated = set(stated, "gradual_pruning.from", 0.25);
    stated = set(stated, "gradual_pruning.until", 1);
    stated = set(stated, "gradual_pruning.sparsity", rounded(1 - 1 / factor));
    stated = set(stated, "fine_tune.epochs", tuned);
    stated = set(stated, "fine_tune.learning_rate", training.learningRate().initial());
    stated = set(stated, "fine_tune.weight_decay", 0);
    if (stages > 1) {
      stated = set(stated, "fine_tune.stages", stages);
      stated = set(stated, "fine_tune.most_loss", MOST_LOSS);
    }
    return stated.toSpec();
  }

  private static SpecTree set(SpecTree tree, String leaf, Object value) {
    return tree.with("training." + leaf, value.toString(), "training.schedule");
  }

  /** Weights of a network over those that shall stay in the first stage. */
  static double factor(long weights) {
    return Math.clamp(AT_HUNDRED_THOUSAND * Math.sqrt(Math.sqrt(weights / 1e5)), LEAST, MOST);
  }

  /** The final weight of the KL, so that as many weights can stay as shall. */
  static double beta(Problem problem, double factor) {
    double toSay = problem.examples() * problem.nats();
    double cost = NATS_PER_WEIGHT * problem.weights() / factor;
    return rounded(Math.min(1, SHARE * toSay / cost));
  }

  private static int epochs(Problem problem, int batch) {
    int steps = Math.ceilDiv(problem.examples(), batch);
    return Math.clamp(Math.ceilDiv(STEPS, steps), FEWEST_EPOCHS, MOST_EPOCHS);
  }

  /** To three significant digits, for people to read. */
  private static double rounded(double value) {
    return new BigDecimal(value).round(new MathContext(3)).doubleValue();
  }
}
