package dev.ockham.core.run;

import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.evidence.LogNormalReduction;
import dev.ockham.core.evidence.SharedPrior;
import dev.ockham.core.gate.BetaBernoulliGate;
import dev.ockham.core.gate.GateBelief;
import dev.ockham.core.gate.GatedUnits;
import dev.ockham.core.gate.GaussianFactorGate;
import dev.ockham.core.gate.HardConcreteGate;
import dev.ockham.core.gate.LogNormalGate;
import dev.ockham.core.kl.KlTerm;
import dev.ockham.core.method.Method;
import dev.ockham.core.method.PosteriorKind;
import dev.ockham.core.method.WeightScore;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.prune.UnitSelection;
import dev.ockham.core.spec.MethodSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;

/**
 * Which weights of a run stay by the evidence alone, in place of a threshold: those whose removal
 * would lower it. What that means follows from the method:
 *
 * <ul>
 *   <li>Gaussian weights or gates share one Gaussian prior per layer, fitted to those that stay.
 *       What the method's own prior put into the posterior is taken out first; the log-uniform
 *       prior of Sparse VD is taken for flat.
 *   <li>A log-normal gate goes where ΔF of closing it is not negative, see {@link
 *       LogNormalReduction}.
 * </ul>
 *
 * @param masks of all tensors of weights, in the graph's order
 * @param layers what was decided of each tensor that the method speaks of
 */
public record EvidenceChoice(List<Mask> masks, List<Layer> layers) {

  /**
   * What was decided of a tensor.
   *
   * @param name as reports call it
   * @param what {@code weights} or {@code gates}
   * @param count how many there were
   * @param kept how many stay
   * @param priorDeviation s of the shared prior; NaN where there is none
   * @param gainNats how much higher the evidence is without those that went, under this prior
   */
  public record Layer(
      String name, String what, int count, int kept, double priorDeviation, double gainNats) {}

  private static final double MU2_EPSILON = 1e-8;

  /** Copies the lists. */
  public EvidenceChoice {
    masks = List.copyOf(masks);
    layers = List.copyOf(layers);
  }

  /** Whether the run's own prior is improper, so that the shared one is put in its place. */
  public static boolean replacesPrior(MethodSpec method) {
    return method.kl() != KlTerm.ARD
        && (method.method().posterior() == PosteriorKind.SPARSE_VD
            || method.method().posterior() == PosteriorKind.VARIATIONAL_DROPOUT);
  }

  /**
   * Chooses which weights stay by the evidence.
   *
   * @param snapshot of the same checkpoint
   * @throws RunException if the method says nothing that an evidence follows from
   */
  public static EvidenceChoice of(RunRecord record, Snapshot snapshot, Checkpoint checkpoint)
      throws IOException {
    MethodSpec spec = record.spec().method();
    requireKnown(spec.method());
    UnitSelection live = checkpoint.live(snapshot.architecture());
    List<WeightTensor> lefts = WeightTensor.of(live.live());
    List<Mask> masks = new ArrayList<>();
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < snapshot.layers().size(); i++) {
      Snapshot.Layer layer = snapshot.layers().get(i);
      Mask all = Mask.all(layer.theta().length);
      if (layer.logAlpha() == null) {
        masks.add(all);
      } else if (spec.method().structured()) {
        float[] gone = gates(spec, lefts.get(i), checkpoint, layers);
        float[] full =
            live.spread(layer.weights().parameter().name(), gone, Float.POSITIVE_INFINITY);
        masks.add(Mask.below(full, 1));
      } else {
        masks.add(weights(spec, layer, layers));
      }
    }
    return new EvidenceChoice(masks, layers);
  }

  private static void requireKnown(Method method) throws RunException {
    boolean known =
        switch (method.gate()) {
          case LOG_NORMAL, INFORMATION_BOTTLENECK, NORMAL_JEFFREYS -> true;
          case NONE -> method.score() == WeightScore.LOG_ALPHA;
          case BERNOULLI, GAUSSIAN, BETA_BERNOULLI, DEPENDENT_BETA_BERNOULLI, HARD_CONCRETE ->
              false;
        };
    if (!known) {
      throw new RunException(
          "--evidence: method '%s' has no Gaussian weights and no log-normal or Gaussian gates; bnn,"
                  .formatted(method.name())
              + " sparse-vd, ard, sbp and vib have; --laplace prunes any trained network");
    }
  }

  /** Means and variances of weights, by log α = log σ² − log(θ² + 1e-8). */
  private static Mask weights(MethodSpec spec, Snapshot.Layer layer, List<Layer> layers) {
    float[] theta = layer.theta();
    float[] logAlpha = Objects.requireNonNull(layer.logAlpha());
    double[] means = new double[theta.length];
    double[] precisions = new double[theta.length];
    for (int i = 0; i < theta.length; i++) {
      double square = (double) theta[i] * theta[i];
      double variance = Math.exp(logAlpha[i]) * (square + MU2_EPSILON);
      likelihood(theta[i], variance, priorPrecision(spec, square + variance), i, means, precisions);
    }
    SharedPrior chosen = SharedPrior.choose(means, precisions);
    BitSet kept = chosen.kept();
    layers.add(row(layer.weights().name(), "weights", chosen, means, precisions));
    return Mask.all(theta.length).where(kept::get);
  }

  /** 1/s² of the prior that the posterior was fitted under; 0 for one that is taken for flat. */
  private static double priorPrecision(MethodSpec spec, double secondMoment) {
    if (spec.method().posterior() == PosteriorKind.FACTORIZED_GAUSSIAN) {
      return 1 / (spec.priorDeviation() * spec.priorDeviation());
    }
    return spec.kl() == KlTerm.ARD ? 1 / secondMoment : 0;
  }

  /** Takes a Gaussian prior out of a Gaussian posterior; 0 is known of a weight with no noise. */
  private static void likelihood(
      double mean, double variance, double prior, int i, double[] means, double[] precisions) {
    double posterior = 1 / variance;
    double precision = posterior - prior;
    if (mean == 0 || !(precision > 0) || Double.isInfinite(precision)) {
      return;
    }
    means[i] = mean * (posterior / precision);
    precisions[i] = precision;
  }

  private static Layer row(
      String name, String what, SharedPrior chosen, double[] means, double[] precisions) {
    double gain = 0;
    BitSet kept = chosen.kept();
    for (int i = 0; i < means.length; i++) {
      if (!kept.get(i) && precisions[i] > 0 && chosen.variance() > 0) {
        gain += SharedPrior.gain(means[i], precisions[i], chosen.variance());
      }
    }
    return new Layer(
        name, what, means.length, kept.cardinality(), Math.sqrt(chosen.variance()), gain);
  }

  /** 1 for every weight whose gate goes, else 0; of the units that are left. */
  private static float[] gates(
      MethodSpec spec, WeightTensor layer, Checkpoint checkpoint, List<Layer> layers)
      throws IOException {
    List<GateBelief.Parameters> gates = GateValues.parameters(spec, layer, checkpoint);
    float[] gone = new float[gates.size()];
    Layer row =
        switch (spec.gateBelief(layer).orElseThrow()) {
          case LogNormalGate _ -> logNormal(layer, gates, gone);
          case GaussianFactorGate belief -> gaussian(layer, belief, gates, gone);
          case BetaBernoulliGate other -> throw new IllegalStateException(other.toString());
          case HardConcreteGate other -> throw new IllegalStateException(other.toString());
        };
    layers.add(row);
    return GatedUnits.spread(layer, gone);
  }

  private static Layer logNormal(
      WeightTensor layer, List<GateBelief.Parameters> gates, float[] gone) {
    LogNormalReduction reduction = LogNormalReduction.standard();
    double gain = 0;
    int kept = gone.length;
    for (int i = 0; i < gone.length; i++) {
      double each = reduction.gain(gates.get(i));
      if (each >= 0) {
        gone[i] = 1;
        gain += each;
        kept--;
      }
    }
    return new Layer(layer.name(), "gates", gone.length, kept, Double.NaN, gain);
  }

  private static Layer gaussian(
      WeightTensor layer,
      GaussianFactorGate belief,
      List<GateBelief.Parameters> gates,
      float[] gone) {
    double[] means = new double[gone.length];
    double[] precisions = new double[gone.length];
    for (int i = 0; i < gone.length; i++) {
      double mean = gates.get(i).first();
      double variance = Math.exp(gates.get(i).second());
      double prior = belief.term() == KlTerm.ARD ? 1 / (mean * mean + variance) : 0;
      likelihood(mean, variance, prior, i, means, precisions);
    }
    SharedPrior chosen = SharedPrior.choose(means, precisions);
    Arrays.fill(gone, 1);
    chosen.kept().stream().forEach(i -> gone[i] = 0);
    return row(layer.name(), "gates", chosen, means, precisions);
  }

  /** How much higher the evidence is without what went, in nats. */
  public double gainNats() {
    return layers.stream().mapToDouble(Layer::gainNats).sum();
  }
}
