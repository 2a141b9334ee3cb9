package dev.ockham.runtime.kernel;

import dev.ockham.runtime.graph.Concat;
import dev.ockham.runtime.graph.Pad;
import dev.ockham.runtime.graph.Permute;
import dev.ockham.runtime.graph.Resize;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Slice;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The same numbers in other places. */
public final class Move implements Kernel {
  private final Runs[] inputs;

  /** Runs of features that are filled: first one, end. */
  private final int[] filled;

  private final float filling;

  private Move(int[] from, int[] sizes, float filling) {
    inputs = Runs.of(from, sizes);
    filled = filled(from);
    this.filling = filling;
  }

  private static int[] filled(int[] from) {
    Ints runs = new Ints();
    for (int f = 0; f < from.length; f++) {
      if (from[f] < 0 && (f == 0 || from[f - 1] >= 0)) {
        runs.add(f);
      }
      if (from[f] < 0 && (f + 1 == from.length || from[f + 1] >= 0)) {
        runs.add(f + 1);
      }
    }
    return runs.all();
  }

  private static Move of(int[] from, Shape in, float filling) {
    return new Move(from, new int[] {in.size()}, filling);
  }

  /** All numbers where they are, under another shape. */
  public static Move same(int size) {
    return new Move(IntStream.range(0, size).toArray(), new int[] {size}, 0);
  }

  @Override
  public void run(float[][] in, float[] out, Scratch scratch) {
    int lanes = scratch.lanes();
    for (int k = 0; k < filled.length; k += 2) {
      Arrays.fill(out, filled[k] * lanes, filled[k + 1] * lanes, filling);
    }
    for (int k = 0; k < inputs.length; k++) {
      scratch.arithmetic().copy(inputs[k], in[k], out, lanes);
    }
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
    return new Move(from, in.stream().mapToInt(Shape::size).toArray(), 0);
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
    return of(from, in, 0);
  }

  /** Some indices of an axis. */
  public static Move of(Slice slice, Shape in, Shape out) {
    int[] from = new int[out.size()];
    for (int f = 0; f < from.length; f++) {
      int[] index = Places.index(f, out);
      index[slice.axis()] = slice.start() + slice.step() * index[slice.axis()];
      from[f] = Places.flat(index, in);
    }
    return of(from, in, 0);
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
    return of(from, in, pad.value());
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
    return of(from, in, 0);
  }
}
