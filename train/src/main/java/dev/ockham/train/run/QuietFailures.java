package dev.ockham.train.run;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.method.Method;
import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.run.EpochMetrics.LayerCount;
import dev.ockham.core.run.EpochMetrics.Score;
import dev.ockham.core.spec.MethodSpec;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.TrainingSpec;
import dev.ockham.core.target.ClassLabels;
import dev.ockham.train.network.Network;
import dev.ockham.train.network.WeightLayer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Notices a run that goes on and comes to nothing, while it goes on: each in one line, once, with
 * what to try. Changes nothing.
 */
final class QuietFailures {

  /** Epochs that a network may stay at chance before that is said. */
  private static final int PATIENCE = 3;

  /** Fewer validation examples say little of chance. */
  private static final int ENOUGH = 20;

  /** A network that misses more of the targets' variance is no better than their means. */
  private static final double ALL_MISSED = 0.99;

  /** Standard errors by which a network must be better than the commonest class. */
  private static final double DEVIATIONS = 2;

  /** The share of weights that must be able to go, for a run to be called one that prunes. */
  private static final double FEW = 0.01;

  /** Classes that a line names. */
  private static final int NAMED = 5;

  private final RunSpec spec;
  private final Plan plan;
  private final Consumer<String> say;
  private final int examples;
  private final double commonest;
  private boolean saidChance;
  private boolean saidNothing;

  /**
   * Watches one run.
   *
   * @param data what it learns
   * @param heldOut examples that it is validated on
   * @param say is given each line
   */
  QuietFailures(RunSpec spec, Plan plan, Dataset data, int[] heldOut, Consumer<String> say) {
    this.spec = spec;
    this.plan = plan;
    this.say = say;
    this.examples = heldOut.length;
    this.commonest =
        data.train().targets() instanceof ClassLabels labels && heldOut.length > 0
            ? (double) Arrays.stream(counts(labels, heldOut, data.outputs())).max().orElse(0)
                / heldOut.length
            : 0;
  }

  /**
   * Says what can be known before the first step.
   *
   * @param train examples that it is trained on
   */
  void begin(Network network, Dataset data, int[] train) {
    if (data.train().targets() instanceof ClassLabels labels) {
      classes(data, counts(labels, train, data.outputs()));
    }
    if (network.normalizesByBatch()) {
      batches(train.length);
    }
    if (method().hasKl() && spec.training().klWeight().last() > 0 && !hasKlAtAll()) {
      TrainingSpec training = spec.training();
      say.accept(
          "the KL has no weight in any of the %s epochs, so it prunes nothing: %s are without noise, %s fine-tune, and beta rises from %s of the rest on; fewer of those, or more epochs"
              .formatted(
                  training.epochs(),
                  training.pretrainEpochs(),
                  training.fineTune().epochs(),
                  training.klWeight().from()));
    }
  }

  private Method method() {
    return spec.method().method();
  }

  private boolean hasKlAtAll() {
    for (long step = 0; step < plan.steps(); step++) {
      if (plan.beta(step) > 0) {
        return true;
      }
    }
    return false;
  }

  private void classes(Dataset data, long[] counts) {
    List<Integer> missing = new ArrayList<>();
    for (int k = 0; k < counts.length; k++) {
      if (counts[k] == 0) {
        missing.add(k);
      }
    }
    List<String> names = data.classNames();
    if (missing.equals(List.of(0)) && names.isEmpty()) {
      say.accept(
          "no training example has label 0, and each other label has some: labels count classes"
              + " from 0; subtract 1 if these begin at 1");
    } else if (!missing.isEmpty()) {
      String which =
          missing.stream()
              .limit(NAMED)
              .map(k -> names.isEmpty() ? Integer.toString(k) : "'" + names.get(k) + "'")
              .collect(Collectors.joining(", "));
      say.accept(
          "%s of %s classes have no training examples and cannot be learnt: %s%s; add some, or leave the classes out"
              .formatted(
                  missing.size(), counts.length, which, missing.size() > NAMED ? ", ..." : ""));
    }
  }

  private void batches(int train) {
    int batch = spec.training().batch();
    if (batch == 1 || train == 1) {
      say.accept(
          "batch norm sees one example at a time, and of one example nothing is left but its mean:"
              + " nothing is learnt; training.batch 32 or so");
    } else if (train % batch == 1) {
      int other = batch - 1;
      while (other > 2 && train % other == 1) {
        other--;
      }
      say.accept(
          "the last batch of each epoch has one example, of which batch norm leaves nothing but its mean, and that step may undo others; training.batch %s leaves none alone"
              .formatted(other));
    }
  }

  /**
   * Says so where too few weights can go in the epochs that are left. Adam moves a number by about
   * the learning rate in a step, so that there is a bound for how far log variances can rise and
   * means can fall. To be asked when noise begins.
   */
  void noiseBegins(Network network, long step, Kernels kernels) {
    if (!byThreshold() || !method().posterior().hasLogSigma2() || !method().hasKl()) {
      return;
    }
    double reach = 0;
    for (long at = step; at < plan.steps(); at++) {
      reach += plan.beta(at) > 0 ? plan.learningRate(at) : 0;
    }
    long all = 0;
    long may = 0;
    for (WeightLayer layer : network.layers()) {
      float[] scores = layer.scores(kernels);
      if (scores == null) {
        continue;
      }
      float[] means = layer.meanWeights();
      for (int i = 0; i < scores.length; i++) {
        double size = Math.abs(means[i]);
        double logVariance = scores[i] + 2 * Math.log(size);
        double highest =
            size <= reach
                ? Double.POSITIVE_INFINITY
                : logVariance + reach - 2 * Math.log(size - reach);
        all++;
        may += highest >= spec.method().threshold() ? 1 : 0;
      }
    }
    if (all > 0 && may < FEW * all && reach > 0) {
      saidNothing = true;
      say.accept(
          String.format(
              Locale.ROOT,
              "beta cannot prune in these epochs: their steps and learning rates let a log variance"
                  + " rise by about %.2g, which is enough for %d of %d weights; more epochs, or a"
                  + " higher training.learning_rate.initial",
              reach,
              may,
              all));
    }
  }

  /** Whether weights go at the method's threshold alone, and not by their rank. */
  private boolean byThreshold() {
    MethodSpec ours = spec.method();
    return ours.method().prunes()
        && !ours.method().scheduled()
        && !spec.training().gradualPruning().happens();
  }

  /** Says what an epoch shows. */
  void epochDone(EpochMetrics metrics) {
    chance(metrics);
    nothingPruned(metrics);
  }

  private void chance(EpochMetrics metrics) {
    Score score = metrics.validation();
    if (saidChance
        || examples < ENOUGH
        || score == null
        || metrics.epoch() < Math.min(PATIENCE, epochs())) {
      return;
    }
    String how = "";
    if (score.wrong() != null && commonest > 0) {
      double chance = 100 * (1 - commonest);
      double error = 100 * Math.sqrt(commonest * (1 - commonest) / examples);
      if (commonest < 1 && score.wrong() >= chance - DEVIATIONS * error) {
        how =
            String.format(
                Locale.ROOT,
                "%.2f %% wrong, %.2f %% by always saying the commonest class",
                score.wrong(),
                chance);
      }
    } else if (score.relativeErrors().values().stream().allMatch(missed -> missed >= ALL_MISSED)
        && !score.relativeErrors().isEmpty()) {
      how = "always saying the mean is as good";
    }
    if (!how.isEmpty()) {
      saidChance = true;
      say.accept(
          "after epoch %s the network is at chance on validation examples: %s; another training.learning_rate.initial than %s, a lower beta (training.kl_weight.last), or see whether the labels belong to the examples"
              .formatted(metrics.epoch(), how, spec.training().learningRate().initial()));
    }
  }

  private int epochs() {
    return spec.training().epochs();
  }

  private void nothingPruned(EpochMetrics metrics) {
    boolean whole = metrics.layers().stream().allMatch(layer -> layer.kept() == layer.weights());
    boolean asked = !byThreshold() || spec.method().threshold() != MethodSpec.NO_THRESHOLD;
    if (saidNothing
        || !method().prunes()
        || !asked
        || !whole
        || !shouldHavePruned(metrics.epoch())) {
      return;
    }
    saidNothing = true;
    long weights = metrics.layers().stream().mapToLong(LayerCount::weights).sum();
    say.accept(
        "after epoch %s of %s none of %s weights is pruned by %s; %s"
            .formatted(metrics.epoch(), epochs(), weights, method().name(), remedy()));
  }

  private String remedy() {
    if (method().scheduled()) {
      return "a higher method.pruning.sparsity";
    }
    String remedy =
        "more epochs, a lower method.threshold than %s".formatted(spec.method().threshold());
    return method().hasKl()
        ? remedy + ", or a higher training.kl_weight.last than " + spec.training().klWeight().last()
        : remedy;
  }

  /** Half of the epochs with noise are over, and of pruning that has a schedule all of it. */
  private boolean shouldHavePruned(int epoch) {
    if (!byThreshold() || !method().noisy()) {
      return epoch == epochs();
    }
    int first = spec.training().pretrainEpochs();
    int noisy = plan.firstTuned() - first;
    return epoch - first >= Math.max(2, Math.ceilDiv(noisy, 2)) || epoch == epochs();
  }

  private static long[] counts(ClassLabels labels, int[] examples, int classes) {
    long[] counts = new long[classes];
    for (int example : examples) {
      counts[labels.label(example)]++;
    }
    return counts;
  }
}
