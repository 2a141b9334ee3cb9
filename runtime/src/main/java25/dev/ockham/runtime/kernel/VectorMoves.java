package dev.ockham.runtime.kernel;

import static dev.ockham.runtime.kernel.Vectors.ORDER;
import static dev.ockham.runtime.kernel.Vectors.SPECIES;
import static dev.ockham.runtime.kernel.Vectors.V;
import static jdk.incubator.vector.FloatVector.fromArray;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;

/** Numbers from places to others, scaled or as they are. */
final class VectorMoves {
  /** Numbers from which on the JVM's own copy is as fast. */
  static final int LONG = 256;

  private static final int[] EVERY_OTHER = {
    0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
  };

  private VectorMoves() {}

  static void intake(Intake intake, float[] examples, int from, float[] to) {
    int count = intake.live.length;
    int k = 0;
    if (intake.centre == null) {
      for (; k + V <= count; k += V) {
        fromArray(SPECIES, examples, from, intake.live, k).intoArray(to, k);
      }
    } else if (intake.whole) {
      for (; k + V <= count; k += V) {
        fromArray(SPECIES, examples, from + k)
            .sub(fromArray(SPECIES, intake.centre, k))
            .mul(fromArray(SPECIES, intake.scale, k))
            .intoArray(to, k);
      }
    } else {
      for (; k + V <= count; k += V) {
        fromArray(SPECIES, examples, from, intake.live, k)
            .sub(fromArray(SPECIES, intake.centre, k))
            .mul(fromArray(SPECIES, intake.scale, k))
            .intoArray(to, k);
      }
    }
    for (; k < count; k++) {
      to[k] = intake.of(examples[from + intake.live[k]], k);
    }
  }

  static void spread(
      Intake intake, float[] examples, int from, int used, MemorySegment to, int lanes) {
    int lane = 0;
    for (; lane + V <= used; lane += V) {
      spread(intake, examples, from + lane * intake.size, to, lane, lanes);
    }
    for (; lane < used; lane++) {
      for (int k = 0; k < intake.live.length; k++) {
        float x = intake.of(examples[from + lane * intake.size + intake.live[k]], k);
        to.set(ValueLayout.JAVA_FLOAT, bytes(k * lanes + lane), x);
      }
    }
  }

  private static void spread(
      Intake intake, float[] examples, int from, MemorySegment to, int lane, int lanes) {
    float[] centre = intake.centre;
    if (centre == null) {
      for (int k = 0; k < intake.live.length; k++) {
        fromArray(SPECIES, examples, from + intake.live[k], intake.starts, 0)
            .intoMemorySegment(to, bytes(k * lanes + lane), ORDER);
      }
      return;
    }
    for (int k = 0; k < intake.live.length; k++) {
      fromArray(SPECIES, examples, from + intake.live[k], intake.starts, 0)
          .sub(centre[k])
          .mul(intake.scale[k])
          .intoMemorySegment(to, bytes(k * lanes + lane), ORDER);
    }
  }

  static void copy(Runs runs, float[] from, float[] to, int lanes) {
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

  /** Copies numbers; reads and writes up to a vector more. */
  static void align(float[] from, int at, int count, MemorySegment to) {
    for (int i = 0; i < count; i += V) {
      fromArray(SPECIES, from, at + i).intoMemorySegment(to, bytes(i), ORDER);
    }
  }

  static void planes(Runs runs, int size, float[] from, MemorySegment to, int lanes) {
    int[] all = runs.runs;
    int end = 0;
    for (int r = 0; r < all.length; r += Runs.NUMBERS) {
      int write = all[r] * lanes;
      int read = all[r + 1] * lanes;
      int count = all[r + 2] * lanes;
      int step = all[r + 3];
      zeros(to, end, write);
      if (step == 1) {
        for (int i = 0; i < count; i += V) { // what is too much is overwritten next
          fromArray(SPECIES, from, read + i).intoMemorySegment(to, bytes(write + i), ORDER);
        }
      } else if (lanes == 1) {
        spaced(from, read, step, to, write, count);
      } else {
        apart(from, read, step, to, write, all[r + 2], lanes);
      }
      end = write + count;
    }
    zeros(to, end, size * lanes + V);
  }

  static void shifted(ShiftedPlanes planes, float[] from, MemorySegment to) {
    for (int half = 0; half < ShiftedPlanes.WIDTH; half += V) {
      for (int k = 0; k < planes.from.length; k++) {
        VectorMask<Float> there =
            VectorMask.fromLong(SPECIES, (planes.bits[k] >>> half) & ((1L << V) - 1));
        fromArray(SPECIES, from, planes.from[k] + half, there)
            .intoMemorySegment(to, bytes(k * ShiftedPlanes.WIDTH + half), ORDER);
      }
    }
  }

  private static long bytes(int place) {
    return (long) Float.BYTES * place;
  }

  /** Zeros, up to a vector more of them. */
  static void zeros(MemorySegment to, int from, int end) {
    FloatVector zero = FloatVector.zero(SPECIES);
    for (int i = from; i < end; i += V) {
      zero.intoMemorySegment(to, bytes(i), ORDER);
    }
  }

  /** Features of many lanes, at a distance from each other. */
  private static void apart(
      float[] from, int read, int step, MemorySegment to, int write, int count, int lanes) {
    for (int k = 0; k < count; k++) {
      for (int i = 0; i < lanes; i += V) {
        fromArray(SPECIES, from, read + k * step * lanes + i)
            .intoMemorySegment(to, bytes(write + k * lanes + i), ORDER);
      }
    }
  }

  /** Features of one example, at a distance from each other. */
  private static void spaced(
      float[] from, int read, int step, MemorySegment to, int write, int count) {
    int k = 0;
    if (step == 2) {
      for (; k + V <= count; k += V) {
        fromArray(SPECIES, from, read + 2 * k, EVERY_OTHER, 0)
            .intoMemorySegment(to, bytes(write + k), ORDER);
      }
    }
    for (; k < count; k++) {
      to.set(ValueLayout.JAVA_FLOAT, bytes(write + k), from[read + k * step]);
    }
  }

  private static void line(float[] from, int read, float[] to, int write, int count) {
    if (count > LONG) {
      System.arraycopy(from, read, to, write, count);
      return;
    }
    int i = 0;
    for (; i + V <= count; i += V) {
      fromArray(SPECIES, from, read + i).intoArray(to, write + i);
    }
    if (i < count) {
      VectorMask<Float> some = SPECIES.indexInRange(i, count);
      fromArray(SPECIES, from, read + i, some).intoArray(to, write + i, some);
    }
  }

  private static void spaced(float[] from, int read, int step, float[] to, int write, int count) {
    int k = 0;
    if (step == 2) {
      for (; k + V <= count; k += V) {
        fromArray(SPECIES, from, read + 2 * k, EVERY_OTHER, 0).intoArray(to, write + k);
      }
    }
    for (; k < count; k++) {
      to[write + k] = from[read + k * step];
    }
  }
}
