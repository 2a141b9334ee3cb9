package dev.ockham.core.data;

import dev.ockham.runtime.graph.Shape;

/**
 * An immutable list of labelled examples of one shape: {@link Images} of 8-bit pixels, or {@link
 * Features} of any floats. Safe to share between threads.
 */
public sealed interface Examples permits Images, Features {

  /** How many examples there are; may be 0. */
  int count();

  /** Shape of each example. */
  Shape shape();

  /**
   * The label of one example, at least 0.
   *
   * @throws IndexOutOfBoundsException if there is no such example
   */
  int label(int example);

  /** The largest label, or -1 if there are no examples. */
  int maxLabel();

  /**
   * The examples at the given indices, in their order; an index may come more than once.
   *
   * @throws IndexOutOfBoundsException if an index is out of range
   */
  Examples select(int[] indices);

  /**
   * The same examples with other labels.
   *
   * @param labels one for each, at least 0; copied
   * @throws IllegalArgumentException if there are not as many, or a label is out of range
   */
  Examples withLabels(int[] labels);

  /**
   * These examples, and behind them others.
   *
   * @throws IllegalArgumentException if they are of another kind or shape
   */
  Examples followedBy(Examples others);

  /**
   * The raw values of neighbouring examples, as a model takes them.
   *
   * @param from index of the first example
   * @param to index after the last
   * @return {@code [to - from, shape…]}; the caller owns it
   * @throws IndexOutOfBoundsException if the range is not one
   */
  float[] values(int from, int to);

  /** The raw values of one example, {@code [shape…]}; the caller owns them. */
  default float[] values(int example) {
    return values(example, example + 1);
  }
}
