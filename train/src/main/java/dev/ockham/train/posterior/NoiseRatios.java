package dev.ockham.train.posterior;

import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.MultiplicativeNoise;
import dev.ockham.core.kl.KlTerm;
import dev.ockham.train.engine.NativeTensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Noise-to-signal ratios α of multiplicative noise, each shared by some weights or units, and by
 * layers where a network has only one. Owners add the gradient of their share of the likelihood;
 * then one step is made for all.
 */
public final class NoiseRatios implements AutoCloseable {

  private final Parameter logAlpha;
  private final NativeTensor alpha;
  private final NativeTensor gradient;
  private final @Nullable KlTerm kl;
  private final boolean learnt;
  private final double maxLogAlpha;
  private final float start;
  private long variables;

  /**
   * Ratios that all start at the same value.
   *
   * @param name of the parameter log α
   * @param groups how many there are
   * @param start α at the start, positive
   * @param kl the KL of each noise variable; null for none
   * @param learnt false to leave α where it starts
   * @param maxLogAlpha largest log α that a step may reach
   */
  public NoiseRatios(
      String name,
      int groups,
      double start,
      @Nullable KlTerm kl,
      boolean learnt,
      double maxLogAlpha,
      Arena arena) {
    this.logAlpha = Parameter.zeros(name, arena, groups);
    this.alpha = NativeTensor.floats(arena, groups);
    this.gradient = NativeTensor.floats(arena, groups);
    this.kl = kl;
    this.learnt = learnt;
    this.maxLogAlpha = maxLogAlpha;
    this.start = (float) Math.log(start);
  }

  /** Log α, with Adam's moments. */
  public Parameter logAlpha() {
    return logAlpha;
  }

  /** α = exp(log α). */
  public NativeTensor alpha() {
    return alpha;
  }

  /** How many there are. */
  public int groups() {
    return Math.toIntExact(alpha.size());
  }

  /** Whether steps change α. */
  public boolean learnt() {
    return learnt;
  }

  /**
   * Says that noise variables, each with a KL of its own, are under every one of the ratios.
   *
   * @param perGroup of one owner
   */
  public void addVariables(long perGroup) {
    variables += perGroup;
  }

  /** Sets every α to its start. */
  public void initialize() {
    float[] values = new float[groups()];
    Arrays.fill(values, start);
    logAlpha.value().set(values);
  }

  /** Recomputes α from log α. */
  public void refresh(Kernels kernels) {
    kernels.refreshExp(logAlpha.value().segment(), alpha.segment(), 0, alpha.size());
  }

  /**
   * Adds to the gradient of the mean negative log-likelihood by log α.
   *
   * @param group which α
   */
  void add(int group, double byLogAlpha) {
    float sum = gradient.segment().getAtIndex(ValueLayout.JAVA_FLOAT, group);
    gradient.segment().setAtIndex(ValueLayout.JAVA_FLOAT, group, (float) (sum + byLogAlpha));
  }

  /**
   * Adds to the gradients by log α of all groups at once.
   *
   * @param byLogAlpha one per group
   */
  public void add(double[] byLogAlpha) {
    for (int group = 0; group < byLogAlpha.length; group++) {
      add(group, byLogAlpha[group]);
    }
  }

  /** Where the gradient by log α is gathered; zero between steps. */
  MemorySegment gradient() {
    return gradient.segment();
  }

  /** Makes the step that the gathered gradient and the KL ask for, and forgets the gradient. */
  public void update(Update update) {
    if (learnt && update.noisy()) {
      double klScale = kl == null ? 0 : update.klScale();
      KlTerm term = kl == null ? KlTerm.EXACT : kl;
      update
          .threads()
          .run(
              alpha.size(),
              (from, to) ->
                  MultiplicativeNoise.update(
                      update.kernels(),
                      logAlpha.adamState(),
                      gradient.segment(),
                      alpha.segment(),
                      term,
                      variables,
                      klScale,
                      maxLogAlpha,
                      update.adam(),
                      from,
                      to));
    }
    gradient.segment().fill((byte) 0);
  }

  /** KL of all noise variables, in nats. */
  public double klNats(Kernels kernels) {
    return kl == null
        ? 0
        : variables
            * MultiplicativeNoise.klSum(kernels, kl, logAlpha.value().segment(), 0, alpha.size());
  }

  @Override
  public void close() {
    logAlpha.close();
    alpha.close();
    gradient.close();
  }
}
