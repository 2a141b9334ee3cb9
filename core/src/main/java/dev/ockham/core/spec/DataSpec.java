package dev.ockham.core.spec;

/**
 * Which data, and how it is split.
 *
 * @param name {@code mnist}, {@code fashion-mnist}, {@code fashion-mnist-mini}, or a folder of IDX
 *     files; {@code +random-labels} or {@code +random-labels=SEED} behind it replaces every label
 *     by a draw
 * @param validation fraction of the training images held out for validation, in [0, 1)
 * @param splitSeed seed of that choice; apart from the run's seed, so that runs of several seeds
 *     are judged on the same images
 * @param inputDeviation standard deviation that inputs are scaled to, from 0.001 to 1000: that of
 *     all pixels together, or of each float feature
 */
public record DataSpec(
    @Doc("mnist, fashion-mnist, fashion-mnist-mini, or a folder; +random-labels=SEED may follow.")
        String name,
    @Doc("Fraction of the training images held out for validation, from 0 to 0.9.")
        double validation,
    @Doc("Seed of the split; apart from training.seed, so that seeds compare on equal images.")
        long splitSeed,
    @Doc("Standard deviation that inputs are scaled to; pixels from 0 to 1 have about 0.3.")
        double inputDeviation) {

  /** Checks the name and the fraction. */
  public DataSpec {
    if (name.isBlank()) {
      throw new SpecException("data.name is empty; name a data set or a folder");
    }
    Require.between("data.validation", validation, 0, 0.9);
    Require.between("data.input_deviation", inputDeviation, 1e-3, 1e3);
  }

  static DataSpec defaults() {
    return new DataSpec("mnist", 0.1, 0, 1);
  }
}
