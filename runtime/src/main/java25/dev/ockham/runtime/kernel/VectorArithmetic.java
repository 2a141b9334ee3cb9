package dev.ockham.runtime.kernel;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/** Inner loops by the Vector API. */
final class VectorArithmetic implements Arithmetic {
  /** As wide as the machine, and at most as slices are. */
  private static final VectorSpecies<Float> SPECIES =
      FloatVector.SPECIES_PREFERRED.length() > Slices.ROWS
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;

  private static final int V = SPECIES.length();

  private static final VectorMask<Float> EVEN =
      VectorMask.fromLong(SPECIES, 0x5555555555555555L & ((1L << V) - 1));

  private static final VectorMask<Float> LOWER = VectorMask.fromLong(SPECIES, (1L << V / 2) - 1);

  /** Numbers from which on the JVM's own copy is as fast. */
  private static final int LONG = 256;

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
    int first = terms.starts[row];
    int end = terms.starts[row + 1];
    int left = (count + V - 1) / V;
    int i = 0;
    while (left > 0) {
      if (left >= 7) {
        eight(terms.features, terms.weights, first, end, bias, x, at + i, lanes, out, to + i);
        i += 8 * V;
        left -= 8;
      } else if (left >= 5) {
        six(terms.features, terms.weights, first, end, bias, x, at + i, lanes, out, to + i);
        i += 6 * V;
        left -= 6;
      } else if (left >= 3) {
        four(terms.features, terms.weights, first, end, bias, x, at + i, lanes, out, to + i);
        i += 4 * V;
        left -= 4;
      } else {
        two(terms.features, terms.weights, first, end, bias, x, at + i, lanes, out, to + i);
        i += 2 * V;
        left -= 2;
      }
    }
  }

  private static void eight(
      int[] features,
      float[] weights,
      int first,
      int end,
      float bias,
      float[] x,
      int at,
      int lanes,
      float[] out,
      int to) {
    FloatVector a = FloatVector.broadcast(SPECIES, bias);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    FloatVector e = a;
    FloatVector f = a;
    FloatVector g = a;
    FloatVector h = a;
    for (int t = first; t < end; t++) {
      FloatVector w = FloatVector.broadcast(SPECIES, weights[t]);
      int from = at + features[t] * lanes;
      a = FloatVector.fromArray(SPECIES, x, from).fma(w, a);
      b = FloatVector.fromArray(SPECIES, x, from + V).fma(w, b);
      c = FloatVector.fromArray(SPECIES, x, from + 2 * V).fma(w, c);
      d = FloatVector.fromArray(SPECIES, x, from + 3 * V).fma(w, d);
      e = FloatVector.fromArray(SPECIES, x, from + 4 * V).fma(w, e);
      f = FloatVector.fromArray(SPECIES, x, from + 5 * V).fma(w, f);
      g = FloatVector.fromArray(SPECIES, x, from + 6 * V).fma(w, g);
      h = FloatVector.fromArray(SPECIES, x, from + 7 * V).fma(w, h);
    }
    a.intoArray(out, to);
    b.intoArray(out, to + V);
    c.intoArray(out, to + 2 * V);
    d.intoArray(out, to + 3 * V);
    e.intoArray(out, to + 4 * V);
    f.intoArray(out, to + 5 * V);
    g.intoArray(out, to + 6 * V);
    h.intoArray(out, to + 7 * V);
  }

  private static void six(
      int[] features,
      float[] weights,
      int first,
      int end,
      float bias,
      float[] x,
      int at,
      int lanes,
      float[] out,
      int to) {
    FloatVector a = FloatVector.broadcast(SPECIES, bias);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    FloatVector e = a;
    FloatVector f = a;
    for (int t = first; t < end; t++) {
      FloatVector w = FloatVector.broadcast(SPECIES, weights[t]);
      int from = at + features[t] * lanes;
      a = FloatVector.fromArray(SPECIES, x, from).fma(w, a);
      b = FloatVector.fromArray(SPECIES, x, from + V).fma(w, b);
      c = FloatVector.fromArray(SPECIES, x, from + 2 * V).fma(w, c);
      d = FloatVector.fromArray(SPECIES, x, from + 3 * V).fma(w, d);
      e = FloatVector.fromArray(SPECIES, x, from + 4 * V).fma(w, e);
      f = FloatVector.fromArray(SPECIES, x, from + 5 * V).fma(w, f);
    }
    a.intoArray(out, to);
    b.intoArray(out, to + V);
    c.intoArray(out, to + 2 * V);
    d.intoArray(out, to + 3 * V);
    e.intoArray(out, to + 4 * V);
    f.intoArray(out, to + 5 * V);
  }

  private static void four(
      int[] features,
      float[] weights,
      int first,
      int end,
      float bias,
      float[] x,
      int at,
      int lanes,
      float[] out,
      int to) {
    FloatVector a = FloatVector.broadcast(SPECIES, bias);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    for (int t = first; t < end; t++) {
      FloatVector w = FloatVector.broadcast(SPECIES, weights[t]);
      int from = at + features[t] * lanes;
      a = FloatVector.fromArray(SPECIES, x, from).fma(w, a);
      b = FloatVector.fromArray(SPECIES, x, from + V).fma(w, b);
      c = FloatVector.fromArray(SPECIES, x, from + 2 * V).fma(w, c);
      d = FloatVector.fromArray(SPECIES, x, from + 3 * V).fma(w, d);
    }
    a.intoArray(out, to);
    b.intoArray(out, to + V);
    c.intoArray(out, to + 2 * V);
    d.intoArray(out, to + 3 * V);
  }

  private static void two(
      int[] features,
      float[] weights,
      int first,
      int end,
      float bias,
      float[] x,
      int at,
      int lanes,
      float[] out,
      int to) {
    FloatVector a = FloatVector.broadcast(SPECIES, bias);
    FloatVector b = a;
    for (int t = first; t < end; t++) {
      FloatVector w = FloatVector.broadcast(SPECIES, weights[t]);
      int from = at + features[t] * lanes;
      a = FloatVector.fromArray(SPECIES, x, from).fma(w, a);
      b = FloatVector.fromArray(SPECIES, x, from + V).fma(w, b);
    }
    a.intoArray(out, to);
    b.intoArray(out, to + V);
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
    int left = (count + V - 1) / V;
    int i = 0;
    while (left > 0) {
      if (left >= 3 && V == Slices.ROWS) {
        fourByFour(rows, block, x, at + i, lanes, out, to + i, distance);
        i += 4 * V;
        left -= 4;
      } else {
        fourByTwo(rows, block, x, at + i, lanes, out, to + i, distance);
        i += 2 * V;
        left -= 2;
      }
    }
  }

  private static void fourByFour(
      Fours rows, int block, float[] x, int at, int lanes, float[] out, int to, int distance) {
    int[] features = rows.features;
    float[] weights = rows.weights;
    FloatVector a0 = FloatVector.broadcast(SPECIES, rows.bias[4 * block]);
    FloatVector b0 = FloatVector.broadcast(SPECIES, rows.bias[4 * block + 1]);
    FloatVector c0 = FloatVector.broadcast(SPECIES, rows.bias[4 * block + 2]);
    FloatVector d0 = FloatVector.broadcast(SPECIES, rows.bias[4 * block + 3]);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector b1 = b0;
    FloatVector b2 = b0;
    FloatVector b3 = b0;
    FloatVector c1 = c0;
    FloatVector c2 = c0;
    FloatVector c3 = c0;
    FloatVector d1 = d0;
    FloatVector d2 = d0;
    FloatVector d3 = d0;
    int end = rows.starts[block + 1];
    for (int t = rows.starts[block]; t < end; t++) {
      int from = at + features[t] * lanes;
      FloatVector x0 = FloatVector.fromArray(SPECIES, x, from);
      FloatVector x1 = FloatVector.fromArray(SPECIES, x, from + V);
      FloatVector x2 = FloatVector.fromArray(SPECIES, x, from + 2 * V);
      FloatVector x3 = FloatVector.fromArray(SPECIES, x, from + 3 * V);
      FloatVector w = FloatVector.broadcast(SPECIES, weights[4 * t]);
      a0 = x0.fma(w, a0);
      a1 = x1.fma(w, a1);
      a2 = x2.fma(w, a2);
      a3 = x3.fma(w, a3);
      w = FloatVector.broadcast(SPECIES, weights[4 * t + 1]);
      b0 = x0.fma(w, b0);
      b1 = x1.fma(w, b1);
      b2 = x2.fma(w, b2);
      b3 = x3.fma(w, b3);
      w = FloatVector.broadcast(SPECIES, weights[4 * t + 2]);
      c0 = x0.fma(w, c0);
      c1 = x1.fma(w, c1);
      c2 = x2.fma(w, c2);
      c3 = x3.fma(w, c3);
      w = FloatVector.broadcast(SPECIES, weights[4 * t + 3]);
      d0 = x0.fma(w, d0);
      d1 = x1.fma(w, d1);
      d2 = x2.fma(w, d2);
      d3 = x3.fma(w, d3);
    }
    store(a0, a1, a2, a3, out, to);
    store(b0, b1, b2, b3, out, to + distance);
    store(c0, c1, c2, c3, out, to + 2 * distance);
    store(d0, d1, d2, d3, out, to + 3 * distance);
  }

  private static void store(
      FloatVector a, FloatVector b, FloatVector c, FloatVector d, float[] out, int to) {
    a.intoArray(out, to);
    b.intoArray(out, to + V);
    c.intoArray(out, to + 2 * V);
    d.intoArray(out, to + 3 * V);
  }

  private static void fourByTwo(
      Fours rows, int block, float[] x, int at, int lanes, float[] out, int to, int distance) {
    int[] features = rows.features;
    float[] weights = rows.weights;
    FloatVector a0 = FloatVector.broadcast(SPECIES, rows.bias[4 * block]);
    FloatVector b0 = FloatVector.broadcast(SPECIES, rows.bias[4 * block + 1]);
    FloatVector c0 = FloatVector.broadcast(SPECIES, rows.bias[4 * block + 2]);
    FloatVector d0 = FloatVector.broadcast(SPECIES, rows.bias[4 * block + 3]);
    FloatVector a1 = a0;
    FloatVector b1 = b0;
    FloatVector c1 = c0;
    FloatVector d1 = d0;
    int end = rows.starts[block + 1];
    for (int t = rows.starts[block]; t < end; t++) {
      int from = at + features[t] * lanes;
      FloatVector x0 = FloatVector.fromArray(SPECIES, x, from);
      FloatVector x1 = FloatVector.fromArray(SPECIES, x, from + V);
      FloatVector w = FloatVector.broadcast(SPECIES, weights[4 * t]);
      a0 = x0.fma(w, a0);
      a1 = x1.fma(w, a1);
      w = FloatVector.broadcast(SPECIES, weights[4 * t + 1]);
      b0 = x0.fma(w, b0);
      b1 = x1.fma(w, b1);
      w = FloatVector.broadcast(SPECIES, weights[4 * t + 2]);
      c0 = x0.fma(w, c0);
      c1 = x1.fma(w, c1);
      w = FloatVector.broadcast(SPECIES, weights[4 * t + 3]);
      d0 = x0.fma(w, d0);
      d1 = x1.fma(w, d1);
    }
    a0.intoArray(out, to);
    a1.intoArray(out, to + V);
    b0.intoArray(out, to + distance);
    b1.intoArray(out, to + distance + V);
    c0.intoArray(out, to + 2 * distance);
    c1.intoArray(out, to + 2 * distance + V);
    d0.intoArray(out, to + 3 * distance);
    d1.intoArray(out, to + 3 * distance + V);
  }

  @Override
  public void slices(Slices rows, float[] x, int at, float[] out, int to) {
    for (int s = 0; s + 1 < rows.starts.length; s++) {
      int first = rows.starts[s] * Slices.ROWS;
      int end = rows.starts[s + 1] * Slices.ROWS;
      for (int half = 0; half < Slices.ROWS; half += V) {
        FloatVector sum = FloatVector.fromArray(SPECIES, rows.bias, s * Slices.ROWS + half);
        for (int k = first + half; k < end; k += Slices.ROWS) {
          FloatVector value = FloatVector.fromArray(SPECIES, x, at, rows.features, k);
          sum = FloatVector.fromArray(SPECIES, rows.weights, k).fma(value, sum);
        }
        sum.intoArray(out, to, rows.rows, s * Slices.ROWS + half);
      }
    }
  }

  @Override
  public void panels(Panels rows, float[] x, int at, float[] out, int to) {
    int row = 0;
    while (row < rows.bias.length) {
      int width = rows.width(row / Panels.MOST * Panels.MOST);
      int weights = row / Panels.MOST * Panels.MOST * rows.columns + row % Panels.MOST;
      if (row % Panels.MOST + 4 * V <= width) {
        fourWide(rows, weights, width, row, x, at, out, to + row);
        row += 4 * V;
      } else if (row % Panels.MOST + 2 * V <= width) {
        twoWide(rows, weights, width, row, x, at, out, to + row);
        row += 2 * V;
      } else {
        oneWide(rows, weights, width, row, x, at, out, to + row);
        row += V;
      }
    }
  }

  private static void fourWide(
      Panels rows, int weights, int width, int row, float[] x, int at, float[] out, int to) {
    float[] w = rows.weights;
    FloatVector a = FloatVector.fromArray(SPECIES, rows.bias, row);
    FloatVector b = FloatVector.fromArray(SPECIES, rows.bias, row + V);
    FloatVector c = FloatVector.fromArray(SPECIES, rows.bias, row + 2 * V);
    FloatVector d = FloatVector.fromArray(SPECIES, rows.bias, row + 3 * V);
    int from = weights;
    for (int k = 0; k < rows.columns; k++) {
      FloatVector value = FloatVector.broadcast(SPECIES, x[at + k]);
      a = FloatVector.fromArray(SPECIES, w, from).fma(value, a);
      b = FloatVector.fromArray(SPECIES, w, from + V).fma(value, b);
      c = FloatVector.fromArray(SPECIES, w, from + 2 * V).fma(value, c);
      d = FloatVector.fromArray(SPECIES, w, from + 3 * V).fma(value, d);
      from += width;
    }
    store(a, b, c, d, out, to);
  }

  private static void twoWide(
      Panels rows, int weights, int width, int row, float[] x, int at, float[] out, int to) {
    float[] w = rows.weights;
    FloatVector a = FloatVector.fromArray(SPECIES, rows.bias, row);
    FloatVector b = FloatVector.fromArray(SPECIES, rows.bias, row + V);
    int from = weights;
    for (int k = 0; k < rows.columns; k++) {
      FloatVector value = FloatVector.broadcast(SPECIES, x[at + k]);
      a = FloatVector.fromArray(SPECIES, w, from).fma(value, a);
      b = FloatVector.fromArray(SPECIES, w, from + V).fma(value, b);
      from += width;
    }
    a.intoArray(out, to);
    b.intoArray(out, to + V);
  }

  private static void oneWide(
      Panels rows, int weights, int width, int row, float[] x, int at, float[] out, int to) {
    float[] w = rows.weights;
    FloatVector a = FloatVector.fromArray(SPECIES, rows.bias, row);
    int from = weights;
    for (int k = 0; k < rows.columns; k++) {
      a = FloatVector.fromArray(SPECIES, w, from).fma(FloatVector.broadcast(SPECIES, x[at + k]), a);
      from += width;
    }
    a.intoArray(out, to);
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
    FloatVector low = FloatVector.broadcast(SPECIES, bounds.low());
    FloatVector high = FloatVector.broadcast(SPECIES, bounds.high());
    for (int line = 0; line < lines; line++) {
      int read = from + line * pitch;
      int write = to + line * width;
      int whole = line + 1 < lines ? width : width / V * V; // a line may run into the next one
      int i = 0;
      for (; i < whole; i += V) {
        FloatVector value = FloatVector.fromArray(SPECIES, sums, read + i);
        if (sum != null) {
          value = value.add(FloatVector.fromArray(SPECIES, sum, write + i));
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
    FloatVector low = FloatVector.broadcast(SPECIES, bounds.low());
    FloatVector above = value.blend(low, value.compare(VectorOperators.LE, low));
    FloatVector high = FloatVector.broadcast(SPECIES, bounds.high());
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
    FloatVector above =
        larger(
            FloatVector.fromArray(SPECIES, sums, at),
            FloatVector.fromArray(SPECIES, sums, at + beside));
    FloatVector below =
        larger(
            FloatVector.fromArray(SPECIES, sums, at + pitch),
            FloatVector.fromArray(SPECIES, sums, at + pitch + beside));
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
      FloatVector.fromArray(SPECIES, x, fromX + i)
          .fma(
              FloatVector.fromArray(SPECIES, y, fromY + i),
              FloatVector.fromArray(SPECIES, out, to + i))
          .intoArray(out, to + i);
    }
    for (; i < count; i++) {
      out[to + i] = Math.fma(x[fromX + i], y[fromY + i], out[to + i]);
    }
  }

  @Override
  public void intake(Intake intake, float[] examples, int from, float[] to) {
    int count = intake.live.length;
    int k = 0;
    for (; k + V <= count; k += V) {
      FloatVector value =
          intake.whole
              ? FloatVector.fromArray(SPECIES, examples, from + k)
              : FloatVector.fromArray(SPECIES, examples, from, intake.live, k);
      if (intake.centre != null) {
        value =
            value
                .sub(FloatVector.fromArray(SPECIES, intake.centre, k))
                .mul(FloatVector.fromArray(SPECIES, intake.scale, k));
      }
      value.intoArray(to, k);
    }
    for (; k < count; k++) {
      to[k] = intake.of(examples[from + intake.live[k]], k);
    }
  }

  @Override
  public void spread(Intake intake, float[] examples, int from, int used, float[] to, int lanes) {
    int[] starts = new int[V];
    int lane = 0;
    for (; lane + V <= used; lane += V) {
      for (int i = 0; i < V; i++) {
        starts[i] = (lane + i) * intake.size;
      }
      spread(intake, examples, from, starts, to, lane, lanes);
    }
    for (; lane < used; lane++) {
      for (int k = 0; k < intake.live.length; k++) {
        to[k * lanes + lane] = intake.of(examples[from + lane * intake.size + intake.live[k]], k);
      }
    }
  }

  private static void spread(
      Intake intake, float[] examples, int from, int[] starts, float[] to, int lane, int lanes) {
    for (int k = 0; k < intake.live.length; k++) {
      FloatVector value =
          FloatVector.fromArray(SPECIES, examples, from + intake.live[k], starts, 0);
      if (intake.centre != null) {
        value = value.sub(intake.centre[k]).mul(intake.scale[k]);
      }
      value.intoArray(to, k * lanes + lane);
    }
  }

  @Override
  public void copy(Runs runs, float[] from, float[] to, int lanes) {
    int[] all = runs.runs;
    for (int r = 0; r < all.length; r += Runs.NUMBERS) {
      int write = all[r] * lanes;
      int read = all[r + 1] * lanes;
      int count = all[r + 2];
      int step = all[r + 3];
      if (step == 1) {
        line(from, read, to, write, count * lanes);
      } else if (lanes == 1) {
        spaced(from, read, step, to, write, count);
      } else {
        for (int k = 0; k < count; k++) {
          line(from, read + k * step * lanes, to, write + k * lanes, lanes);
        }
      }
    }
  }

  @Override
  public void planes(Runs runs, int size, float[] from, float[] to, int lanes) {
    int[] all = runs.runs;
    int end = 0;
    for (int r = 0; r < all.length; r += Runs.NUMBERS) {
      int write = all[r] * lanes;
      int read = all[r + 1] * lanes;
      int count = all[r + 2] * lanes;
      zeros(to, end, write);
      if (all[r + 3] == 1) {
        for (int i = 0; i < count; i += V) { // what is too much is overwritten next
          FloatVector.fromArray(SPECIES, from, read + i).intoArray(to, write + i);
        }
      } else if (lanes == 1) {
        spaced(from, read, all[r + 3], to, write, count);
      } else {
        for (int k = 0; k < all[r + 2]; k++) {
          line(from, read + k * all[r + 3] * lanes, to, write + k * lanes, lanes);
        }
      }
      end = write + count;
    }
    zeros(to, end, size * lanes + V);
  }

  private static void zeros(float[] to, int from, int end) {
    if (end - from > V) {
      Arrays.fill(to, from, end, 0f);
    } else if (end > from) {
      FloatVector.zero(SPECIES).intoArray(to, from);
    }
  }

  private static void line(float[] from, int read, float[] to, int write, int count) {
    if (count > LONG) {
      System.arraycopy(from, read, to, write, count);
      return;
    }
    int i = 0;
    for (; i + V <= count; i += V) {
      FloatVector.fromArray(SPECIES, from, read + i).intoArray(to, write + i);
    }
    if (i < count) {
      VectorMask<Float> some = SPECIES.indexInRange(i, count);
      FloatVector.fromArray(SPECIES, from, read + i, some).intoArray(to, write + i, some);
    }
  }

  private static void spaced(float[] from, int read, int step, float[] to, int write, int count) {
    int k = 0;
    if (step == 2) {
      for (; 2 * k + V <= 2 * count - 1; k += V / 2) {
        FloatVector.fromArray(SPECIES, from, read + 2 * k)
            .compress(EVEN)
            .intoArray(to, write + k, LOWER);
      }
    }
    for (; k < count; k++) {
      to[write + k] = from[read + k * step];
    }
  }
}
