package dev.ockham.runtime.graph;

import java.util.List;

/**
 * An operator without parameters that a plain loop computes, which is here in its record. So a new
 * one needs no kernel elsewhere. What must be fast has a kernel of its own instead.
 */
public sealed interface OwnLoop extends Operator permits LengthMask, RunningSum {

  /**
   * Computes a block of examples. Number {@code f · lanes + i} of an array is feature f of example
   * i; arrays may be longer than that.
   *
   * @param in shapes of the inputs, for which {@link #output} has an answer
   * @param values of each input; only read
   * @param out of the output; each of its numbers is written
   * @param lanes how many examples
   */
  void run(List<Shape> in, float[][] values, float[] out, int lanes);
}
