package dev.ockham.core.data;

import dev.ockham.core.target.ClassLabels;
import dev.ockham.core.target.LabelSets;
import dev.ockham.core.target.NoTargets;
import dev.ockham.core.target.Numbers;
import dev.ockham.core.target.Targets;
import dev.ockham.runtime.file.DataRules;
import java.io.IOException;
import java.util.List;

/**
 * A data set, loaded: training and test examples of one shape.
 *
 * @param name what it is called in specs and reports
 * @param outputs numbers that a network gives for each example: one for each class, of which every
 *     label is below it, or for each label or number; 1 where nothing is known of the examples
 * @param rules what was decided while reading: names of classes, columns, sizes; saved with models
 * @param train the examples to train and validate on
 * @param test the examples that nothing may be chosen by
 * @param contentHash SHA-256 of both splits, 64 lower-case hexadecimal digits: of the four unpacked
 *     IDX files one after the other (training images, training labels, test images, test labels);
 *     features are hashed as IDX files of float32 values (type 0x0D) and int32 labels (0x0C)
 * @param origin where it came from, for people
 * @param testGiven whether the test part came as such; false where it was cut from all examples
 */
public record Dataset(
    String name,
    int outputs,
    DataRules rules,
    Examples train,
    Examples test,
    String contentHash,
    String origin,
    boolean testGiven) {

  /** A data set whose test part came as such. */
  public Dataset(
      String name,
      int outputs,
      DataRules rules,
      Examples train,
      Examples test,
      String contentHash,
      String origin) {
    this(name, outputs, rules, train, test, contentHash, origin, true);
  }

  /**
   * Checks that the parts fit each other.
   *
   * @throws IllegalArgumentException if a split is empty, the shapes differ, one has pixels and the
   *     other floats, a label is out of range or the number of names is wrong
   */
  public Dataset {
    if (train.count() == 0 || test.count() == 0) {
      throw new IllegalArgumentException(
          name + ": a split is empty: train " + train + ", test " + test);
    }
    if (!train.shape().equals(test.shape()) || train.getClass() != test.getClass()) {
      throw new IllegalArgumentException(
          name + ": the splits differ in kind or shape: train " + train + ", test " + test);
    }
    if (train.targets().getClass() != test.targets().getClass()) {
      throw new IllegalArgumentException(
          "%s: the splits differ in their targets: train %s, test %s"
              .formatted(name, train.targets(), test.targets()));
    }
    requireOutputs(name, outputs, train.targets());
    requireOutputs(name, outputs, test.targets());
    List<String> classNames = rules.classes();
    if (!classNames.isEmpty() && classNames.size() != outputs) {
      throw new IllegalArgumentException(
          "%s: %s names for %s classes".formatted(name, classNames.size(), outputs));
    }
  }

  private static void requireOutputs(String name, int outputs, Targets targets) {
    boolean fits =
        switch (targets) {
          case ClassLabels classes -> classes.max() < outputs;
          case LabelSets sets -> sets.outputs() == outputs;
          case Numbers numbers -> numbers.outputs() == outputs;
          case NoTargets _ -> outputs >= 1;
        };
    if (!fits) {
      throw new IllegalArgumentException(
          targets instanceof ClassLabels classes
              ? "%s: label %s is out of range for %s classes"
                  .formatted(name, classes.max(), outputs)
              : "%s: %s do not have %s outputs".formatted(name, targets, outputs));
    }
  }

  /**
   * The data set that {@code --data} would find: {@code mnist}, {@code fashion-mnist}, {@code
   * fashion-mnist-mini} (which is in the jar), a folder of IDX files, or a folder or zip archive of
   * pictures in class folders. Downloads it into the cache where it is nowhere on this machine.
   *
   * @throws DatasetNotFoundException if there is no such data set
   * @throws MalformedDataException if a file is not what it should be
   * @throws IOException if reading or downloading fails
   */
  public static Dataset named(String name) throws IOException {
    return new DatasetResolver(DataLocations.ofProcess(), DownloadListener.SILENT).resolve(name);
  }

  /** Makes a data set and computes its content hash. */
  public static Dataset of(
      String name, int outputs, DataRules rules, Examples train, Examples test, String origin) {
    return new Dataset(name, outputs, rules, train, test, ContentHash.of(train, test), origin);
  }

  /**
   * A data set of one's own; classes, where that is what it has, are those that have a label.
   *
   * @param name what specs and reports shall call it
   * @param train the examples to train and validate on
   * @param test the examples that nothing may be chosen by
   * @throws IllegalArgumentException if the parts do not fit each other
   */
  public static Dataset of(String name, Examples train, Examples test) {
    int outputs = Math.max(train.targets().outputs(), test.targets().outputs());
    return of(name, Math.max(1, outputs), DataRules.NONE, train, test, "arrays");
  }

  /** One name per class; empty where there are no classes, or their names are not known. */
  public List<String> classNames() {
    return rules.classes();
  }

  /** Whether anything is known of its examples, in both parts. */
  public boolean labelled() {
    return train.labelled() && test.labelled();
  }

  /**
   * A data set whose test part is cut from the examples, every class in proportion; else as {@link
   * #of(String, Examples, Examples)}.
   *
   * @param examples all of them
   * @param test fraction to test on, in (0, 1)
   * @param seed chooses which, any value
   * @throws IllegalArgumentException if the fraction is out of range, or so small that no example
   *     would be tested on
   */
  public static Dataset of(String name, Examples examples, double test, long seed) {
    if (!(test > 0 && test < 1)) {
      throw new IllegalArgumentException("test fraction must be in (0, 1), but is " + test);
    }
    Split split = Split.stratified(examples, test, seed);
    return of(name, examples.select(split.train()), examples.select(split.validation()))
        .withTestGiven(false);
  }

  /** The same data; {@code given} says whether the test part came as such. */
  public Dataset withTestGiven(boolean given) {
    return new Dataset(name, outputs, rules, train, test, contentHash, origin, given);
  }

  /** All examples: those to train on, and behind them those to test on. */
  public Examples all() {
    return train.followedBy(test);
  }
}
