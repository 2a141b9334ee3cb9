package dev.ockham.runtime.kernel;

/** A kernel that writes rows of its own. */
public non-sealed interface Computation extends Kernel {

  /**
   * Computes a block.
   *
   * @param in rows of each input, {@code [input][feature][lane]}; only read, unless a row is one of
   *     the output's
   * @param out rows of the output, {@code [feature][lane]}, every number of which is overwritten
   */
  void run(float[][][] in, float[][] out);

  /** Whether row f of the output may be row f of the first input. */
  default boolean inPlace() {
    return false;
  }
}
