package dev.ockham.core.prune;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Positions that are alike: indices of an axis at which all units have the same numbers are of one
 * kind. Along a border of padding there are as many kinds as the kernel reaches over it.
 *
 * @param kinds for each axis of positions, the kind of each index, from 0 on
 */
record PositionKinds(List<List<Integer>> kinds) {

  /**
   * The kinds of positions of some maps.
   *
   * @param dims sizes of the axes of positions
   * @param maps numbers by position, one array for each unit; null stands for zeros
   */
  static PositionKinds of(int[] dims, List<double @Nullable []> maps) {
    List<List<Integer>> kinds = new ArrayList<>();
    for (int axis = 0; axis < dims.length; axis++) {
      List<Integer> first = new ArrayList<>();
      List<Integer> own = new ArrayList<>();
      for (int index = 0; index < dims[axis]; index++) {
        int kind = 0;
        while (kind < first.size() && !alike(dims, axis, first.get(kind), index, maps)) {
          kind++;
        }
        if (kind == first.size()) {
          first.add(index);
        }
        own.add(kind);
      }
      kinds.add(own);
    }
    return new PositionKinds(kinds);
  }

  private static boolean alike(
      int[] dims, int axis, int one, int other, List<double @Nullable []> maps) {
    int inner = 1;
    for (int i = axis + 1; i < dims.length; i++) {
      inner *= dims[i];
    }
    int block = inner * dims[axis];
    for (double[] map : maps) {
      for (int start = 0; map != null && start < map.length; start += block) {
        int a = start + one * inner;
        int b = start + other * inner;
        if (!Arrays.equals(map, a, a + inner, map, b, b + inner)) {
          return false;
        }
      }
    }
    return true;
  }

  /** How many kinds there are in all. */
  int count() {
    int count = 1;
    for (List<Integer> axis : kinds) {
      count *= count(axis);
    }
    return count;
  }

  private static int count(List<Integer> axis) {
    return axis.stream().mapToInt(k -> k + 1).max().orElse(0);
  }

  /** One number for each kind of position, taken from numbers by position. */
  float[] pick(double[] map) {
    float[] picked = new float[count()];
    for (int position = 0; position < map.length; position++) {
      picked[kind(position)] = (float) map[position];
    }
    return picked;
  }

  private int kind(int position) {
    int kind = 0;
    int stride = 1;
    int rest = position;
    for (int axis = kinds.size() - 1; axis >= 0; axis--) {
      List<Integer> own = kinds.get(axis);
      kind += own.get(rest % own.size()) * stride;
      stride *= count(own);
      rest /= own.size();
    }
    return kind;
  }
}
