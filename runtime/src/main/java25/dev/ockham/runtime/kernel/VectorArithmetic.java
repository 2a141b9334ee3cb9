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
    int behind = to + rows.count + Slices.ROWS; // in the slack
    for (int s = 0; s + 1 < rows.starts.length; s++) {
      int place = s * Slices.ROWS;
      int end = rows.starts[s + 1] * Slices.ROWS;
      for (int half = 0; half < Slices.ROWS; half += V) {
        FloatVector sum = load(rows.bias, place + half);
        for (int k = rows.starts[s] * Slices.ROWS + half; k < end; k += Slices.ROWS) {
          FloatVector value = FloatVector.fromArray(SPECIES, x, at, rows.features, k);
          sum = load(rows.weights, k).fma(value, sum);
        }
        sum.intoArray(out, behind + half);
      }
      for (int i = 0; i < Slices.ROWS; i++) {
        out[to + rows.rows[place + i]] = out[behind + i];
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
    for (int line = 0; line < lines; line++) {
      int read = from + line * pitch;
      int write = to + line * width;
      int whole = line + 1 < lines ? width : width / V * V; // a line may run into the next one
      int done = (whole + V - 1) / V * V;
      if (sum == null) {
        finish(sums, read, out, write, whole, bounds);
      } else {
        finish(sums, read, sum, out, write, whole, bounds);
      }
      for (int i = done; i < width; i++) {
        float value = sum == null ? sums[read + i] : sums[read + i] + sum[write + i];
        out[write + i] = bounds.of(value);
      }
    }
  }

  private static void finish(
      float[] sums, int read, float[] out, int write, int count, Bounds bounds) {
    FloatVector low = all(bounds.low());
    FloatVector high = all(bounds.high());
    for (int i = 0; i < count; i += V) {
      bounded(load(sums, read + i), low, high).intoArray(out, write + i);
    }
  }

  private static void finish(
      float[] sums, int read, float[] sum, float[] out, int write, int count, Bounds bounds) {
    FloatVector low = all(bounds.low());
    FloatVector high = all(bounds.high());
    for (int i = 0; i < count; i += V) {
      FloatVector value = load(sums, read + i).add(load(sum, write + i));
      bounded(value, low, high).intoArray(out, write + i);
    }
  }

  /** Without a branch, in which vectors would become objects; where there is no bound, it is ∞. */
  private static FloatVector bounded(FloatVector value, FloatVector low, FloatVector high) {
    FloatVector above = value.blend(low, value.compare(VectorOperators.LE, low));
    return above.blend(high, above.compare(VectorOperators.GE, high));
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
    FloatVector low = all(bounds.low());
    FloatVector high = all(bounds.high());
    for (int line = 0; line < lines; line++) {
      int read = from + 2 * line * pitch;
      int write = to + line * columns * lanes;
      if (lanes == 1) {
        int column = 0;
        for (; column + V / 2 <= columns; column += V / 2) {
          FloatVector largest = largest(sums, read + 2 * column, pitch, 1);
          bounded(largest.compress(EVEN), low, high).intoArray(out, write + column, LOWER);
        }
        if (column < columns) {
          VectorMask<Float> some = SPECIES.indexInRange(column, columns);
          FloatVector largest = largest(sums, read + 2 * column, pitch, 1);
          bounded(largest.compress(EVEN), low, high).intoArray(out, write + column, some);
        }
      } else {
        for (int column = 0; column < columns; column++) {
          for (int i = 0; i < lanes; i += V) {
            FloatVector largest = largest(sums, read + 2 * column * lanes + i, pitch, lanes);
            bounded(largest, low, high).intoArray(out, write + column * lanes + i);
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
