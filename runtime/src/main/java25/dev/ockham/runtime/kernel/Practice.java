package dev.ockham.runtime.kernel;

import dev.ockham.runtime.model.DenseMatrix;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A little of everything that inner loops do, on zeros. For one thread at a time. */
final class Practice {
  /** How often vectors win before they are trusted: one win may be an interruption of the loser. */
  static final int ENOUGH = 20;

  /** Squares turned in one round. */
  private static final int TURNS = 8;

  private static final int ROWS = 16;
  private static final int TERMS = 24;
  private static final int[] COUNTS = {128, 96, 64, 48, 32, 16};
  private static final Bounds BOUNDS = new Bounds(0, 6);
  private static final Terms WEIGHTS =
      Terms.of(DenseMatrix.of(4 * ROWS, TERMS, ones(4 * ROWS * TERMS)));
  private static final Fours FOURS = Fours.of(WEIGHTS, new float[ROWS], Form.DENSE, 0);
  private static final Slices SLICES = new Slices(WEIGHTS, new float[ROWS]);
  private static final Panels[] PANELS = {panels(ROWS), panels(2 * ROWS), panels(4 * ROWS)};
  private static final Intake FEW = Intake.of(ROWS).only(new int[] {1, 3});
  private static final Intake SOME = intake(new int[ROWS]);
  private static final Intake ALL = intake(null);
  private static final Runs LINES = Runs.of(places(1), 2 * ROWS);
  private static final ShiftedPlanes SHIFTED = new ShiftedPlanes(places(1));
  private static final Runs SPACED = Runs.of(places(2), 2 * ROWS);

  private static final float[] IN = new float[1024];
  private static final float[] SUMMANDS = new float[1024];
  private static final float[] OUT = new float[2048];
  private static final Aligned ALIGNED = new Aligned();

  private static final Aligned ROOM = new Aligned();

  private Practice() {}

  /** One round. */
  static void run(Arithmetic loops) {
    loops.align(IN, 0, IN.length, ALIGNED);
    loops.unalign(ALIGNED, OUT.length / 2, OUT);
    for (int count : COUNTS) {
      loops.sums(WEIGHTS, 1, 0, ALIGNED, 0, 1, OUT, 0, count);
    }
    loops.fours(FOURS, 0, ALIGNED, 0, 1, OUT, 0, 128, 64);
    loops.fours(FOURS, 0, ALIGNED, 0, 1, OUT, 0, 128, 32);
    loops.slices(SLICES, IN, 0, OUT, 0);
    for (Panels panels : PANELS) {
      loops.panels(panels, IN, 0, OUT, 0);
    }
    loops.finish(IN, 0, 40, 4, 32, null, OUT, 0, Bounds.NONE);
    loops.finish(IN, 0, 40, 4, 32, SUMMANDS, OUT, 0, BOUNDS);
    loops.pool(IN, 0, 32, 4, 16, 1, OUT, 0, BOUNDS);
    loops.pool(IN, 0, 128, 2, 2, 32, OUT, 0, Bounds.NONE);
    loops.intake(SOME, IN, 0, OUT);
    loops.intake(ALL, IN, 0, OUT);
    loops.spread(FEW, IN, 0, 16, ALIGNED, 16, ROOM);
    loops.copy(LINES, IN, OUT, 1);
    loops.copy(LINES, IN, OUT, 16);
    loops.planes(LINES, 4 * ROWS, IN, ALIGNED, 1);
    loops.shifted(SHIFTED, IN, ALIGNED);
    loops.planes(SPACED, 4 * ROWS, IN, ALIGNED, 1);
    loops.planes(SPACED, 4 * ROWS, IN, ALIGNED, 16);
    loops.addProducts(IN, 0, SUMMANDS, 0, OUT, 0, 64);
  }

  /** Squares of numbers, turned, or picked one by one, as the loops do it. */
  static void turn(Arithmetic loops) {
    for (int k = 0; k < TURNS; k++) {
      loops.spread(SOME, IN, 0, 16, ALIGNED, 16, ROOM);
      loops.gather(IN, 16, OUT, 0, 16, 16, ROOM);
    }
  }

  private static Panels panels(int rows) {
    return new Panels(WEIGHTS, TERMS, new float[rows]);
  }

  private static Intake intake(int @Nullable [] some) {
    Intake all = Intake.of(ROWS).scaled(new float[ROWS], new float[ROWS]);
    if (some == null) {
      return all;
    }
    for (int f = 0; f < some.length - 1; f++) {
      some[f] = f;
    }
    return all.only(Arrays.copyOf(some, ROWS - 1));
  }

  private static int[] places(int step) {
    int[] places = new int[2 * ROWS];
    for (int p = 0; p < places.length; p++) {
      places[p] = p % ROWS == 0 ? -1 : p * step % (2 * ROWS);
    }
    return places;
  }

  private static float[] ones(int count) {
    float[] ones = new float[count];
    Arrays.fill(ones, 1f);
    return ones;
  }
}
