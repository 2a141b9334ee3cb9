package dev.ockham.core.target;

import java.util.Objects;

/**
 * Nothing is known of the examples but themselves.
 *
 * @param count how many they are, at least 0
 */
public record NoTargets(int count) implements Targets {
  /** Checks the number. */
  public NoTargets {
    if (count < 0) {
      throw new IllegalArgumentException("there cannot be " + count + " examples");
    }
  }

  @Override
  public int outputs() {
    return 0;
  }

  @Override
  public NoTargets select(int[] indices) {
    for (int index : indices) {
      Objects.checkIndex(index, count);
    }
    return new NoTargets(indices.length);
  }

  @Override
  public NoTargets followedBy(Targets others) {
    if (!(others instanceof NoTargets(int more))) {
      throw Targets.unlike(this, others);
    }
    return new NoTargets(Math.addExact(count, more));
  }
}
