package dev.ockham.runtime.plan;

import dev.ockham.runtime.model.Matrix;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;

/**
 * Parameters of one node.
 *
 * @param bySlot by the operator's names for them; not copied
 */
record Numbers(Map<String, Matrix> bySlot) {
  boolean has(String slot) {
    return bySlot.containsKey(slot);
  }

  Matrix matrix(String slot) {
    return Objects.requireNonNull(bySlot.get(slot), slot);
  }

  /** The numbers row by row; the caller owns the array. */
  float[] array(String slot) {
    return matrix(slot).toDense();
  }

  /** The numbers, or one number again and again where there are none; the caller owns the array. */
  float[] or(String slot, int count, float otherwise) {
    if (has(slot)) {
      return array(slot);
    }
    float[] same = new float[count];
    Arrays.fill(same, otherwise);
    return same;
  }
}
