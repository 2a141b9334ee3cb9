package dev.ockham.runtime.kernel;

import static dev.ockham.runtime.kernel.Vectors.EVEN;
import static dev.ockham.runtime.kernel.Vectors.LOWER;
import static dev.ockham.runtime.kernel.Vectors.SPECIES;
import static dev.ockham.runtime.kernel.Vectors.V;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The largest of each two by two positions, bounded as in {@link VectorFinish}. */
final class VectorPool {
  private VectorPool() {}

  static void run(
      float[] sums,
      int from,
      int pitch,
      int lines,
      int columns,
      int lanes,
      float[] out,
      int to,
      Bounds bounds) {
    float low = bounds.low();
    float high = bounds.high();
    for (int line = 0; line < lines; line++) {
      int read = from + 2 * line * pitch;
      int write = to + line * columns * lanes;
      if (lanes == 1) {
        int whole = columns / (V / 2) * (V / 2);
        halves(sums, read, pitch, whole, out, write, low, high);
        if (whole < columns) {
          half(sums, read + 2 * whole, pitch, columns - whole, out, write + whole, low, high);
        }
      } else {
        for (int column = 0; column < columns; column++) {
          int at = read + 2 * column * lanes;
          spread(sums, at, pitch, lanes, out, write + column * lanes, low, high);
        }
      }
    }
  }

  /** A line of one example, half a vector of results at a time. */
  private static void halves(
      float[] sums,
      int read,
      int pitch,
      int columns,
      float[] out,
      int write,
      float least,
      float most) {
    FloatVector low = broadcast(SPECIES, least);
    FloatVector high = broadcast(SPECIES, most);
    for (int column = 0; column < columns; column += V / 2) {
      int at = read + 2 * column;
      FloatVector above = fromArray(SPECIES, sums, at);
      FloatVector next = fromArray(SPECIES, sums, at + 1);
      above = above.blend(next, next.compare(VectorOperators.GT, above));
      FloatVector below = fromArray(SPECIES, sums, at + pitch);
      next = fromArray(SPECIES, sums, at + pitch + 1);
      below = below.blend(next, next.compare(VectorOperators.GT, below));
      above = above.blend(below, below.compare(VectorOperators.GT, above));
      above = above.blend(low, above.compare(VectorOperators.LE, low));
      above = above.blend(high, above.compare(VectorOperators.GE, high));
      above.compress(EVEN).intoArray(out, write + column, LOWER);
    }
  }

  /** What is left of a line, less than half a vector of results. */
  private static void half(
      float[] sums,
      int at,
      int pitch,
      int columns,
      float[] out,
      int write,
      float least,
      float most) {
    FloatVector low = broadcast(SPECIES, least);
    FloatVector high = broadcast(SPECIES, most);
    FloatVector above = fromArray(SPECIES, sums, at);
    FloatVector next = fromArray(SPECIES, sums, at + 1);
    above = above.blend(next, next.compare(VectorOperators.GT, above));
    FloatVector below = fromArray(SPECIES, sums, at + pitch);
    next = fromArray(SPECIES, sums, at + pitch + 1);
    below = below.blend(next, next.compare(VectorOperators.GT, below));
    above = above.blend(below, below.compare(VectorOperators.GT, above));
    above = above.blend(low, above.compare(VectorOperators.LE, low));
    above = above.blend(high, above.compare(VectorOperators.GE, high));
    above.compress(EVEN).intoArray(out, write, SPECIES.indexInRange(0, columns));
  }

  /** One position of many examples. */
  private static void spread(
      float[] sums,
      int read,
      int pitch,
      int lanes,
      float[] out,
      int write,
      float least,
      float most) {
    FloatVector low = broadcast(SPECIES, least);
    FloatVector high = broadcast(SPECIES, most);
    for (int i = 0; i < lanes; i += V) {
      int at = read + i;
      FloatVector above = fromArray(SPECIES, sums, at);
      FloatVector next = fromArray(SPECIES, sums, at + lanes);
      above = above.blend(next, next.compare(VectorOperators.GT, above));
      FloatVector below = fromArray(SPECIES, sums, at + pitch);
      next = fromArray(SPECIES, sums, at + pitch + lanes);
      below = below.blend(next, next.compare(VectorOperators.GT, below));
      above = above.blend(below, below.compare(VectorOperators.GT, above));
      above = above.blend(low, above.compare(VectorOperators.LE, low));
      above = above.blend(high, above.compare(VectorOperators.GE, high));
      above.intoArray(out, write + i);
    }
  }
}
