package dev.ockham.runtime.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Room for numbers that are read again and again: an array, or native memory for vectors. */
final class Aligned {
  /** Bytes of a line of the cache. */
  private static final int LINE = 64;

  private float[] floats = new float[0];
  private @Nullable MemorySegment segment; // the first one takes a fresh JVM some milliseconds

  /** At least so many numbers and the slack, of any content. */
  float[] floats(int count) {
    if (floats.length < count + Scratch.SLACK) {
      floats = new float[count + Scratch.SLACK];
    }
    return floats;
  }

  /** The array that was asked for last. */
  float[] floats() {
    return floats;
  }

  /** At least so many numbers and the slack, of any content, from the beginning of a line on. */
  MemorySegment segment(int count) {
    long bytes = (long) Float.BYTES * (count + Scratch.SLACK);
    MemorySegment last = segment;
    if (last != null && last.byteSize() >= bytes) {
      return last;
    }
    MemorySegment larger = Arena.ofAuto().allocate(bytes, LINE); // goes with this
    segment = larger;
    return larger;
  }

  /** The memory that was asked for last. */
  MemorySegment segment() {
    return Objects.requireNonNull(segment, "nothing was laid out");
  }
}
