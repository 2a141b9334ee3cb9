package dev.ockham.runtime.kernel;

import dev.ockham.runtime.graph.Concat;
import dev.ockham.runtime.graph.Pad;
import dev.ockham.runtime.graph.Permute;
import dev.ockham.runtime.graph.Resize;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Slice;
import java.util.Arrays;
import java.util.List;

/**
 * The same numbers in other places: no number is copied, rows are only listed in another order.
 *
 * @param from for each feature of the output, the row among those of all inputs, one input behind
 *     the other; −1 for the filling; not copied, never written
 * @param filling what stands where nothing was moved to
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Move(int[] from, float filling) implements Kernel {

  /** All rows where they are, under another shape. */
  public static Move same(int size) {
    int[] from = new int[size];
    for (int f = 0; f < size; f++) {
      from[f] = f;
    }
    return new Move(from, 0);
  }

  /** Values behind each other along an axis. */
  public static Move of(Concat concat, List<Shape> in, Shape out) {
    int axis = concat.axis();
    int outer = out.product(0, axis);
    int inner = out.product(axis + 1, out.rank());
    int[] from = new int[out.size()];
    int first = 0;
    int place = 0;
    for (Shape each : in) {
      int run = each.dim(axis) * inner;
      for (int block = 0; block < outer; block++) {
        for (int k = 0; k < run; k++) {
          from[block * out.dim(axis) * inner + place + k] = first + block * run + k;
        }
      }
      first += each.size();
      place += run;
    }
    return new Move(from, 0);
  }

  /** Axes in another order. */
  public static Move of(Permute permute, Shape in, Shape out) {
    int[] from = new int[out.size()];
    int[] index = new int[in.rank()];
    for (int f = 0; f < from.length; f++) {
      int[] place = Places.index(f, out);
      for (int axis = 0; axis < place.length; axis++) {
        index[permute.order().get(axis)] = place[axis];
      }
      from[f] = Places.flat(index, in);
    }
    return new Move(from, 0);
  }

  /** Some indices of an axis. */
  public static Move of(Slice slice, Shape in, Shape out) {
    int[] from = new int[out.size()];
    for (int f = 0; f < from.length; f++) {
      int[] index = Places.index(f, out);
      index[slice.axis()] = slice.start() + slice.step() * index[slice.axis()];
      from[f] = Places.flat(index, in);
    }
    return new Move(from, 0);
  }

  /** A constant around a value. */
  public static Move of(Pad pad, Shape in, Shape out) {
    int[] from = new int[out.size()];
    Arrays.fill(from, -1);
    for (int f = 0; f < in.size(); f++) {
      int[] index = Places.index(f, in);
      for (int axis = 0; axis < index.length; axis++) {
        index[axis] += pad.before().get(axis);
      }
      from[Places.flat(index, out)] = f;
    }
    return new Move(from, pad.value());
  }

  /** Positions made more or fewer, each a copy of the one at or before its place. */
  public static Move of(Resize resize, Shape in, Shape out) {
    int[] from = new int[out.size()];
    for (int f = 0; f < from.length; f++) {
      int[] index = Places.index(f, out);
      for (int axis = 1; axis < index.length; axis++) {
        double place = resize.place(index[axis], in.dim(axis), out.dim(axis));
        index[axis] = Math.min((int) Math.floor(place), in.dim(axis) - 1);
      }
      from[f] = Places.flat(index, in);
    }
    return new Move(from, 0);
  }
}
