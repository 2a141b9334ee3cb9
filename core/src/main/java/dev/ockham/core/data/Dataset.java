package dev.ockham.core.data;

import java.util.List;

/**
 * A data set, loaded: training and test images of one size.
 *
 * @param name what it is called in specs and reports
 * @param classCount how many classes there are; every label is below it
 * @param classNames one name per class, or empty where they are not known
 * @param train the images to train and validate on
 * @param test the images that nothing may be chosen by
 * @param contentHash SHA-256 of both splits, 64 lower-case hexadecimal digits: of the four unpacked
 *     IDX files one after the other (training images, training labels, test images, test labels)
 * @param origin where it came from, for people
 */
public record Dataset(
    String name,
    int classCount,
    List<String> classNames,
    Images train,
    Images test,
    String contentHash,
    String origin) {

  /**
   * Checks that the parts fit each other.
   *
   * @throws IllegalArgumentException if a split is empty, the image sizes differ, a label is out of
   *     range or the number of names is wrong
   */
  public Dataset {
    classNames = List.copyOf(classNames);
    if (train.count() == 0 || test.count() == 0) {
      throw new IllegalArgumentException(
          name + ": a split is empty: train " + train + ", test " + test);
    }
    if (train.channels() != test.channels()
        || train.height() != test.height()
        || train.width() != test.width()) {
      throw new IllegalArgumentException(
          name + ": image sizes differ: train " + train + ", test " + test);
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

  /** Makes a data set and computes its content hash. */
  public static Dataset of(
      String name,
      int classCount,
      List<String> classNames,
      Images train,
      Images test,
      String origin) {
    return new Dataset(
        name, classCount, classNames, train, test, ContentHash.of(train, test), origin);
  }
}
