package dev.ockham.runtime.kernel;

import static dev.ockham.runtime.kernel.Vectors.SPECIES;
import static dev.ockham.runtime.kernel.Vectors.V;
import static jdk.incubator.vector.FloatVector.fromArray;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import org.jspecify.annotations.Nullable;

/** Inner loops by the Vector API. */
final class VectorArithmetic implements Arithmetic {
  private final boolean tiles;

  private VectorArithmetic(boolean tiles) {
    this.tiles = tiles;
  }

  /**
   * The vectors of this machine, or plain loops where it has none that are worth it.
   *
   * @param tiles whether squares of numbers are turned in registers
   */
  static Arithmetic orScalar(boolean tiles) {
    return V >= 4 && V <= Slices.ROWS
        ? new VectorArithmetic(tiles && VectorTiles.THERE)
        : new ScalarArithmetic();
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
      Aligned x,
      int at,
      int lanes,
      float[] out,
      int to,
      int count) {
    VectorSums.run(terms, row, bias, x.segment(), at, lanes, out, to, count);
  }

  @Override
  public void fours(
      Fours rows,
      int block,
      Aligned x,
      int at,
      int lanes,
      float[] out,
      int to,
      int distance,
      int count) {
    VectorFours.run(rows, block, x.segment(), at, lanes, out, to, distance, count);
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
  public void spread(
      Intake intake, float[] examples, int from, int used, Aligned lined, int lanes, Aligned room) {
    int count = intake.live.length * lanes;
    MemorySegment to = lined.segment(count);
    if (used < lanes) {
      VectorMoves.zeros(to, 0, count);
    }
    if (tiles && intake.tiles != null) {
      for (int lane = 0; lane < used; lane += V) {
        int first = from + lane * intake.size;
        int last = Math.min(V, used - lane) - 1;
        VectorTiles.spread(intake.tiles, examples, first, intake.size, last, to, lane, lanes, room);
      }
    } else {
      VectorMoves.spread(intake, examples, from, used, to, lanes);
    }
  }

  @Override
  public void gather(
      float[] value, int lanes, float[] examples, int to, int size, int used, Aligned room) {
    int lane = 0;
    if (tiles && size >= Tiles.WIDTH) {
      for (; lane + V <= used; lane += V) {
        VectorTiles.gather(value, lane, lanes, examples, to + lane * size, size, room);
      }
    }
    for (; lane < used; lane++) {
      for (int f = 0; f < size; f++) {
        examples[to + lane * size + f] = value[f * lanes + lane];
      }
    }
  }

  @Override
  public void copy(Runs runs, float[] from, float[] to, int lanes) {
    VectorMoves.copy(runs, from, to, lanes);
  }

  @Override
  public void planes(Runs runs, int size, float[] from, Aligned to, int lanes) {
    VectorMoves.planes(runs, size, from, to.segment(size * lanes), lanes);
  }

  @Override
  public void shifted(ShiftedPlanes planes, float[] from, Aligned to) {
    VectorMoves.shifted(planes, from, to.segment(planes.size()));
  }

  @Override
  public void align(float[] from, int at, int count, Aligned to) {
    VectorMoves.align(from, at, count, to.segment(count));
  }

  @Override
  public void unalign(Aligned from, int count, float[] to) {
    MemorySegment.copy(from.segment(), ValueLayout.JAVA_FLOAT, 0, to, 0, count);
  }

  @Override
  public void slices(Slices rows, float[] x, int at, float[] out, int to) {
    int behind = to + rows.count + Slices.ROWS; // in the slack
    for (int s = 0; s + 1 < rows.starts.length; s++) {
      int place = s * Slices.ROWS;
      int end = rows.starts[s + 1] * Slices.ROWS;
      for (int half = 0; half < Slices.ROWS; half += V) {
        FloatVector sum = fromArray(SPECIES, rows.bias, place + half);
        for (int k = rows.starts[s] * Slices.ROWS + half; k < end; k += Slices.ROWS) {
          FloatVector value = fromArray(SPECIES, x, at, rows.features, k);
          sum = fromArray(SPECIES, rows.weights, k).fma(value, sum);
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
    VectorFinish.run(sums, from, pitch, lines, width, sum, out, to, bounds);
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
    VectorPool.run(sums, from, pitch, lines, columns, lanes, out, to, bounds);
  }

  @Override
  public void addProducts(
      float[] x, int fromX, float[] y, int fromY, float[] out, int to, int count) {
    int i = 0;
    for (; i + V <= count; i += V) {
      fromArray(SPECIES, x, fromX + i)
          .fma(fromArray(SPECIES, y, fromY + i), fromArray(SPECIES, out, to + i))
          .intoArray(out, to + i);
    }
    for (; i < count; i++) {
      out[to + i] = Math.fma(x[fromX + i], y[fromY + i], out[to + i]);
    }
  }
}
