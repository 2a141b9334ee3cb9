package dev.ockham.runtime.plan;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.kernel.Computation;
import dev.ockham.runtime.kernel.Fixed;
import dev.ockham.runtime.kernel.Kernel;
import dev.ockham.runtime.kernel.Move;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Where values lie: for each, the slots of its rows. A slot that no value to come reads is used
 * again. Nodes are placed one after the other, in the graph's order.
 */
final class Layout {
  private final Map<String, int[]> slotsOf = new HashMap<>();

  /** Readers to come of each value; one of them is whoever wants the outputs. */
  private final Map<String, Integer> readers = new HashMap<>();

  /** Slots of numbers that are the same for every example, by their bits. */
  private final Map<Integer, Integer> fixed = new LinkedHashMap<>();

  private final BitSet taken = new BitSet();

  /** Values that lie in each slot. */
  private int[] values = new int[64];

  private int slots;

  /** Places the inputs, which stay until they are released once more than they are read. */
  Layout(Graph graph) {
    graph.readers().forEach((value, nodes) -> readers.put(value, nodes.size()));
    graph.outputs().forEach(this::hold);
    for (Input input : graph.inputs()) {
      hold(input.name());
      put(input.name(), fresh(input.shape().size()));
    }
  }

  /** One reader more than the graph says. */
  void hold(String value) {
    readers.merge(value, 1, Integer::sum);
  }

  /** Slots of a value that is still needed; not copied. */
  int[] slots(String value) {
    return Objects.requireNonNull(slotsOf.get(value), value);
  }

  /** How many slots there are so far. */
  int count() {
    return slots;
  }

  /** Numbers that lie in slots from the start, by slot. */
  Map<Integer, Float> fixed() {
    Map<Integer, Float> bySlot = new LinkedHashMap<>();
    fixed.forEach((bits, slot) -> bySlot.put(slot, Float.intBitsToFloat(bits)));
    return bySlot;
  }

  /** Finds slots for what a node gives; its inputs stay until {@link #release}. */
  int[] place(Node node, Kernel kernel, int size) {
    int[] own =
        switch (kernel) {
          case Move move -> moved(node, move);
          case Fixed numbers -> fixed(numbers.values());
          case Computation computation ->
              computation.inPlace() && leaves(node) ? slots(node.inputs().get(0)) : fresh(size);
        };
    put(node.name(), own);
    return own;
  }

  private void put(String value, int[] own) {
    slotsOf.put(value, own);
    for (int slot : own) {
      values[slot]++;
    }
    if (!readers.containsKey(value)) {
      hold(value); // nobody reads it: it goes at once
      release(value);
    }
  }

  /** Whether nobody but a node reads its first input, nor any value that shares its rows. */
  private boolean leaves(Node node) {
    String first = node.inputs().get(0);
    long reads = node.inputs().stream().filter(first::equals).count();
    return readers.getOrDefault(first, 0) == reads
        && Arrays.stream(slots(first)).allMatch(slot -> values[slot] == 1);
  }

  /** Takes a reader of a value away; without any left its slots are free. */
  void release(String value) {
    if (readers.merge(value, -1, Integer::sum) > 0) {
      return;
    }
    int[] own = Objects.requireNonNull(slotsOf.remove(value), value);
    for (int slot : own) {
      if (--values[slot] == 0) {
        taken.clear(slot);
      }
    }
  }

  private int[] moved(Node node, Move move) {
    List<int[]> inputs = new ArrayList<>();
    node.inputs().forEach(input -> inputs.add(slots(input)));
    int[] all = inputs.stream().flatMapToInt(Arrays::stream).toArray();
    int[] own = new int[move.from().length];
    for (int f = 0; f < own.length; f++) {
      own[f] = move.from()[f] < 0 ? fixed(move.filling()) : all[move.from()[f]];
    }
    return own;
  }

  private int[] fixed(float[] numbers) {
    int[] own = new int[numbers.length];
    for (int f = 0; f < own.length; f++) {
      own[f] = fixed(numbers[f]);
    }
    return own;
  }

  /** A slot of a number; it is never free again. */
  private int fixed(float number) {
    return fixed.computeIfAbsent(
        Float.floatToRawIntBits(number),
        bits -> {
          int slot = slots; // a new one: what lay in an old one is written at every run
          take(slot);
          values[slot]++;
          return slot;
        });
  }

  /** The lowest free slots, in order, so that neighbours lie together. */
  private int[] fresh(int size) {
    int[] own = new int[size];
    int slot = -1;
    for (int f = 0; f < size; f++) {
      slot = taken.nextClearBit(slot + 1);
      take(slot);
      own[f] = slot;
    }
    return own;
  }

  private void take(int slot) {
    taken.set(slot);
    slots = Math.max(slots, slot + 1);
    if (slot >= values.length) {
      values = Arrays.copyOf(values, Math.max(slot + 1, 2 * values.length));
    }
  }
}
