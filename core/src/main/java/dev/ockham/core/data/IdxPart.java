package dev.ockham.core.data;

import java.util.List;

/** One of the four files that make up a data set in IDX form. */
public enum IdxPart {
  /** Pixels of the training images. */
  TRAIN_IMAGES("train-images", "idx3-ubyte"),
  /** Classes of the training images. */
  TRAIN_LABELS("train-labels", "idx1-ubyte"),
  /** Pixels of the test images. */
  TEST_IMAGES("t10k-images", "idx3-ubyte"),
  /** Classes of the test images. */
  TEST_LABELS("t10k-labels", "idx1-ubyte");

  private final String stem;
  private final String suffix;

  IdxPart(String stem, String suffix) {
    this.stem = stem;
    this.suffix = suffix;
  }

  /** The name under which the part is published and which Ockham writes: packed with gzip. */
  public String publishedName() {
    return stem + "-" + suffix + ".gz";
  }

  /**
   * Every name under which the part is accepted in a folder; the first that exists wins. Whether
   * the contents are packed is told by their first bytes, never by the name.
   */
  public List<String> acceptedNames() {
    String dashed = stem + "-" + suffix;
    String dotted = stem + "." + suffix;
    return List.of(dashed, dashed + ".gz", dotted, dotted + ".gz");
  }
}
