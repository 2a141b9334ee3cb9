package dev.ockham.core.data;

import dev.ockham.runtime.data.SequenceInputs;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Shape;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Brings the numbers of an example from the inputs that data have to those that a network takes: by
 * their names, capital or not; or, of a sequence and its length, by what {@link SequenceInputs}
 * says the network's inputs are. An example is the numbers of one input after another.
 */
public final class InputOrder {
  private static final Set<String> STEPS = Set.of("x", "tokens");
  private static final Set<String> LENGTHS = Set.of("length", "lengths");

  private final int size;
  private final int given;
  private final List<int[]> runs;
  private final @Nullable SequenceInputs sequence;
  private final boolean hasLength;

  private InputOrder(
      int given, int size, List<int[]> runs, @Nullable SequenceInputs sequence, boolean hasLength) {
    this.given = given;
    this.size = size;
    this.runs = runs;
    this.sequence = sequence;
    this.hasLength = hasLength;
  }

  /**
   * The order of some inputs for a network.
   *
   * @param data what messages call the data
   * @param given what an example has
   * @throws IllegalArgumentException naming the inputs that are missing, are there beyond what the
   *     network takes, or are of another shape
   */
  public static InputOrder of(String data, List<Input> given, Graph graph) {
    if (isSequence(given)) {
      return ofSequence(data, given, graph);
    }
    requireSame(data, given, graph);
    TreeMap<String, Integer> places = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    int at = 0;
    for (Input input : given) {
      places.put(input.name(), at);
      at += input.shape().size();
    }
    List<int[]> runs = new ArrayList<>();
    for (Input input : graph.inputs()) {
      runs.add(new int[] {places.getOrDefault(input.name(), 0), input.shape().size()});
    }
    return new InputOrder(at, size(graph.inputs()), runs, null, false);
  }

  private static int size(List<Input> inputs) {
    return inputs.stream().mapToInt(input -> input.shape().size()).sum();
  }

  /** Whether inputs are a sequence, with its length or without. */
  public static boolean isSequence(List<Input> given) {
    return !given.isEmpty()
        && given.size() <= 2
        && STEPS.contains(given.getFirst().name())
        && given.getFirst().shape().rank() >= 1
        && (given.size() == 1
            || (LENGTHS.contains(given.getLast().name()) && given.getLast().shape().size() == 1));
  }

  private static InputOrder ofSequence(String data, List<Input> given, Graph graph) {
    SequenceInputs sequence = SequenceInputs.of(graph);
    if (!sequence.shape().equals(given.getFirst().shape())) {
      throw new IllegalArgumentException(
          "the network takes sequences of %s, but '%s' has them of %s"
              .formatted(sequence.shape(), data, given.getFirst().shape()));
    }
    return new InputOrder(size(given), sequence.size(), List.of(), sequence, given.size() == 2);
  }

  private static void requireSame(String data, List<Input> given, Graph graph) {
    List<String> faults = new ArrayList<>();
    for (Input wanted : graph.inputs()) {
      Input found = named(wanted.name(), given);
      if (found == null) {
        faults.add("lacks '" + wanted.name() + "'");
      } else if (!found.shape().equals(wanted.shape())
          && !(found.shape().size() == 1 && wanted.shape().size() == 1)) {
        faults.add("has '" + found.name() + "' of " + found.shape());
      }
    }
    for (Input input : given) {
      if (named(input.name(), graph.inputs()) == null) {
        faults.add("has '" + input.name() + "', which is none of them");
      }
    }
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException(
          "the network takes %s, but '%s' %s"
              .formatted(
                  SequenceInputs.described(graph.inputs()), data, String.join(" and ", faults)));
    }
  }

  private static @Nullable Input named(String name, List<Input> inputs) {
    return inputs.stream()
        .filter(input -> input.name().equalsIgnoreCase(name))
        .findFirst()
        .orElse(null);
  }

  /** How many numbers an example of the network has. */
  public int size() {
    return size;
  }

  /**
   * Brings an example over.
   *
   * @param from holds the numbers that are given
   * @param first of them
   * @param into receives {@link #size} numbers
   * @param at the first of them
   * @throws IllegalArgumentException naming a step whose token the network does not know
   */
  public void write(float[] from, int first, float[] into, int at) {
    SequenceInputs steps = sequence;
    if (steps != null) {
      int length = hasLength ? (int) from[first + given - 1] : steps.shape().dim(0);
      steps.write(from, first, length, into, at);
      return;
    }
    int to = at;
    for (int[] run : runs) {
      System.arraycopy(from, first + run[0], into, to, run[1]);
      to += run[1];
    }
  }

  /**
   * Data whose examples have the numbers that a network takes, in its order.
   *
   * @param data of inputs with names; any other data, which are for one input, are returned as they
   *     are, unless they are tokens and the network takes their length, too: then that is all steps
   * @throws IllegalArgumentException naming what does not fit
   */
  public static Dataset arranged(Dataset data, Graph graph) {
    if (!(data.train() instanceof Features train) || !(data.test() instanceof Features test)) {
      return data;
    }
    List<Input> given = train.inputs();
    if (given.isEmpty() && graph.inputs().size() > 1 && train.shape().rank() == 1) {
      given = tokens(train, graph);
    }
    if (given.isEmpty() || (given.equals(graph.inputs()) && !isSequence(given))) {
      return data;
    }
    InputOrder order = of(data.name(), given, graph);
    return new Dataset(
        data.name(),
        data.outputs(),
        data.rules(),
        order.arranged(data.name(), "training", train, graph),
        order.arranged(data.name(), "test", test, graph),
        data.contentHash(),
        data.origin(),
        data.testGiven());
  }

  /** One array of tokens for a network that takes more inputs, none of whose numbers are there. */
  private static List<Input> tokens(Features examples, Graph graph) {
    return examples.shape().size() < size(graph.inputs())
        ? List.of(new Input("tokens", examples.shape()))
        : List.of();
  }

  private Features arranged(String data, String part, Features examples, Graph graph) {
    float[] values = new float[Math.multiplyExact(examples.count(), size)];
    for (int i = 0; i < examples.count(); i++) {
      try {
        write(examples.values(i), 0, values, i * size);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "data '%s': %s example %s: %s".formatted(data, part, i, e.getMessage()), e);
      }
    }
    List<Input> inputs = graph.inputs();
    return Features.of(
            inputs.size() == 1 ? inputs.getFirst().shape() : Shape.of(size),
            MemorySegment.ofArray(values),
            examples.targets())
        .withBelonging(examples.belonging())
        .withInputs(inputs);
  }
}
