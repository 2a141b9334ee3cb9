package dev.ockham.runtime.pack;

import dev.ockham.runtime.model.CsrMatrix;
import dev.ockham.runtime.model.Matrix;

/**
 * The numbers of a parameter, and how they are coded.
 *
 * @param numbers all finite
 * @param step what every number is a multiple of, to the bit; 0 where they are any floats
 */
public record PackedMatrix(Matrix numbers, float step) {
  /**
   * Checks the step.
   *
   * @throws IllegalArgumentException naming the step that is no positive number and not 0, or the
   *     number that is no multiple of it
   */
  public PackedMatrix {
    if (!(step >= 0 && step < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "step is " + step + "; it must be positive, or 0 for none");
    }
    if (step > 0) {
      float[] stored = numbers instanceof CsrMatrix sparse ? sparse.values() : numbers.toDense();
      for (float value : stored) {
        if (!ValueCode.Steps.holds(value, step)) {
          throw new IllegalArgumentException(value + " is no multiple of the step " + step);
        }
      }
    }
  }
}
