package dev.ockham.core.target;

import java.util.Arrays;
import java.util.Objects;

/** The one class of each example, as a number from 0. */
public final class ClassLabels implements Targets {

  /** Classes are counted in arrays, and a network has an output for each. */
  public static final int MOST_CLASSES = 1_000_000;

  private final int[] labels;

  private ClassLabels(int[] labels) {
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= MOST_CLASSES) {
        throw new IllegalArgumentException(
            "the label of example %s is %s; labels count classes from 0 to at most %s"
                .formatted(i, labels[i], MOST_CLASSES - 1));
      }
    }
    this.labels = labels;
  }

  /**
   * Copies labels.
   *
   * @param labels one for each example, from 0
   * @throws IllegalArgumentException naming the example and the label that is out of range
   */
  public static ClassLabels of(int[] labels) {
    return new ClassLabels(labels.clone());
  }

  /** Labels from unsigned bytes. */
  public static ClassLabels of(byte[] labels) {
    int[] wide = new int[labels.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = labels[i] & 0xFF;
    }
    return new ClassLabels(wide);
  }

  /**
   * The class of an example.
   *
   * @throws IndexOutOfBoundsException if there is no such example
   */
  public int label(int example) {
    return labels[Objects.checkIndex(example, labels.length)];
  }

  /** The largest label; -1 if there are no examples. */
  public int max() {
    return Arrays.stream(labels).max().orElse(-1);
  }

  @Override
  public int count() {
    return labels.length;
  }

  /** One more than the largest label; a data set may have more classes. */
  @Override
  public int outputs() {
    return max() + 1;
  }

  @Override
  public ClassLabels select(int[] indices) {
    int[] some = new int[indices.length];
    for (int i = 0; i < some.length; i++) {
      some[i] = label(indices[i]);
    }
    return new ClassLabels(some);
  }

  @Override
  public ClassLabels followedBy(Targets others) {
    if (!(others instanceof ClassLabels classes)) {
      throw Targets.unlike(this, others);
    }
    int[] all = Arrays.copyOf(labels, Math.addExact(labels.length, classes.labels.length));
    System.arraycopy(classes.labels, 0, all, labels.length, classes.labels.length);
    return new ClassLabels(all);
  }

  /** How many there are, for messages. */
  @Override
  public String toString() {
    return "ClassLabels[" + labels.length + "]";
  }
}
