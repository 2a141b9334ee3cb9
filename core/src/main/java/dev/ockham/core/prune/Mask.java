package dev.ockham.core.prune;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Which weights of one tensor are kept. Immutable.
 *
 * <p>A score says how little a weight is needed, such as {@code log alpha}, the log of its noise to
 * signal ratio (arXiv:1701.05369, section 4): the higher, the sooner it goes. A score may be
 * infinite; NaN is an error. Choosing another threshold never needs training again.
 */
public final class Mask {
  private final BitSet kept;
  private final int length;

  private Mask(BitSet kept, int length) {
    this.kept = kept;
    this.length = length;
  }

  /**
   * Keeps exactly the weights with {@code score < threshold}.
   *
   * @param scores one score per weight
   * @param threshold may be infinite, not NaN
   */
  public static Mask below(float[] scores, float threshold) {
    if (Float.isNaN(threshold)) {
      throw new IllegalArgumentException("threshold is NaN");
    }
    checkNumbers(scores, "scores");
    BitSet kept = new BitSet(scores.length);
    for (int i = 0; i < scores.length; i++) {
      kept.set(i, scores[i] < threshold);
    }
    return new Mask(kept, scores.length);
  }

  /**
   * Masks of all layers that reach a wanted sparsity together.
   *
   * @param masks one per layer, in the order of the scores
   * @param threshold the lowest score that was removed, +∞ if none was. {@link #below} with it
   *     gives the same masks unless a kept weight ties with it (or, if none was removed, scores +∞)
   */
  public record Selection(List<Mask> masks, float threshold) {
    /** Copies the list. */
    public Selection {
      masks = List.copyOf(masks);
    }
  }

  /**
   * Removes the fewest weights that are at least the wanted fraction, counted over all layers:
   * those with the highest scores, and among equal scores those of earlier layers first, then of
   * lower index. −0 equals 0.
   *
   * @param scores one array per layer; together fewer than 2³¹ scores
   * @param sparsity wanted fraction of removed weights, in [0, 1]
   */
  public static Selection toSparsity(List<float[]> scores, double sparsity) {
    long total = scores.stream().mapToLong(layer -> layer.length).sum();
    return keeping(scores, keptAt(sparsity, total));
  }

  /**
   * How many of some weights are kept at a sparsity: the most that leave the wanted fraction out.
   *
   * @param sparsity wanted fraction of removed weights, in [0, 1]
   * @param total number of weights, at least 0
   */
  public static long keptAt(double sparsity, long total) {
    if (!(sparsity >= 0 && sparsity <= 1)) {
      throw new IllegalArgumentException("sparsity = " + sparsity + " is outside [0, 1]");
    }
    long removed = (long) Math.floor(sparsity * total);
    return total - ((double) removed / total < sparsity ? removed + 1 : removed);
  }

  /**
   * Keeps a number of weights, counted over all layers, and removes those with the highest scores,
   * ties as in {@link #toSparsity}.
   *
   * @param scores one array per layer; together fewer than 2³¹ scores
   * @param kept how many stay, at least 0; all where there are no more
   */
  public static Selection keeping(List<float[]> scores, long kept) {
    if (kept < 0) {
      throw new IllegalArgumentException("kept = " + kept + " is negative");
    }
    long total = 0;
    for (int layer = 0; layer < scores.size(); layer++) {
      checkNumbers(scores.get(layer), "scores of layer " + layer);
      total += scores.get(layer).length;
    }
    if (total > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(total + " scores are too many to rank");
    }
    int removed = (int) Math.max(0, total - kept);
    if (removed == 0) {
      return new Selection(
          scores.stream().map(layer -> all(layer.length)).toList(), Float.POSITIVE_INFINITY);
    }
    float[] ranked = ranked(scores, (int) total);
    float threshold = ranked[ranked.length - removed];
    int ties = removed - countAbove(ranked, threshold);
    List<Mask> masks = new ArrayList<>();
    for (float[] layer : scores) {
      BitSet below = new BitSet(layer.length);
      for (int i = 0; i < layer.length; i++) {
        if (layer[i] < threshold) {
          below.set(i);
        } else if (layer[i] == threshold) {
          below.set(i, ties <= 0);
          ties--;
        }
      }
      masks.add(new Mask(below, layer.length));
    }
    return new Selection(masks, threshold);
  }

  /**
   * Selects so many weights to stay that each layer keeps at least some, those with its lowest
   * scores, even where more stay then than {@link #keeping(List, long)} would leave.
   *
   * @param least how many, per layer
   */
  public static Selection keeping(List<float[]> scores, long kept, List<Long> least) {
    List<float[]> spared = new ArrayList<>();
    long together = 0;
    for (int layer = 0; layer < scores.size(); layer++) {
      Mask stays = keeping(List.of(scores.get(layer)), least.get(layer)).masks().getFirst();
      float[] raised = scores.get(layer).clone();
      stays.kept.stream().forEach(i -> raised[i] = Float.NEGATIVE_INFINITY);
      spared.add(raised);
      together += stays.kept();
    }
    return keeping(spared, Math.max(kept, together));
  }

  /** Keeps exactly the weights that are not 0. */
  public static Mask nonzero(float[] weights) {
    BitSet kept = new BitSet(weights.length);
    for (int i = 0; i < weights.length; i++) {
      kept.set(i, weights[i] != 0);
    }
    return new Mask(kept, weights.length);
  }

  /** Keeps every weight. */
  public static Mask all(int length) {
    BitSet kept = new BitSet(length);
    kept.set(0, length);
    return new Mask(kept, length);
  }

  private static float[] ranked(List<float[]> scores, int total) {
    float[] ranked = new float[total];
    int at = 0;
    for (float[] layer : scores) {
      for (float score : layer) {
        ranked[at++] = score + 0f; // turns −0 into 0, which the sort would tell apart
      }
    }
    Arrays.sort(ranked);
    return ranked;
  }

  private static int countAbove(float[] ranked, float threshold) {
    int above = 0;
    while (ranked[ranked.length - 1 - above] > threshold) {
      above++;
    }
    return above;
  }

  private static void checkNumbers(float[] scores, String what) {
    for (int i = 0; i < scores.length; i++) {
      if (Float.isNaN(scores[i])) {
        throw new IllegalArgumentException(what + ": score [" + i + "] is NaN");
      }
    }
  }

  /** Number of weights the mask speaks about. */
  public int length() {
    return length;
  }

  /** Number of weights that stay. */
  public int kept() {
    return kept.cardinality();
  }

  /**
   * Whether a weight stays.
   *
   * @throws IndexOutOfBoundsException if {@code index} is not in 0..length−1
   */
  public boolean keeps(int index) {
    if (index < 0 || index >= length) {
      throw new IndexOutOfBoundsException("index " + index + " of a mask of " + length);
    }
    return kept.get(index);
  }

  /** The indices that it keeps. */
  BitSet bits() {
    return (BitSet) kept.clone();
  }

  /** Keeps, of what this mask keeps, the weights whose index passes. */
  public Mask where(IntPredicate index) {
    BitSet part = new BitSet(length);
    kept.stream().filter(index).forEach(part::set);
    return new Mask(part, length);
  }

  /**
   * The weights with every removed one replaced by zero.
   *
   * @param weights as many as the mask is long; not changed
   * @return a new array that the caller owns
   */
  public float[] apply(float[] weights) {
    if (weights.length != length) {
      throw new IllegalArgumentException(
          "a mask of %s cannot be applied to %s weights".formatted(length, weights.length));
    }
    float[] masked = new float[length];
    for (int i = kept.nextSetBit(0); i >= 0; i = kept.nextSetBit(i + 1)) {
      masked[i] = weights[i];
    }
    return masked;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Mask that && length == that.length && kept.equals(that.kept);
  }

  @Override
  public int hashCode() {
    return 31 * length + kept.hashCode();
  }

  @Override
  public String toString() {
    return "mask keeping " + kept() + " of " + length;
  }
}
