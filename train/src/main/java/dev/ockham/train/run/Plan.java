package dev.ockham.train.run;

import dev.ockham.core.spec.FineTune;
import dev.ockham.core.spec.MethodSpec;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.TrainingSpec;
import dev.ockham.train.network.Shrinking;
import dev.ockham.train.step.StepPlan;
import java.util.OptionalDouble;

/**
 * Which step does what: epochs, learning rate, β, pruning. A pure function of the spec and the
 * number of training examples.
 *
 * @param training how the network is fitted
 * @param method what is believed of the weights: whether there are noise, a KL and a schedule
 * @param examples training examples N
 * @param canShrink whether units that are gone leave the network
 */
record Plan(TrainingSpec training, MethodSpec method, int examples, boolean canShrink) {

  /**
   * How far above the threshold the log α of all weights of a unit is when it leaves while they are
   * still noisy; what gradual pruning has set to 0 is further than that. docs/performance.md shows
   * how the units of a run leave.
   */
  static final double SURELY_GONE = 2;

  static Plan of(RunSpec spec, int examples) {
    boolean canShrink = spec.training().shrink() && Shrinking.knows(spec.method());
    return new Plan(spec.training(), spec.method(), examples, canShrink);
  }

  int stepsPerEpoch() {
    return Math.ceilDiv(examples, training.batch());
  }

  long steps() {
    return (long) training.epochs() * stepsPerEpoch();
  }

  /** The epoch (from 0) at which fine-tuning begins; the number of epochs where there is none. */
  int firstTuned() {
    return training.epochs() - training.fineTune().epochs();
  }

  /** Whether an epoch (from 0) trains only the weights that are left. */
  boolean tunes(int epoch) {
    return epoch >= firstTuned();
  }

  /** Whether an epoch (from 0) has noise and a KL. */
  boolean noisy(int epoch) {
    return method.method().noisy() && epoch >= training.pretrainEpochs() && !tunes(epoch);
  }

  /** Whether an epoch (from 0) is the first of a later stage of fine-tuning. */
  boolean beginsStage(int epoch) {
    FineTune tuning = training.fineTune();
    return epoch > firstTuned()
        && epoch < training.epochs()
        && (epoch - firstTuned()) % tuning.epochsPerStage() == 0;
  }

  /** Whether a stage of fine-tuning is over after a number of epochs. */
  boolean endsStage(int epochs) {
    return epochs > firstTuned() && (epochs == training.epochs() || beginsStage(epochs));
  }

  /** Whether Adam starts anew at this epoch because the objective changes. */
  boolean clearsMoments(int epoch) {
    boolean noiseBegins = method.method().noisy() && epoch == training.pretrainEpochs();
    boolean tuningBegins = epoch == firstTuned() || beginsStage(epoch);
    return (noiseBegins || tuningBegins || beginsDependence(epoch)) && epoch > 0;
  }

  /** Whether gates begin to look at the example with this epoch (from 0). */
  boolean beginsDependence(int epoch) {
    int gated = training.epochs() - training.pretrainEpochs();
    return method.method().gate().dependent()
        && epoch == training.pretrainEpochs() + Math.round(method.dependentFrom() * gated);
  }

  /** What every weight is multiplied by after a step (from 0) of an epoch. */
  double decay(int epoch, long step) {
    return tunes(epoch) ? 1 - learningRate(step) * training.fineTune().weightDecay() : 1;
  }

  double learningRate(long step) {
    long tuned = stepsBeforeTuning();
    return step < tuned
        ? training.learningRate().at((double) step / tuned)
        : training.fineTune().at((double) (step - tuned) / (steps() - tuned));
  }

  /** Weight β of the KL at a step (from 0); 0 where there is no KL. */
  double beta(long step) {
    long first = (long) training.pretrainEpochs() * stepsPerEpoch();
    long tuned = stepsBeforeTuning();
    if (!method.method().hasKl() || step < first || step >= tuned) {
      return 0;
    }
    return training.klWeight().at((double) (step - first) / (tuned - first));
  }

  private long stepsBeforeTuning() {
    return (long) firstTuned() * stepsPerEpoch();
  }

  /**
   * Whether units may leave before an epoch (from 0): after an epoch of noise, and while
   * fine-tuning.
   */
  boolean shrinks(int epoch) {
    boolean known = noisy(epoch) && epoch > training.pretrainEpochs();
    return canShrink && (known || tunes(epoch));
  }

  /**
   * The first epoch, from 1, that may be the best one: as asked, else the first after the KL has
   * warmed up and what is pruned while training is pruned.
   */
  int firstJudged() {
    int asked = training.earlyStopping().from();
    if (asked > 0) {
      return asked;
    }
    if (training.fineTune().epochs() > 0) {
      return firstTuned() + 1;
    }
    int noisy = training.epochs() - training.pretrainEpochs();
    double warm = method.method().hasKl() ? training.klWeight().until() : 0;
    if (training.gradualPruning().from() < 1) {
      warm = Math.max(warm, training.gradualPruning().until());
    }
    if (method.method().scheduled()) {
      return (int) Math.ceil(method.pruning().until() * training.epochs()) + 1;
    }
    return training.pretrainEpochs() + (int) Math.ceil(warm * noisy) + 1;
  }

  /** The threshold at which weights are set to 0 before an epoch (from 0), if any are. */
  OptionalDouble threshold(int epoch) {
    if (epoch == firstTuned()) {
      return OptionalDouble.of(method.threshold());
    }
    return noisy(epoch)
        ? training.gradualPruning().threshold(noisyProgress(epoch), method.threshold())
        : OptionalDouble.empty();
  }

  /**
   * The fraction of all weights to set to 0 by their rank before an epoch (from 0), or at the end
   * of a run without fine-tuning, if any.
   */
  OptionalDouble gradualSparsity(int epoch) {
    return noisy(epoch) || epoch == firstTuned()
        ? training.gradualPruning().sparsity(noisyProgress(epoch))
        : OptionalDouble.empty();
  }

  private double noisyProgress(int epoch) {
    int first = training.pretrainEpochs();
    return (double) (epoch - first) / (firstTuned() - first);
  }

  /** The sparsity to prune to after a step (from 0), if any. */
  OptionalDouble sparsity(long step) {
    return method.method().scheduled()
        ? method.pruning().after(step, steps())
        : OptionalDouble.empty();
  }

  StepPlan step(int epoch, long step, long adamStep) {
    return new StepPlan(
        training.seed(),
        step,
        adamStep,
        learningRate(step),
        beta(step) / examples,
        noisy(epoch),
        sparsity(step));
  }
}
