package dev.ockham.train.posterior;

import dev.ockham.core.gate.GateBelief;
import dev.ockham.core.gate.HardConcreteGate;
import dev.ockham.core.kernel.HardConcretePenalty;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.prune.Mask;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/**
 * L0 regularisation of weights: w = θ·z with a hard concrete gate z per weight, and a penalty on
 * the chance that it is open (arXiv:1712.01312).
 *
 * @param theta weights behind their gates
 * @param logAlpha log α of the gates
 * @param rate learning rate of the gates, relative to that of weights
 */
public record HardConcreteWeights(Parameter theta, Parameter logAlpha, double rate)
    implements WeightPosterior {

  private static final HardConcreteGate GATE = new HardConcreteGate(1);

  @Override
  public List<Parameter> parameters() {
    return List.of(theta, logAlpha);
  }

  @Override
  public boolean noisy() {
    return true;
  }

  @Override
  public void initialize() {
    float[] start = new float[Math.toIntExact(theta.value().size())];
    Arrays.fill(start, (float) HardConcreteGate.START);
    logAlpha.value().set(start);
  }

  @Override
  public WeightLeaves newLeaves() {
    return new WeightLeaves.Gated(theta.value().newLeaf(), logAlpha.value().newLeaf());
  }

  @Override
  public void update(List<WeightLeaves> leaves, Update update) {
    update.adam(theta, WeightLeaves.sumByTheta(leaves));
    if (!update.noisy()) {
      return;
    }
    MemorySegment byLogAlpha =
        Gradients.sum(leaves.stream().map(leaf -> ((WeightLeaves.Gated) leaf).logAlpha()).toList());
    update
        .threads()
        .run(
            theta.value().size(),
            (from, to) ->
                HardConcretePenalty.addGradient(
                    update.kernels(),
                    logAlpha.value().segment(),
                    byLogAlpha,
                    update.klScale(),
                    from,
                    to));
    update.withRate(rate).adam(logAlpha, byLogAlpha);
  }

  @Override
  public void refresh(Kernels kernels) {
    // Nothing is derived.
  }

  @Override
  public void keepOnly(Mask mask) {
    theta.value().set(mask.apply(theta.value().toArray()));
  }

  @Override
  public double klNats(Kernels kernels) {
    return HardConcretePenalty.sum(kernels, logAlpha.value().segment(), 0, theta.value().size());
  }

  /** θ times the gate at test time. */
  @Override
  public float[] meanWeights() {
    float[] means = theta.value().toArray();
    float[] gates = logAlpha.value().toArray();
    for (int i = 0; i < means.length; i++) {
      means[i] *= (float) GATE.factor(new GateBelief.Parameters(gates[i], 0));
    }
    return means;
  }

  /** −log α of the gate: the score of this method. */
  @Override
  public float[] logAlpha(Kernels kernels) {
    float[] scores = logAlpha.value().toArray();
    for (int i = 0; i < scores.length; i++) {
      scores[i] = (float) GATE.score(new GateBelief.Parameters(scores[i], 0));
    }
    return scores;
  }

  @Override
  public void close() {
    theta.close();
    logAlpha.close();
  }
}
