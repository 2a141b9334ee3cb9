package dev.ockham.core.target;

import java.util.Arrays;
import java.util.Objects;

/** Which of several labels each example has; it may have none, or all. */
public final class LabelSets implements Targets {

  private final int outputs;
  private final byte[] set;

  private LabelSets(int outputs, byte[] set) {
    if (outputs < 1 || set.length % outputs != 0) {
      throw new IllegalArgumentException(
          "%s entries are no whole rows of %s labels".formatted(set.length, outputs));
    }
    for (int i = 0; i < set.length; i++) {
      if (set[i] != 0 && set[i] != 1) {
        throw new IllegalArgumentException(
            "label %s of example %s is %s; it must be 0 or 1"
                .formatted(i % outputs, i / outputs, set[i]));
      }
    }
    this.outputs = outputs;
    this.set = set;
  }

  /**
   * Copies labels.
   *
   * @param outputs how many labels there are, at least 1
   * @param set 1 where an example has a label and 0 where not, {@code [examples, outputs]}
   * @throws IllegalArgumentException naming the entry that is neither, or sizes that do not fit
   */
  public static LabelSets of(int outputs, byte[] set) {
    return new LabelSets(outputs, set.clone());
  }

  /**
   * Whether an example has a label.
   *
   * @throws IndexOutOfBoundsException if there is no such example or label
   */
  public boolean has(int example, int label) {
    Objects.checkIndex(label, outputs);
    return set[Objects.checkIndex(example, count()) * outputs + label] == 1;
  }

  @Override
  public int count() {
    return set.length / outputs;
  }

  @Override
  public int outputs() {
    return outputs;
  }

  @Override
  public LabelSets select(int[] indices) {
    byte[] some = new byte[Math.multiplyExact(indices.length, outputs)];
    for (int i = 0; i < indices.length; i++) {
      int from = Objects.checkIndex(indices[i], count()) * outputs;
      System.arraycopy(set, from, some, i * outputs, outputs);
    }
    return new LabelSets(outputs, some);
  }

  @Override
  public LabelSets followedBy(Targets others) {
    if (!(others instanceof LabelSets labels) || labels.outputs != outputs) {
      throw Targets.unlike(this, others);
    }
    byte[] all = Arrays.copyOf(set, Math.addExact(set.length, labels.set.length));
    System.arraycopy(labels.set, 0, all, set.length, labels.set.length);
    return new LabelSets(outputs, all);
  }

  /** Examples and labels of each, for messages. */
  @Override
  public String toString() {
    return "LabelSets[" + count() + ", " + outputs + "]";
  }
}
