package dev.ockham.runtime.plan;

import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import org.jspecify.annotations.Nullable;

/**
 * A batch norm with fixed statistics, {@code y = scale · x + shift} of each unit.
 *
 * @param scale one per unit; not copied
 * @param shift one per unit; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Rescaling(double[] scale, double[] shift) {

  /** The scales as a parameter, rounded to float. */
  public Matrix scales() {
    return column(scale);
  }

  /** The shifts as a parameter, rounded to float. */
  public Matrix shifts() {
    return column(shift);
  }

  /**
   * Weights of the layer before it with the scales folded in, worked out in double.
   *
   * @param weight one row per unit
   */
  public Matrix weight(Matrix weight) {
    float[] folded = weight.toDense();
    int columns = weight.cols();
    for (int unit = 0; unit < scale.length; unit++) {
      for (int i = unit * columns; i < (unit + 1) * columns; i++) {
        folded[i] = (float) (folded[i] * scale[unit]);
      }
    }
    return DenseMatrix.of(scale.length, columns, folded);
  }

  /**
   * Bias of the layer before it with scales and shifts folded in, worked out in double.
   *
   * @param bias one number per unit; null where the layer has none
   */
  public Matrix bias(@Nullable Matrix bias) {
    float[] folded = bias == null ? new float[scale.length] : bias.toDense();
    for (int unit = 0; unit < scale.length; unit++) {
      folded[unit] = (float) (folded[unit] * scale[unit] + shift[unit]);
    }
    return DenseMatrix.of(scale.length, 1, folded);
  }

  private static Matrix column(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return DenseMatrix.of(floats.length, 1, floats);
  }
}
