package dev.ockham.runtime.kernel;

import org.jspecify.annotations.Nullable;

/**
 * The inner loops of kernels. Both implementations give the same bits: each sum begins with the
 * bias and takes one fused multiply-add for each term, in the order of the terms.
 *
 * <p>Results may be followed by up to {@link Scratch#SLACK} numbers of any content.
 */
interface Arithmetic {

  /**
   * Sums of one row of weights at consecutive places.
   *
   * @param bias what each sum begins with
   * @param x filled by {@link #align} or {@link #planes}
   * @param at place of feature 0 in {@code x}
   * @param lanes what the features of terms are multiplied with
   * @param to where the sums go
   * @param count how many places
   */
  void sums(
      Terms terms,
      int row,
      float bias,
      Aligned x,
      int at,
      int lanes,
      float[] out,
      int to,
      int count);

  /**
   * Sums of four rows of weights that read the same features.
   *
   * @param block which four
   * @param x filled by {@link #align} or {@link #planes}
   * @param distance from a row's sums to those of the next
   */
  void fours(
      Fours rows,
      int block,
      Aligned x,
      int at,
      int lanes,
      float[] out,
      int to,
      int distance,
      int count);

  /** Sums of all rows for one example, few terms each. */
  void slices(Slices rows, float[] x, int at, float[] out, int to);

  /** Sums of all rows for one example, every term there. */
  void panels(Panels rows, float[] x, int at, float[] out, int to);

  /**
   * Numbers of planes put where they belong.
   *
   * @param from where they lie
   * @param pitch numbers from the beginning of a line to that of the next
   * @param lines how many lines
   * @param width numbers of a line that count
   * @param sum is added, in the same place as the result; null for nothing
   * @param to where the result begins, lines behind each other
   */
  void finish(
      float[] sums,
      int from,
      int pitch,
      int lines,
      int width,
      float @Nullable [] sum,
      float[] out,
      int to,
      Bounds bounds);

  /**
   * The largest of each two by two positions: the later one where it is above the one before.
   *
   * @param lines of the result
   * @param columns of the result
   */
  void pool(
      float[] sums,
      int from,
      int pitch,
      int lines,
      int columns,
      int lanes,
      float[] out,
      int to,
      Bounds bounds);

  /** Adds products, number by number. */
  void addProducts(float[] x, int fromX, float[] y, int fromY, float[] out, int to, int count);

  /** Live features of one example, scaled. */
  void intake(Intake intake, float[] examples, int from, float[] to);

  /**
   * Live features of several examples, scaled and spread over lanes; those without an example get
   * zeros or another example.
   *
   * @param from where the first example begins
   * @param used how many examples
   * @param to where the lanes of the first feature begin
   * @param room for {@link Tiles#SQUARE} numbers
   */
  void spread(
      Intake intake, float[] examples, int from, int used, Aligned to, int lanes, Aligned room);

  /**
   * Collects examples from lanes.
   *
   * @param to where the first example begins
   * @param size features of an example
   * @param used how many examples
   * @param room for {@link Tiles#SQUARE} numbers
   */
  void gather(float[] value, int lanes, float[] examples, int to, int size, int used, Aligned room);

  /** Copies features, each of a number of lanes. */
  void copy(Runs runs, float[] from, float[] to, int lanes);

  /**
   * Copies features, ascending, and zeros to all places between and behind them.
   *
   * @param size places, each of a number of lanes
   */
  void planes(Runs runs, int size, float[] from, Aligned to, int lanes);

  /**
   * Lays one example out.
   *
   * @param from read at the places that are no padding only
   */
  void shifted(ShiftedPlanes planes, float[] from, Aligned to);

  /**
   * Copies numbers as they are; there must be up to {@link Scratch#SLACK} more behind them.
   *
   * @param at where they begin
   */
  void align(float[] from, int at, int count, Aligned to);

  /** Copies numbers back to where every kernel reads them. */
  void unalign(Aligned from, int count, float[] to);
}
