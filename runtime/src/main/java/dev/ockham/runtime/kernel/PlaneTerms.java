package dev.ockham.runtime.kernel;

import dev.ockham.runtime.model.Matrix;
import org.jspecify.annotations.Nullable;

/** The weights of a convolution, for planes of one form. Immutable. */
final class PlaneTerms {
  /** Share of the weights of four channels from which on the zeros are faster than leaving out. */
  private static final double DENSE = 0.5;

  final Terms terms;
  final Fours fours;

  /** Positions from a line of outputs to the next. */
  final int pitch;

  /** How the input becomes planes; null where it is planes already, or they are shifted. */
  private final @Nullable Runs spread;

  private final @Nullable ShiftedPlanes shifted;

  private final int size;

  /**
   * Weights.
   *
   * @param weight {@code [outputs, channels / groups · kernel]}
   * @param bias one number per output; not copied
   */
  PlaneTerms(Plane plane, Frame frame, int groups, Matrix weight, float[] bias, Form form) {
    int area = frame.area();
    int inGroup = frame.channels() / groups;
    int[] taps = plane.taps();
    int[] places = new int[weight.cols()];
    boolean ascending = true;
    for (int column = 0; column < places.length; column++) {
      places[column] = column / area * plane.size() + taps[column % area];
      ascending &= column == 0 || places[column] > places[column - 1] || frame.positions() == 0;
    }
    int step = inGroup * plane.size();
    terms = Terms.of(weight, places, Math.max(1, bias.length / groups), step);
    fours = Fours.of(terms, ascending ? new int[0] : columns(places, step), bias, form, DENSE);
    pitch = plane.pitch();
    int positions = frame.rows() * frame.columns();
    size = Math.multiplyExact(frame.channels(), plane.size());
    int[] all = plane.all(frame.channels(), positions);
    boolean same = plane.same(positions);
    shifted = same || !plane.moved() ? null : new ShiftedPlanes(all);
    spread = same || plane.moved() ? null : Runs.of(all, frame.channels() * positions);
  }

  private static int[] columns(int[] places, int step) {
    int[] columns = new int[step];
    for (int column = 0; column < places.length; column++) {
      columns[places[column]] = column;
    }
    return columns;
  }

  /** Lays an input out. */
  Aligned planes(float[] in, Scratch scratch) {
    int lanes = scratch.lanes();
    Aligned planes = scratch.aligned();
    if (shifted != null) {
      scratch.arithmetic().shifted(shifted, in, planes);
    } else if (spread == null) {
      scratch.arithmetic().align(in, 0, size * lanes, planes);
    } else {
      scratch.arithmetic().planes(spread, size, in, planes, lanes);
    }
    return planes;
  }
}
