package dev.ockham.runtime.plan;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.kernel.Kernel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/**
 * Where values lie: for each the number of its array. An array whose value nobody reads any more is
 * used again. Steps are placed one after the other, in their order.
 */
final class Layout {
  private final Map<String, Integer> arrayOf = new HashMap<>();

  /** Readers to come of each value; one of them is whoever wants the outputs. */
  private final Map<String, Integer> readers = new HashMap<>();

  /** Numbers of an example that each array must hold. */
  private final List<Integer> sizes = new ArrayList<>();

  /** Free arrays as {@code size · 2³² + number}. */
  private final TreeSet<Long> free = new TreeSet<>();

  /** Values that lie in each array. */
  private final List<Integer> values = new ArrayList<>();

  /** Places the inputs. */
  Layout(Graph graph, List<Fusion.Fused> steps) {
    for (Fusion.Fused step : steps) {
      for (String input : step.inputs()) {
        hold(input);
      }
    }
    for (String output : graph.outputs()) {
      hold(output);
    }
    for (Input input : graph.inputs()) {
      hold(input.name()); // no input shares an array with another
      put(input.name(), fresh(input.shape().size()));
    }
  }

  /** Arrays of the inputs; one that nobody reads is free from then on. */
  int[] inputs(Graph graph) {
    List<String> names = new ArrayList<>();
    for (Input input : graph.inputs()) {
      names.add(input.name());
    }
    int[] arrays = arrays(names);
    for (String name : names) {
      release(name);
    }
    return arrays;
  }

  private void hold(String value) {
    readers.put(value, readers.getOrDefault(value, 0) + 1);
  }

  /** Arrays of values that are still needed. */
  int[] arrays(List<String> names) {
    int[] arrays = new int[names.size()];
    for (int i = 0; i < arrays.length; i++) {
      arrays[i] = array(names.get(i));
    }
    return arrays;
  }

  /** Array of a value that is still needed. */
  int array(String value) {
    return Objects.requireNonNull(arrayOf.get(value), value);
  }

  /** Numbers of an example that each array must hold. */
  int[] sizes() {
    int[] all = new int[sizes.size()];
    for (int array = 0; array < all.length; array++) {
      all[array] = sizes.get(array);
    }
    return all;
  }

  /** Places a value that is another one under another shape. */
  void same(Fusion.Fused step) {
    String value = step.output();
    put(value, array(step.inputs().get(0)));
    done(step);
  }

  /** The array of what a step gives; its inputs are read by one less from then on. */
  int place(Fusion.Fused step, Kernel kernel, int size) {
    boolean over = kernel.inPlace() && leaves(step);
    int array = over ? array(step.inputs().get(0)) : fresh(size);
    put(step.output(), array);
    done(step);
    return array;
  }

  private void done(Fusion.Fused step) {
    for (String input : step.inputs()) {
      release(input);
    }
    if (!readers.containsKey(step.output())) {
      hold(step.output()); // nobody reads it: it goes at once
      release(step.output());
    }
  }

  private void put(String value, int array) {
    arrayOf.put(value, array);
    values.set(array, values.get(array) + 1);
    free.remove(key(array));
  }

  /** Whether nobody but a step reads its first input, nor a value in the same array. */
  private boolean leaves(Fusion.Fused step) {
    String first = step.inputs().get(0);
    return readers.getOrDefault(first, 0) == Collections.frequency(step.inputs(), first)
        && values.get(array(first)) == 1;
  }

  private void release(String value) {
    int left = readers.getOrDefault(value, 0) - 1;
    readers.put(value, left);
    if (left > 0) {
      return;
    }
    int array = Objects.requireNonNull(arrayOf.remove(value), value);
    values.set(array, values.get(array) - 1);
    if (values.get(array) == 0) {
      free.add(key(array));
    }
  }

  /** The smallest free array that is large enough, or the largest one made larger, or a new one. */
  private int fresh(int size) {
    if (free.isEmpty()) {
      sizes.add(size);
      values.add(0);
      free.add(key(sizes.size() - 1));
      return sizes.size() - 1;
    }
    Long enough = free.ceiling((long) size << Integer.SIZE);
    // Of the largest ones, the first.
    long largest = (free.last() >>> Integer.SIZE) << Integer.SIZE;
    long best = enough == null ? Objects.requireNonNull(free.ceiling(largest)) : enough;
    free.remove(best);
    int array = (int) best;
    sizes.set(array, Math.max(size, sizes.get(array)));
    free.add(key(array));
    return array;
  }

  private long key(int array) {
    return ((long) sizes.get(array) << Integer.SIZE) | array;
  }
}
