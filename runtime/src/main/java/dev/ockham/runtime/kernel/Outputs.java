package dev.ockham.runtime.kernel;

/** How the last value of a block becomes examples again, one behind the other. */
public final class Outputs {
  private Outputs() {}

  /**
   * Takes the lanes of a value apart.
   *
   * @param value {@code [size][lanes]}
   * @param examples receives the numbers, {@code [count, size]}
   * @param first number of the example in the first lane
   * @param used lanes that have an example
   */
  public static void store(
      float[] value, float[] examples, int first, int size, int used, Scratch scratch) {
    if (scratch.lanes() == 1) {
      System.arraycopy(value, 0, examples, first * size, size);
    } else {
      scratch
          .arithmetic()
          .gather(value, scratch.lanes(), examples, first * size, size, used, scratch.square());
    }
  }
}
