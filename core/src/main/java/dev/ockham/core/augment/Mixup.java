package dev.ockham.core.augment;

import dev.ockham.core.kernel.NoiseKey;

/**
 * Which other example a training example is mixed with in an epoch, and how much of itself is left
 * (mixup, arXiv:1710.09412, with a draw for each example instead of one for a batch): pure
 * functions of seed, epoch and example, the same on every machine.
 */
public final class Mixup {

  /** Keeps draws apart from those of layers, which are numbered from 0, and of other changes. */
  private static final int PURPOSE = -8;

  private static final int PARTNER = 0;
  private static final int FIRST_SHARE = 1;

  private final double alpha;
  private final int[] pool;
  private final NoiseKey key;

  /**
   * The mixtures of an epoch.
   *
   * @param alpha α of the Beta(α, α) that shares are drawn from, above 0 and at most {@link
   *     Augmentation#MOST_MIXUP}
   * @param pool examples to be mixed with, at least one; not copied
   * @param epoch from 0
   */
  public Mixup(double alpha, int[] pool, long seed, int epoch) {
    if (!(alpha > 0 && alpha <= Augmentation.MOST_MIXUP) || pool.length == 0) {
      throw new IllegalArgumentException(
          "cannot mix by Beta(%s, %s) with %s examples".formatted(alpha, alpha, pool.length));
    }
    this.alpha = alpha;
    this.pool = pool;
    this.key = NoiseKey.of(seed, epoch, PURPOSE);
  }

  /** The example that one is mixed with, itself perhaps. */
  public int partner(int example) {
    long bits = key.bits(example, PARTNER);
    return pool[(int) Math.unsignedMultiplyHigh(bits, pool.length)];
  }

  /**
   * How much of an example is left, in [0, 1]: a draw of Beta(α, α) by Jöhnk's rejection, in
   * logarithms, since small α have shares that no float tells from 0.
   */
  public float share(int example) {
    for (int draw = FIRST_SHARE; ; draw += 2) {
      double one = logUniform(example, draw) / alpha;
      double other = logUniform(example, draw + 1) / alpha;
      if (StrictMath.exp(one) + StrictMath.exp(other) <= 1) {
        return (float) (1 / (1 + StrictMath.exp(other - one)));
      }
    }
  }

  private double logUniform(int example, int draw) {
    return StrictMath.log(((key.bits(example, draw) >>> 11) + 1) * 0x1p-53);
  }

  /** The mixtures of some examples. */
  public Pairs pairs(int[] examples) {
    int[] partners = new int[examples.length];
    float[] shares = new float[examples.length];
    for (int i = 0; i < examples.length; i++) {
      partners[i] = partner(examples[i]);
      shares[i] = share(examples[i]);
    }
    return new Pairs(partners, shares);
  }

  /**
   * What some examples were mixed with. The arrays are not copied.
   *
   * @param partners the other example of each
   * @param shares how much is left of each itself; the rest is its partner's
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  public record Pairs(int[] partners, float[] shares) {}
}
