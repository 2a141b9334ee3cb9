package dev.ockham.train.posterior;

import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.MultiplicativeNoise;
import dev.ockham.core.method.AlphaSharing;
import dev.ockham.core.prune.Mask;
import dev.ockham.train.engine.NativeTensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Multiplicative weight noise: w ~ N(θ, αθ²) with α fixed (Gaussian dropout, type B) or learnt
 * (variational dropout, arXiv:1506.02557, section 3.2; without a limit on α it is Sparse VD before
 * its additive form). The log-uniform prior's KL sees α alone.
 *
 * @param spec the layer
 * @param theta weight means
 * @param sharing which weights share an α
 * @param ratios the α, perhaps other layers' too
 * @param sigma2 αθ², derived
 */
public record VariationalDropoutWeights(
    WeightTensor spec,
    Parameter theta,
    AlphaSharing sharing,
    NoiseRatios ratios,
    NativeTensor sigma2)
    implements WeightPosterior {

  @Override
  public List<Parameter> parameters() {
    return List.of(theta);
  }

  @Override
  public boolean noisy() {
    return true;
  }

  @Override
  public void initialize() {
    // α belongs to the network's ratios.
  }

  @Override
  public WeightLeaves newLeaves() {
    return new WeightLeaves.Gaussian(theta.value().newLeaf(), sigma2.newLeaf());
  }

  @Override
  public void update(List<WeightLeaves> leaves, Update update) {
    MemorySegment byTheta = WeightLeaves.sumByTheta(leaves);
    if (update.noisy()) {
      MemorySegment bySigma2 = WeightLeaves.sumBySigma2(leaves);
      update
          .threads()
          .run(
              theta.value().size(),
              (from, to) ->
                  MultiplicativeNoise.gradients(
                      theta.value().segment(), sigma2.segment(), byTheta, bySigma2, from, to));
      if (ratios.learnt()) {
        gather(bySigma2);
      }
    }
    update.adam(theta, byTheta);
  }

  /** Adds the gradients by log α of weights that share one, in the order of the weights. */
  private void gather(MemorySegment byLogAlpha) {
    if (sharing == AlphaSharing.WEIGHT) {
      MemorySegment.copy(byLogAlpha, 0, ratios.gradient(), 0, theta.value().size() * Float.BYTES);
      return;
    }
    double[] sums = new double[ratios.groups()];
    int perUnit = spec.fanIn() / spec.inputs();
    for (int i = 0; i < theta.value().size(); i++) {
      sums[sharing.group(i, spec.fanIn(), perUnit)] +=
          byLogAlpha.getAtIndex(ValueLayout.JAVA_FLOAT, i);
    }
    ratios.add(sums);
  }

  @Override
  public void refresh(Kernels kernels) {
    long period =
        switch (sharing) {
          case NETWORK, LAYER, WEIGHT -> theta.value().size();
          case UNIT -> spec.fanIn();
        };
    MultiplicativeNoise.variance(
        theta.value().segment(),
        ratios.alpha().segment(),
        period,
        period / ratios.groups(),
        sigma2.segment(),
        0,
        theta.value().size());
  }

  @Override
  public void keepOnly(Mask mask) {
    theta.value().set(mask.apply(theta.value().toArray()));
    sigma2.set(mask.apply(sigma2.toArray()));
  }

  @Override
  public double klNats(Kernels kernels) {
    return 0; // Counted by the ratios, which layers may share.
  }

  @Override
  public float[] logAlpha(Kernels kernels) {
    return sharing.spread(spec, ratios.logAlpha().value().toArray());
  }

  @Override
  public void close() {
    theta.close();
    sigma2.close();
  }
}
