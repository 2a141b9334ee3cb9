package dev.ockham.core.spec;

import java.util.List;

/**
 * Which data, and how it is split.
 *
 * @param name {@code mnist}, {@code fashion-mnist}, {@code fashion-mnist-mini}, a folder of IDX
 *     files, a folder or zip archive of pictures in class folders, a table or arrays; {@code
 *     +random-labels} or {@code +random-labels=SEED} behind it replaces every label by a draw
 * @param validation fraction of the training images held out for validation, in [0, 1)
 * @param splitSeed seed of that choice; apart from the run's seed, so that runs of several seeds
 *     are judged on the same images
 * @param inputDeviation standard deviation that inputs are scaled to, from 0.001 to 1000: that of
 *     all pixels of a channel together, or of each float feature
 * @param mean what is subtracted from inputs first: one number, or one for each channel, where 1 is
 *     the brightest a pixel can be; of float features one, or one for each. Empty: as measured on
 *     the training examples
 * @param deviation the standard deviation that inputs are taken to have, in the same form
 * @param target what the label columns of a table are
 * @param columns what columns of a table are, as {@link ColumnKinds} reads it; found where not said
 * @param table how a table is read
 */
public record DataSpec(
    @Doc(
            "mnist, fashion-mnist, fashion-mnist-mini, a folder, a zip, a table or arrays;"
                + " +random-labels=SEED may follow.")
        String name,
    @Doc("Fraction of the training images held out for validation, from 0 to 0.9.")
        double validation,
    @Doc("Seed of the split; apart from training.seed, so that seeds compare on equal images.")
        long splitSeed,
    @Doc("Standard deviation that inputs are scaled to; pixels from 0 to 1 have about 0.3.")
        double inputDeviation,
    @Doc(
            value =
                "Mean of the inputs, one for each channel, of pixels from 0 to 1, such as"
                    + " 0.485 0.456 0.406; empty: measured.",
            unrecorded = "[]")
        List<Double> mean,
    @Doc(
            value = "Standard deviation of the inputs, as data.mean; empty: measured.",
            unrecorded = "[]")
        List<Double> deviation,
    @Doc(
            value = "What the label columns of a table are: auto, classes, labels or numbers.",
            unrecorded = "auto")
        TargetKind target,
    @Doc(
            value =
                "Kinds of a table's columns where those found are wrong, such as"
                    + " 'zip=category age=number'; also boolean and drop.",
            unrecorded = "")
        String columns,
    @Doc("How a table is read.") TableSpec table) {

  /** Checks the name and the numbers. */
  public DataSpec {
    if (name.isBlank()) {
      throw new SpecException("data.name is empty; name a data set or a folder");
    }
    Require.between("data.validation", validation, 0, 0.9);
    Require.between("data.input_deviation", inputDeviation, 1e-3, 1e3);
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    mean.forEach(value -> Require.finite("data.mean", value));
    deviation.forEach(value -> Require.positive("data.deviation", value));
    ColumnKinds.parse(columns);
  }

  /** The same for data of another name. */
  public DataSpec named(String other) {
    return new DataSpec(
        other, validation, splitSeed, inputDeviation, mean, deviation, target, columns, table);
  }

  /** The same with other settings of tables. */
  public DataSpec withTable(TableSpec other) {
    return new DataSpec(
        name, validation, splitSeed, inputDeviation, mean, deviation, target, columns, other);
  }

  /** The defaults of everything. */
  public static DataSpec defaults() {
    return new DataSpec(
        "mnist", 0.1, 0, 1, List.of(), List.of(), TargetKind.AUTO, "", TableSpec.defaults());
  }
}
