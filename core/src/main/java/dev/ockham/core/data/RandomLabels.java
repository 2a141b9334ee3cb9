package dev.ockham.core.data;

import java.util.Optional;

/**
 * A data set whose labels say nothing: each is a draw among the classes, all equally likely. A
 * network can only memorise them, so the right answer of Bayesian pruning is the empty network
 * (arXiv:1701.05369, section 5.5).
 *
 * <p>It is asked for by the name of a data set and {@value #ENDING}, such as {@code
 * mnist+random-labels}; {@code mnist+random-labels=7} draws with seed 7 instead of 0.
 *
 * @param base name of the data set whose images these are
 * @param seed of the draws
 */
record RandomLabels(String base, long seed) {

  /** What such a name ends with, before an optional {@code =SEED}. */
  static final String ENDING = "+random-labels";

  private static final long TRAIN = 11;
  private static final long TEST = 12;

  /**
   * What a name asks for; empty where it asks for labels as they are.
   *
   * @throws DatasetNotFoundException if the seed is no whole number
   */
  static Optional<RandomLabels> parse(String name) throws DatasetNotFoundException {
    int at = name.lastIndexOf(ENDING);
    if (at <= 0) {
      return Optional.empty();
    }
    String rest = name.substring(at + ENDING.length());
    if (rest.isEmpty()) {
      return Optional.of(new RandomLabels(name.substring(0, at), 0));
    }
    if (!rest.startsWith("=")) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new RandomLabels(name.substring(0, at), Long.parseLong(rest, 1, rest.length(), 10)));
    } catch (NumberFormatException e) {
      throw new DatasetNotFoundException(
          name,
          "'%s' is no seed; a whole number stands behind %s=".formatted(rest.substring(1), ENDING));
    }
  }

  /** The data set with its labels drawn anew, of training and test images alike. */
  Dataset of(Dataset data) {
    return Dataset.of(
        data.name() + ENDING + "=" + seed,
        data.outputs(),
        data.rules(),
        relabelled(data.train(), data.outputs(), TRAIN),
        relabelled(data.test(), data.outputs(), TEST),
        data.origin());
  }

  private Examples relabelled(Examples examples, int classes, long purpose) {
    int[] labels = new int[examples.count()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (int) Long.remainderUnsigned(KeyedShuffle.key(seed, purpose, i), classes);
    }
    return examples.withLabels(labels);
  }
}
