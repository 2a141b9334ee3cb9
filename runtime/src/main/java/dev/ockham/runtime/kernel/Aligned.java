package dev.ockham.runtime.kernel;

/**
 * Room for numbers that are read again and again. Plain loops take an array. Vectors take native
 * memory, in Java 25's form of this class: there the first number begins at a line of the cache,
 * and a vector that lies within one line is read in half the time of one that crosses into the
 * next. Room grows when it must and is kept. For one thread at a time.
 */
final class Aligned {
  private float[] floats = new float[0];

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
}
