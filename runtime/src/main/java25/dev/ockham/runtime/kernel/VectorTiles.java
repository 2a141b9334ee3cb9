package dev.ockham.runtime.kernel;

import static dev.ockham.runtime.kernel.Vectors.ORDER;
import static dev.ockham.runtime.kernel.Vectors.SPECIES;
import static dev.ockham.runtime.kernel.Vectors.V;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/**
 * Squares of sixteen by sixteen numbers turned, a row a vector: blocks of eight by eight change
 * places across the diagonal, within these blocks of four, then two, then single numbers.
 */
final class VectorTiles {
  /** Whether vectors are as wide as squares. */
  static final boolean THERE = V == Tiles.WIDTH;

  private static final int W = Tiles.WIDTH;

  private static final float[] ZEROS = new float[W];
  private static final float[] ONES = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
  private static final int[] EACH = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

  private static final FloatVector UPPER_EIGHT = fromArray(SPECIES, numbers(8, false), 0);
  private static final FloatVector LOWER_EIGHT = fromArray(SPECIES, numbers(8, true), 0);
  private static final FloatVector UPPER_FOUR = fromArray(SPECIES, numbers(4, false), 0);
  private static final FloatVector LOWER_FOUR = fromArray(SPECIES, numbers(4, true), 0);
  private static final FloatVector UPPER_TWO = fromArray(SPECIES, numbers(2, false), 0);
  private static final FloatVector LOWER_TWO = fromArray(SPECIES, numbers(2, true), 0);
  private static final FloatVector UPPER_ONE = fromArray(SPECIES, numbers(1, false), 0);
  private static final FloatVector LOWER_ONE = fromArray(SPECIES, numbers(1, true), 0);

  private VectorTiles() {}

  /**
   * Where a row gets its numbers from when two rows change blocks: those of the upper row are from
   * 0, those of the lower one from 16 on.
   */
  private static float[] numbers(int block, boolean lower) {
    float[] numbers = new float[W];
    for (int i = 0; i < W; i++) {
      boolean first = i % (2 * block) < block;
      numbers[i] = lower ? (first ? i + block : W + i) : (first ? i : W + i - block);
    }
    return numbers;
  }

  /**
   * Sixteen live features of sixteen examples at a time.
   *
   * @param last example, from 0 to 15, which lanes behind it repeat
   */
  static void spread(
      Tiles tiles,
      float[] examples,
      int from,
      int size,
      int last,
      MemorySegment to,
      int lane,
      int lanes,
      Aligned square) {
    MemorySegment room = square.segment(Tiles.SQUARE);
    for (int t = 0; t < tiles.firsts.length; t++) {
      int first = tiles.firsts[t];
      begin(examples, from + first, size, last, tiles.centre, tiles.scale, first, room);
      end(room, to, lane, tiles.places, t * W, lanes);
    }
  }

  /** Sixteen features of sixteen lanes at a time; the last ones may be done twice. */
  static void gather(
      float[] value, int lane, int lanes, float[] examples, int to, int size, Aligned square) {
    MemorySegment room = square.segment(Tiles.SQUARE);
    for (int f = 0; f < size; f += W) {
      int first = Math.min(f, size - W);
      begin(value, first * lanes + lane, lanes, W - 1, ZEROS, ONES, 0, room);
      end(room, examples, to + first, EACH, 0, size);
    }
  }

  /**
   * Changes blocks of eight and of four.
   *
   * @param last row, which those behind it repeat
   */
  private static void begin(
      float[] x,
      int from,
      int pitch,
      int last,
      float[] centre,
      float[] scale,
      int first,
      MemorySegment room) {
    FloatVector centres = fromArray(SPECIES, centre, first);
    FloatVector scales = fromArray(SPECIES, scale, first);
    for (int row = 0; row < 4; row++) {
      FloatVector a =
          fromArray(SPECIES, x, from + Math.min(row, last) * pitch).sub(centres).mul(scales);
      FloatVector b =
          fromArray(SPECIES, x, from + Math.min(row + 4, last) * pitch).sub(centres).mul(scales);
      FloatVector c =
          fromArray(SPECIES, x, from + Math.min(row + 8, last) * pitch).sub(centres).mul(scales);
      FloatVector d =
          fromArray(SPECIES, x, from + Math.min(row + 12, last) * pitch).sub(centres).mul(scales);
      FloatVector e = UPPER_EIGHT.selectFrom(a, c);
      FloatVector f = UPPER_EIGHT.selectFrom(b, d);
      FloatVector g = LOWER_EIGHT.selectFrom(a, c);
      FloatVector h = LOWER_EIGHT.selectFrom(b, d);
      UPPER_FOUR.selectFrom(e, f).intoMemorySegment(room, bytes(W * row), ORDER);
      LOWER_FOUR.selectFrom(e, f).intoMemorySegment(room, bytes(W * (row + 4)), ORDER);
      UPPER_FOUR.selectFrom(g, h).intoMemorySegment(room, bytes(W * (row + 8)), ORDER);
      LOWER_FOUR.selectFrom(g, h).intoMemorySegment(room, bytes(W * (row + 12)), ORDER);
    }
  }

  private static long bytes(int place) {
    return (long) Float.BYTES * place;
  }

  /** The same as the other, into native memory. */
  private static void end(
      MemorySegment room, MemorySegment to, int at, int[] places, int place, int distance) {
    for (int row = 0; row < W; row += 4) {
      FloatVector a = fromMemorySegment(SPECIES, room, bytes(W * row), ORDER);
      FloatVector b = fromMemorySegment(SPECIES, room, bytes(W * (row + 1)), ORDER);
      FloatVector c = fromMemorySegment(SPECIES, room, bytes(W * (row + 2)), ORDER);
      FloatVector d = fromMemorySegment(SPECIES, room, bytes(W * (row + 3)), ORDER);
      FloatVector e = UPPER_TWO.selectFrom(a, c);
      FloatVector f = UPPER_TWO.selectFrom(b, d);
      FloatVector g = LOWER_TWO.selectFrom(a, c);
      FloatVector h = LOWER_TWO.selectFrom(b, d);
      int p = place + row;
      UPPER_ONE.selectFrom(e, f).intoMemorySegment(to, bytes(at + places[p] * distance), ORDER);
      LOWER_ONE.selectFrom(e, f).intoMemorySegment(to, bytes(at + places[p + 1] * distance), ORDER);
      UPPER_ONE.selectFrom(g, h).intoMemorySegment(to, bytes(at + places[p + 2] * distance), ORDER);
      LOWER_ONE.selectFrom(g, h).intoMemorySegment(to, bytes(at + places[p + 3] * distance), ORDER);
    }
  }

  /** Changes blocks of two and single numbers, and puts rows where they belong. */
  private static void end(
      MemorySegment room, float[] to, int at, int[] places, int place, int distance) {
    for (int row = 0; row < W; row += 4) {
      FloatVector a = fromMemorySegment(SPECIES, room, bytes(W * row), ORDER);
      FloatVector b = fromMemorySegment(SPECIES, room, bytes(W * (row + 1)), ORDER);
      FloatVector c = fromMemorySegment(SPECIES, room, bytes(W * (row + 2)), ORDER);
      FloatVector d = fromMemorySegment(SPECIES, room, bytes(W * (row + 3)), ORDER);
      FloatVector e = UPPER_TWO.selectFrom(a, c);
      FloatVector f = UPPER_TWO.selectFrom(b, d);
      FloatVector g = LOWER_TWO.selectFrom(a, c);
      FloatVector h = LOWER_TWO.selectFrom(b, d);
      int p = place + row;
      UPPER_ONE.selectFrom(e, f).intoArray(to, at + places[p] * distance);
      LOWER_ONE.selectFrom(e, f).intoArray(to, at + places[p + 1] * distance);
      UPPER_ONE.selectFrom(g, h).intoArray(to, at + places[p + 2] * distance);
      LOWER_ONE.selectFrom(g, h).intoArray(to, at + places[p + 3] * distance);
    }
  }
}
