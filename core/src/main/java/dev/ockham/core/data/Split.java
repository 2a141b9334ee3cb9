package dev.ockham.core.data;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Which training examples are trained on and which are kept for validation. A pure function of
 * (labels, fraction, seed), the same on every platform.
 */
public final class Split {
  /** Keeps the split of a seed apart from its {@link EpochOrder}. */
  private static final long PURPOSE = 0x53504C4954L;

  private final int[] train;
  private final int[] validation;

  private Split(int[] train, int[] validation) {
    this.train = train;
    this.validation = validation;
  }

  /**
   * Cuts a validation set that has every class in proportion. It holds {@code round(fraction *
   * count)} examples: of each class the whole part of {@code fraction * size}, and one more of the
   * classes with the largest remainders (the lower class first among equals). A class never gives
   * up its last training example, so a set of very small classes may validate on fewer.
   *
   * <p>Examples of one group are never parted, and examples in time are cut where the last of them
   * begin ({@link Belonging}); classes do not matter then.
   *
   * @param examples the training examples
   * @param fraction part to validate on, in [0, 1); 0 gives an empty validation set
   * @param seed chooses the examples, any value
   * @throws IllegalArgumentException if the fraction is NaN or out of range
   */
  public static Split stratified(Examples examples, double fraction, long seed) {
    if (!(fraction >= 0 && fraction < 1)) {
      throw new IllegalArgumentException(
          "validation fraction must be in [0, 1), but is " + fraction);
    }
    if (examples instanceof Features features && features.belonging().matters()) {
      return of(features.belonging().heldOut(fraction, KeyedShuffle.key(seed, PURPOSE, 0)));
    }
    int[][] classes = indicesByClass(examples);
    int[] quota = quotas(classes, fraction, Math.round(fraction * examples.count()));
    boolean[] held = new boolean[examples.count()];
    for (int label = 0; label < classes.length; label++) {
      KeyedShuffle.shuffleInPlace(classes[label], KeyedShuffle.key(seed, PURPOSE, label));
      for (int i = 0; i < quota[label]; i++) {
        held[classes[label][i]] = true;
      }
    }
    return of(held);
  }

  private static Split of(boolean[] held) {
    return new Split(
        IntStream.range(0, held.length).filter(i -> !held[i]).toArray(),
        IntStream.range(0, held.length).filter(i -> held[i]).toArray());
  }

  /** Indices of the examples to train on, ascending; a new array each time. */
  public int[] train() {
    return train.clone();
  }

  /** Indices of the examples to validate on, ascending; a new array each time. */
  public int[] validation() {
    return validation.clone();
  }

  private static int[][] indicesByClass(Examples examples) {
    // Without classes, all examples are of one kind.
    boolean oneKind = examples.maxLabel() < 0;
    int[][] classes = new int[oneKind ? 1 : examples.maxLabel() + 1][];
    int[] sizes = new int[classes.length];
    for (int i = 0; i < examples.count(); i++) {
      sizes[oneKind ? 0 : examples.label(i)]++;
    }
    for (int label = 0; label < classes.length; label++) {
      classes[label] = new int[sizes[label]];
    }
    Arrays.fill(sizes, 0);
    for (int i = 0; i < examples.count(); i++) {
      int label = oneKind ? 0 : examples.label(i);
      classes[label][sizes[label]++] = i;
    }
    return classes;
  }

  private static int[] quotas(int[][] classes, double fraction, long total) {
    int[] quota = new int[classes.length];
    double[] remainder = new double[classes.length];
    long missing = total;
    for (int label = 0; label < classes.length; label++) {
      double share = fraction * classes[label].length;
      quota[label] = (int) share;
      remainder[label] = share - quota[label];
      missing -= quota[label];
    }
    int[] byRemainder =
        IntStream.range(0, classes.length)
            .boxed()
            .sorted((a, b) -> Double.compare(remainder[b], remainder[a]))
            .mapToInt(Integer::intValue)
            .toArray();
    for (int label : byRemainder) {
      if (missing > 0 && quota[label] + 1 < classes[label].length) {
        quota[label]++;
        missing--;
      }
    }
    return quota;
  }
}
