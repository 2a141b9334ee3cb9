package dev.ockham.runtime.kernel;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Inner loops in plain Java. */
final class ScalarArithmetic implements Arithmetic {
  private static final int TILE = 8;

  /** Lanes that are filled at once, so that what is read stays in the cache. */
  private static final int TOGETHER = 16;

  @Override
  public void sums(
      Terms terms,
      int row,
      float bias,
      Aligned numbers,
      int at,
      int lanes,
      float[] out,
      int to,
      int count) {
    float[] x = numbers.floats();
    int first = terms.starts[row];
    int end = terms.starts[row + 1];
    int i = 0;
    for (; i + TILE <= count; i += TILE) {
      eight(terms, first, end, bias, x, at + i, lanes, out, to + i);
    }
    for (; i < count; i++) {
      out[to + i] = one(terms, first, end, bias, x, at + i, lanes);
    }
  }

  private static void eight(
      Terms terms,
      int first,
      int end,
      float bias,
      float[] x,
      int at,
      int lanes,
      float[] out,
      int to) {
    float a = bias;
    float b = bias;
    float c = bias;
    float d = bias;
    float e = bias;
    float f = bias;
    float g = bias;
    float h = bias;
    for (int t = first; t < end; t++) {
      float w = terms.weights[t];
      int from = at + terms.features[t] * lanes;
      a = Math.fma(w, x[from], a);
      b = Math.fma(w, x[from + 1], b);
      c = Math.fma(w, x[from + 2], c);
      d = Math.fma(w, x[from + 3], d);
      e = Math.fma(w, x[from + 4], e);
      f = Math.fma(w, x[from + 5], f);
      g = Math.fma(w, x[from + 6], g);
      h = Math.fma(w, x[from + 7], h);
    }
    out[to] = a;
    out[to + 1] = b;
    out[to + 2] = c;
    out[to + 3] = d;
    out[to + 4] = e;
    out[to + 5] = f;
    out[to + 6] = g;
    out[to + 7] = h;
  }

  private static float one(
      Terms terms, int first, int end, float bias, float[] x, int at, int lanes) {
    float sum = bias;
    for (int t = first; t < end; t++) {
      sum = Math.fma(terms.weights[t], x[at + terms.features[t] * lanes], sum);
    }
    return sum;
  }

  @Override
  public void fours(
      Fours rows,
      int block,
      Aligned numbers,
      int at,
      int lanes,
      float[] out,
      int to,
      int distance,
      int count) {
    float[] x = numbers.floats();
    int i = 0;
    for (; i + 2 <= count; i += 2) {
      fourByTwo(rows, block, x, at + i, lanes, out, to + i, distance);
    }
    for (; i < count; i++) {
      for (int r = 0; r < Fours.ROWS; r++) {
        float sum = rows.bias[block * Fours.ROWS + r];
        for (int t = rows.starts[block]; t < rows.starts[block + 1]; t++) {
          float w = rows.weights[t * Fours.ROWS + r];
          sum = Math.fma(w, x[at + i + rows.features[t] * lanes], sum);
        }
        out[to + i + r * distance] = sum;
      }
    }
  }

  private static void fourByTwo(
      Fours rows, int block, float[] x, int at, int lanes, float[] out, int to, int distance) {
    int bias = block * Fours.ROWS;
    float a = rows.bias[bias];
    float b = rows.bias[bias + 1];
    float c = rows.bias[bias + 2];
    float d = rows.bias[bias + 3];
    float e = a;
    float f = b;
    float g = c;
    float h = d;
    for (int t = rows.starts[block]; t < rows.starts[block + 1]; t++) {
      int from = at + rows.features[t] * lanes;
      float x0 = x[from];
      float x1 = x[from + 1];
      float w0 = rows.weights[t * Fours.ROWS];
      float w1 = rows.weights[t * Fours.ROWS + 1];
      float w2 = rows.weights[t * Fours.ROWS + 2];
      float w3 = rows.weights[t * Fours.ROWS + 3];
      a = Math.fma(w0, x0, a);
      b = Math.fma(w1, x0, b);
      c = Math.fma(w2, x0, c);
      d = Math.fma(w3, x0, d);
      e = Math.fma(w0, x1, e);
      f = Math.fma(w1, x1, f);
      g = Math.fma(w2, x1, g);
      h = Math.fma(w3, x1, h);
    }
    out[to] = a;
    out[to + 1] = e;
    out[to + distance] = b;
    out[to + distance + 1] = f;
    out[to + 2 * distance] = c;
    out[to + 2 * distance + 1] = g;
    out[to + 3 * distance] = d;
    out[to + 3 * distance + 1] = h;
  }

  @Override
  public void slices(Slices rows, float[] x, int at, float[] out, int to) {
    Terms terms = rows.terms;
    for (int place = 0; place < rows.count; place++) {
      int row = rows.rows[place];
      int first = terms.starts[row];
      int end = terms.starts[row + 1];
      out[to + row] = one(terms, first, end, rows.bias[place], x, at, 1);
    }
  }

  @Override
  public void panels(Panels rows, float[] x, int at, float[] out, int to) {
    for (int first = 0; first < rows.bias.length; first += Panels.MOST) {
      int width = rows.width(first);
      for (int r = first; r < first + width; r += TILE) {
        eight(rows, first * rows.columns + r - first, width, r, x, at, out, to + r);
      }
    }
  }

  private static void eight(
      Panels rows, int weights, int width, int row, float[] x, int at, float[] out, int to) {
    float a = rows.bias[row];
    float b = rows.bias[row + 1];
    float c = rows.bias[row + 2];
    float d = rows.bias[row + 3];
    float e = rows.bias[row + 4];
    float f = rows.bias[row + 5];
    float g = rows.bias[row + 6];
    float h = rows.bias[row + 7];
    int w = weights;
    for (int k = 0; k < rows.columns; k++) {
      float value = x[at + k];
      a = Math.fma(rows.weights[w], value, a);
      b = Math.fma(rows.weights[w + 1], value, b);
      c = Math.fma(rows.weights[w + 2], value, c);
      d = Math.fma(rows.weights[w + 3], value, d);
      e = Math.fma(rows.weights[w + 4], value, e);
      f = Math.fma(rows.weights[w + 5], value, f);
      g = Math.fma(rows.weights[w + 6], value, g);
      h = Math.fma(rows.weights[w + 7], value, h);
      w += width;
    }
    out[to] = a;
    out[to + 1] = b;
    out[to + 2] = c;
    out[to + 3] = d;
    out[to + 4] = e;
    out[to + 5] = f;
    out[to + 6] = g;
    out[to + 7] = h;
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
    for (int line = 0; line < lines; line++) {
      int read = from + line * pitch;
      int write = to + line * width;
      for (int i = 0; i < width; i++) {
        float value = sum == null ? sums[read + i] : sums[read + i] + sum[write + i];
        out[write + i] = bounds.of(value);
      }
    }
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
    int write = to;
    for (int line = 0; line < lines; line++) {
      for (int column = 0; column < columns; column++) {
        int read = from + 2 * (line * pitch + column * lanes);
        for (int i = 0; i < lanes; i++) {
          float above = larger(sums[read + i], sums[read + lanes + i]);
          float below = larger(sums[read + pitch + i], sums[read + pitch + lanes + i]);
          out[write++] = bounds.of(larger(above, below));
        }
      }
    }
  }

  @Override
  public void addProducts(
      float[] x, int fromX, float[] y, int fromY, float[] out, int to, int count) {
    for (int i = 0; i < count; i++) {
      out[to + i] = Math.fma(x[fromX + i], y[fromY + i], out[to + i]);
    }
  }

  @Override
  public void intake(Intake intake, float[] examples, int from, float[] to) {
    int[] live = intake.live;
    for (int k = 0; k < live.length; k++) {
      to[k] = intake.of(examples[from + live[k]], k);
    }
  }

  @Override
  public void spread(
      Intake intake, float[] examples, int from, int used, Aligned lined, int lanes, Aligned room) {
    float[] to = lined.floats(intake.live.length * lanes);
    if (used < lanes) {
      Arrays.fill(to, 0, intake.live.length * lanes, 0f);
    }
    for (int lane = 0; lane < used; lane += TOGETHER) {
      int end = Math.min(used, lane + TOGETHER);
      for (int k = 0; k < intake.live.length; k++) {
        int feature = from + intake.live[k];
        for (int i = lane; i < end; i++) {
          to[k * lanes + i] = intake.of(examples[feature + i * intake.size], k);
        }
      }
    }
  }

  @Override
  public void gather(
      float[] value, int lanes, float[] examples, int to, int size, int used, Aligned room) {
    for (int i = 0; i < used; i++) {
      for (int f = 0; f < size; f++) {
        examples[to + i * size + f] = value[f * lanes + i];
      }
    }
  }

  @Override
  public void copy(Runs runs, float[] from, float[] to, int lanes) {
    runs.copy(from, to, lanes);
  }

  @Override
  public void planes(Runs runs, int size, float[] from, Aligned to, int lanes) {
    float[] numbers = to.floats(size * lanes);
    Arrays.fill(numbers, 0, size * lanes, 0f);
    runs.copy(from, numbers, lanes);
  }

  @Override
  public void shifted(ShiftedPlanes planes, float[] from, Aligned to) {
    float[] numbers = to.floats(planes.size());
    for (int k = 0; k < planes.from.length; k++) {
      int bits = planes.bits[k];
      for (int i = 0; i < ShiftedPlanes.WIDTH; i++) {
        boolean there = (bits & (1 << i)) != 0;
        numbers[k * ShiftedPlanes.WIDTH + i] = there ? from[planes.from[k] + i] : 0f;
      }
    }
  }

  @Override
  public void align(float[] from, int at, int count, Aligned to) {
    System.arraycopy(from, at, to.floats(count), 0, count);
  }

  @Override
  public void unalign(Aligned from, int count, float[] to) {
    System.arraycopy(from.floats(), 0, to, 0, count);
  }

  private static float larger(float a, float b) {
    return b > a ? b : a;
  }
}
