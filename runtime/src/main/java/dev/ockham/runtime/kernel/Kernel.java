package dev.ockham.runtime.kernel;

/**
 * What a node comes to on a block of examples. Immutable, and safe to share between threads.
 *
 * <p>A value is {@code [feature][lane]} in one array, from its beginning: number {@code f · lanes +
 * i} is feature f of example i of the block. Arrays may be longer than their value; behind it there
 * is room for {@link Scratch#SLACK} numbers that anybody may overwrite.
 */
public interface Kernel {

  /**
   * Computes a block.
   *
   * @param in value of each input; only read, unless the array is the output's
   * @param out value of the output, every number of which is overwritten
   * @param scratch says how many lanes there are
   */
  void run(float[][] in, float[] out, Scratch scratch);

  /** Whether the output may lie where the first input does. */
  default boolean inPlace() {
    return false;
  }
}
