package dev.ockham.onnx.read.map;

import dev.ockham.runtime.graph.Shape;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * How the axes of an ONNX value and of ours correspond: ours are the same without some axes of size
 * 1, such as that of the batch. The numbers and their order are the same, whichever axes are left
 * out, so any layout is right and can become any other by a reshape.
 *
 * @param onnx shape that ONNX has, for a batch of one
 * @param dropped axes of it, all of size 1, that ours lacks
 */
record Layout(Shape onnx, BitSet dropped) {

  /** Copies the set and checks that only axes of size 1 are left out. */
  Layout {
    dropped = (BitSet) dropped.clone();
    for (int axis = dropped.nextSetBit(0); axis >= 0; axis = dropped.nextSetBit(axis + 1)) {
      if (axis >= onnx.rank() || onnx.dim(axis) != 1) {
        throw new IllegalArgumentException("axis " + axis + " of " + onnx + " is not of size 1");
      }
    }
  }

  /** A layout without some axes. */
  static Layout without(Shape onnx, int... axes) {
    BitSet dropped = new BitSet();
    for (int axis : axes) {
      dropped.set(axis);
    }
    return new Layout(onnx, dropped);
  }

  /** The layout that one would choose: without the first of the two leading axes of size 1. */
  static Layout usual(Shape onnx) {
    for (int axis = 0; axis < Math.min(2, onnx.rank()); axis++) {
      if (onnx.dim(axis) == 1) {
        return without(onnx, axis);
      }
    }
    return without(onnx);
  }

  /** Shape that ours has. */
  Shape ours() {
    List<Integer> dims = new ArrayList<>();
    for (int axis = 0; axis < onnx.rank(); axis++) {
      if (!dropped.get(axis)) {
        dims.add(onnx.dim(axis));
      }
    }
    return new Shape(dims);
  }

  /** Our axis for one of ONNX's; −1 where ours lacks it. */
  int axis(int of) {
    return dropped.get(of) ? -1 : of - dropped.get(0, of).cardinality();
  }

  /** Our axes for some of ONNX's, without those that ours lacks. */
  List<Integer> axes(List<Integer> of) {
    return of.stream().filter(axis -> !dropped.get(axis)).map(this::axis).toList();
  }

  /** The same without a further axis that is kept. */
  Layout keeping(int axis) {
    BitSet fewer = (BitSet) dropped.clone();
    fewer.clear(axis);
    return new Layout(onnx, fewer);
  }

  /** Axes in another order, which go with what is left out. */
  Layout permuted(Shape result, List<Integer> order) {
    BitSet moved = new BitSet();
    for (int axis = 0; axis < order.size(); axis++) {
      moved.set(axis, dropped.get(order.get(axis)));
    }
    return new Layout(result, moved);
  }

  /** The same axes left out of a value of as many axes, where they have size 1 there too. */
  Layout like(Shape result) {
    BitSet kept = new BitSet();
    for (int axis = 0; axis < result.rank(); axis++) {
      int own = axis - result.rank() + onnx.rank();
      kept.set(axis, own >= 0 && dropped.get(own) && result.dim(axis) == 1);
    }
    return new Layout(result, kept);
  }

  /** What stretching with another value of this layout means for one of fewer or other sizes. */
  Layout aligned(Shape operand) {
    BitSet own = new BitSet();
    for (int axis = 0; axis < operand.rank(); axis++) {
      int at = axis - operand.rank() + onnx.rank();
      own.set(axis, at >= 0 && dropped.get(at));
    }
    return new Layout(operand, own);
  }

  /** Left out in both of two values that are stretched to one. */
  Layout and(Layout other) {
    BitSet all = (BitSet) dropped.clone();
    all.or(other.dropped);
    return new Layout(onnx, all);
  }

  /** After a reshape: each axis left out is found again at the same place among the numbers. */
  Layout reshaped(Shape result) {
    BitSet found = new BitSet();
    for (int axis = dropped.nextSetBit(0); axis >= 0; axis = dropped.nextSetBit(axis + 1)) {
      int before = onnx.product(0, axis);
      for (int other = 0; other < result.rank(); other++) {
        if (result.dim(other) == 1 && !found.get(other) && result.product(0, other) == before) {
          found.set(other);
          break;
        }
      }
    }
    return found.isEmpty() ? usual(result) : new Layout(result, found);
  }
}
