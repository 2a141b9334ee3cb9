package dev.ockham.runtime.kernel;

import static dev.ockham.runtime.kernel.Vectors.SPECIES;
import static dev.ockham.runtime.kernel.Vectors.V;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.jspecify.annotations.Nullable;

/**
 * Sums added to and bounded. Bounds are two blends without a branch, in which vectors would become
 * objects; where there is no bound, it is ∞.
 */
final class VectorFinish {
  private VectorFinish() {}

  static void run(
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
      run(sums, from, pitch, 1, lines * width, sum, out, to, bounds);
      return;
    }
    for (int line = 0; line < lines; line++) {
      int read = from + line * pitch;
      int write = to + line * width;
      int whole = line + 1 < lines ? width : width / V * V; // a line may run into the next one
      int done = (whole + V - 1) / V * V;
      if (sum == null) {
        alone(sums, read, out, write, whole, bounds.low(), bounds.high());
      } else {
        added(sums, read, sum, out, write, whole, bounds.low(), bounds.high());
      }
      for (int i = done; i < width; i++) {
        float value = sum == null ? sums[read + i] : sums[read + i] + sum[write + i];
        out[write + i] = bounds.of(value);
      }
    }
  }

  private static void alone(
      float[] sums, int read, float[] out, int write, int count, float least, float most) {
    FloatVector low = broadcast(SPECIES, least);
    FloatVector high = broadcast(SPECIES, most);
    for (int i = 0; i < count; i += V) {
      FloatVector value = fromArray(SPECIES, sums, read + i);
      value = value.blend(low, value.compare(VectorOperators.LE, low));
      value.blend(high, value.compare(VectorOperators.GE, high)).intoArray(out, write + i);
    }
  }

  private static void added(
      float[] sums,
      int read,
      float[] sum,
      float[] out,
      int write,
      int count,
      float least,
      float most) {
    FloatVector low = broadcast(SPECIES, least);
    FloatVector high = broadcast(SPECIES, most);
    for (int i = 0; i < count; i += V) {
      FloatVector value =
          fromArray(SPECIES, sums, read + i).add(fromArray(SPECIES, sum, write + i));
      value = value.blend(low, value.compare(VectorOperators.LE, low));
      value.blend(high, value.compare(VectorOperators.GE, high)).intoArray(out, write + i);
    }
  }
}
