package dev.ockham.runtime.kernel;

import static dev.ockham.runtime.kernel.Vectors.EVEN;
import static dev.ockham.runtime.kernel.Vectors.LOWER;
import static dev.ockham.runtime.kernel.Vectors.SPECIES;
import static dev.ockham.runtime.kernel.Vectors.V;
import static dev.ockham.runtime.kernel.Vectors.all;
import static dev.ockham.runtime.kernel.Vectors.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/** Inner loops by the Vector API. */
final class VectorArithmetic implements Arithmetic {
  private VectorArithmetic() {}

  /** The vectors of this machine, or plain loops where it has none that are worth it. */
  static Arithmetic orScalar() {
    return V >= 4 && V <= Slices.ROWS ? new VectorArithmetic() : new ScalarArithmetic();
  }

  @Override
  public String toString() {
    return "vectors of " + V + " floats";
  }

  @Override
  public void sums(
      Terms terms,
      int row,
      float bias,
      float[] x,
      int at,
      int lanes,
      float[] out,
      int to,
      int count) {
    VectorSums.run(terms, row, bias, x, at, lanes, out, to, count);
  }

  @Override
  public void fours(
      Fours rows,
      int block,
      float[] x,
      int at,
      int lanes,
      float[] out,
      int to,
      int distance,
      int count) {
    VectorFours.run(rows, block, x, at, lanes, out, to, distance, count);
  }

  @Override
  public void panels(Panels rows, float[] x, int at, float[] out, int to) {
    VectorPanels.run(rows, x, at, out, to);
  }

  @Override
  public void intake(Intake intake, float[] examples, int from, float[] to) {
    VectorMoves.intake(intake, examples, from, to);
  }

  @Override
  public void spread(Intake intake, float[] examples, int from, int used, float[] to, int lanes) {
    VectorMoves.spread(intake, examples, from, used, to, lanes);
  }

  @Override
  public void copy(Runs runs, float[] from, float[] to, int lanes) {
    VectorMoves.copy(runs, from, to, lanes);
  }

  @Override
  public void planes(Runs runs, int size, float[] from, float[] to, int lanes) {
    VectorMoves.planes(runs, size, from, to, lanes);
  }

  @Override
  public void slices(Slices rows, float[] x, int at, float[] out, int to) {
    for (int s = 0; s + 1 < rows.starts.length; s++) {
      int first = rows.starts[s] * Slices.ROWS;
      int end = rows.starts[s + 1] * Slices.ROWS;
      for (int half = 0; half < Slices.ROWS; half += V) {
        FloatVector sum = load(rows.bias, s * Slices.ROWS + half);
        for (int k = first + half; k < end; k += Slices.ROWS) {
          FloatVector value = FloatVector.fromArray(SPECIES, x, at, rows.features, k);
          sum = load(rows.weights, k).fma(value, sum);
        }
        sum.intoArray(out, to, rows.rows, s * Slices.ROWS + half);
      }
    }
  }

  @Override
  public void finish(
      float[] sums,
      int from,
      int pitch,
      int lines,
      int width,
      float @Nullable [] sum,
      float[] out,
      int to,
      Bounds bounds) {
    if (pitch == width && lines > 1) {
      finish(sums, from, pitch, 1, lines * width, sum, out, to, bounds);
      return;
    }
    boolean below = !bounds.none();
    boolean above = bounds.above();
    FloatVector low = all(bounds.low());
    FloatVector high = all(bounds.high());
    for (int line = 0; line < lines; line++) {
      int read = from + line * pitch;
      int write = to + line * width;
      int whole = line + 1 < lines ? width : width / V * V; // a line may run into the next one
      int i = 0;
      for (; i < whole; i += V) {
        FloatVector value = load(sums, read + i);
        if (sum != null) {
          value = value.add(load(sum, write + i));
        }
        if (below) {
          value = value.blend(low, value.compare(VectorOperators.LE, low));
        }
        if (above) {
          value = value.blend(high, value.compare(VectorOperators.GE, high));
        }
        value.intoArray(out, write + i);
      }
      for (; i < width; i++) {
        float value = sum == null ? sums[read + i] : sums[read + i] + sum[write + i];
        out[write + i] = bounds.of(value);
      }
    }
  }

  private static FloatVector bounded(FloatVector value, Bounds bounds) {
    if (bounds.none()) {
      return value;
    }
    FloatVector low = all(bounds.low());
    FloatVector above = value.blend(low, value.compare(VectorOperators.LE, low));
    FloatVector high = all(bounds.high());
    return bounds.above() ? above.blend(high, above.compare(VectorOperators.GE, high)) : above;
  }

  @Override
  public void pool(
      float[] sums,
      int from,
      int pitch,
      int lines,
      int columns,
      int lanes,
      float[] out,
      int to,
      Bounds bounds) {
    for (int line = 0; line < lines; line++) {
      int read = from + 2 * line * pitch;
      int write = to + line * columns * lanes;
      if (lanes == 1) {
        int column = 0;
        for (; column + V / 2 <= columns; column += V / 2) {
          FloatVector largest = largest(sums, read + 2 * column, pitch, 1);
          bounded(largest.compress(EVEN), bounds).intoArray(out, write + column, LOWER);
        }
        if (column < columns) {
          VectorMask<Float> some = SPECIES.indexInRange(column, columns);
          FloatVector largest = largest(sums, read + 2 * column, pitch, 1);
          bounded(largest.compress(EVEN), bounds).intoArray(out, write + column, some);
        }
      } else {
        for (int column = 0; column < columns; column++) {
          for (int i = 0; i < lanes; i += V) {
            FloatVector largest = largest(sums, read + 2 * column * lanes + i, pitch, lanes);
            bounded(largest, bounds).intoArray(out, write + column * lanes + i);
          }
        }
      }
    }
  }

  /** The largest of four: numbers, those beside them, and both a line below. */
  private static FloatVector largest(float[] sums, int at, int pitch, int beside) {
    FloatVector above = larger(load(sums, at), load(sums, at + beside));
    FloatVector below = larger(load(sums, at + pitch), load(sums, at + pitch + beside));
    return larger(above, below);
  }

  private static FloatVector larger(FloatVector a, FloatVector b) {
    return a.blend(b, b.compare(VectorOperators.GT, a));
  }

  @Override
  public void addProducts(
      float[] x, int fromX, float[] y, int fromY, float[] out, int to, int count) {
    int i = 0;
    for (; i + V <= count; i += V) {
      load(x, fromX + i).fma(load(y, fromY + i), load(out, to + i)).intoArray(out, to + i);
    }
    for (; i < count; i++) {
      out[to + i] = Math.fma(x[fromX + i], y[fromY + i], out[to + i]);
    }
  }
}
