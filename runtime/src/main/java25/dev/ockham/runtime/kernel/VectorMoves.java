package dev.ockham.runtime.kernel;

import static dev.ockham.runtime.kernel.Vectors.SPECIES;
import static dev.ockham.runtime.kernel.Vectors.V;
import static jdk.incubator.vector.FloatVector.fromArray;

import java.util.Arrays;
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

  static void spread(Intake intake, float[] examples, int from, int used, float[] to, int lanes) {
    int lane = 0;
    for (; lane + V <= used; lane += V) {
      spread(intake, examples, from + lane * intake.size, to, lane, lanes);
    }
    for (; lane < used; lane++) {
      for (int k = 0; k < intake.live.length; k++) {
        to[k * lanes + lane] = intake.of(examples[from + lane * intake.size + intake.live[k]], k);
      }
    }
  }

  private static void spread(
      Intake intake, float[] examples, int from, float[] to, int lane, int lanes) {
    float[] centre = intake.centre;
    if (centre == null) {
      for (int k = 0; k < intake.live.length; k++) {
        fromArray(SPECIES, examples, from + intake.live[k], intake.starts, 0)
            .intoArray(to, k * lanes + lane);
      }
      return;
    }
    for (int k = 0; k < intake.live.length; k++) {
      fromArray(SPECIES, examples, from + intake.live[k], intake.starts, 0)
          .sub(centre[k])
          .mul(intake.scale[k])
          .intoArray(to, k * lanes + lane);
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

  static void planes(Runs runs, int size, float[] from, float[] to, int lanes) {
    int[] all = runs.runs;
    int end = 0;
    for (int r = 0; r < all.length; r += Runs.NUMBERS) {
      int write = all[r] * lanes;
      int read = all[r + 1] * lanes;
      int count = all[r + 2] * lanes;
      zeros(to, end, write);
      if (all[r + 3] == 1) {
        for (int i = 0; i < count; i += V) { // what is too much is overwritten next
          fromArray(SPECIES, from, read + i).intoArray(to, write + i);
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
