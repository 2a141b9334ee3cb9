package dev.ockham.core.data;

import java.io.IOException;
import java.util.List;

/**
 * A data set, loaded: training and test examples of one shape.
 *
 * @param name what it is called in specs and reports
 * @param classCount how many classes there are; every label is below it
 * @param classNames one name per class, or empty where they are not known
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
    int classCount,
    List<String> classNames,
    Examples train,
    Examples test,
    String contentHash,
    String origin,
    boolean testGiven) {

  /** A data set whose test part came as such. */
  public Dataset(
      String name,
      int classCount,
      List<String> classNames,
      Examples train,
      Examples test,
      String contentHash,
      String origin) {
    this(name, classCount, classNames, train, test, contentHash, origin, true);
  }

  /**
   * Checks that the parts fit each other.
   *
   * @throws IllegalArgumentException if a split is empty, the shapes differ, one has pixels and the
   *     other floats, a label is out of range or the number of names is wrong
   */
  public Dataset {
    classNames = List.copyOf(classNames);
    if (train.count() == 0 || test.count() == 0) {
      throw new IllegalArgumentException(
          name + ": a split is empty: train " + train + ", test " + test);
    }
    if (!train.shape().equals(test.shape()) || train.getClass() != test.getClass()) {
      throw new IllegalArgumentException(
          name + ": the splits differ in kind or shape: train " + train + ", test " + test);
    }
    int maxLabel = Math.max(train.maxLabel(), test.maxLabel());
    if (maxLabel >= classCount) {
      throw new IllegalArgumentException(
          name + ": label " + maxLabel + " is out of range for classCount " + classCount);
    }
    if (!classNames.isEmpty() && classNames.size() != classCount) {
      throw new IllegalArgumentException(
          name + ": " + classNames.size() + " classNames for classCount " + classCount);
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
      String name,
      int classCount,
      List<String> classNames,
      Examples train,
      Examples test,
      String origin) {
    return new Dataset(
        name, classCount, classNames, train, test, ContentHash.of(train, test), origin);
  }

  /**
   * A data set of one's own; classes are those that have a label.
   *
   * @param name what specs and reports shall call it
   * @param train the examples to train and validate on
   * @param test the examples that nothing may be chosen by
   * @throws IllegalArgumentException if the parts do not fit each other
   */
  public static Dataset of(String name, Examples train, Examples test) {
    int classes = 1 + Math.max(train.maxLabel(), test.maxLabel());
    return of(name, classes, List.of(), train, test, "arrays");
  }

  /**
   * As {@link #of(String, Examples, Examples)}, with a test part cut from the examples, every class
   * in proportion.
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
    Dataset cut = of(name, examples.select(split.train()), examples.select(split.validation()));
    return new Dataset(
        cut.name(),
        cut.classCount(),
        cut.classNames(),
        cut.train(),
        cut.test(),
        cut.contentHash(),
        cut.origin(),
        false);
  }

  /** All examples: those to train on, and behind them those to test on. */
  public Examples all() {
    return train.followedBy(test);
  }
}
