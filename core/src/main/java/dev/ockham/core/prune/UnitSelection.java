package dev.ockham.core.prune;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Reshape;
import dev.ockham.runtime.graph.UnitMap;
import dev.ockham.runtime.model.Model;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The part of a network that still trains: which units (features, channels, hidden units) of the
 * nodes that make units are left, and which inputs, by their numbers in the original. Immutable.
 *
 * <p>A node makes units if its output units are not those of an input: those with weights but for
 * depthwise convolutions, and numbers that are the same for all examples. All others follow.
 */
public final class UnitSelection {

  private static final String PREFIX = "live.";
  private static final String INPUTS = PREFIX + "inputs";

  private final Graph original;
  private final BitSet inputs;
  private final Map<String, BitSet> units;
  private final KeptUnits kept;

  private UnitSelection(Graph original, BitSet inputs, Map<String, BitSet> units) {
    this.original = original;
    this.inputs = inputs;
    this.units = units;
    this.kept = new KeptUnits(original, byValue());
  }

  /** The whole of a network. */
  public static UnitSelection all(Graph graph) {
    Map<String, BitSet> units = new LinkedHashMap<>();
    makers(graph).forEach(name -> units.put(name, range(graph.units(name))));
    return new UnitSelection(graph, range(inputsOf(graph)), units);
  }

  /**
   * A part of a network.
   *
   * @param inputs the inputs of the first node with weights that are left: features, or channels;
   *     where these are not the network's own inputs, all of them
   * @param units of each node that makes units, at least one of each and all of those that the
   *     output, an input or a parameter used elsewhere needs
   * @throws IllegalArgumentException if that is no part of it
   */
  public static UnitSelection of(Graph graph, BitSet inputs, Map<String, BitSet> units) {
    List<String> makers = makers(graph);
    requirePart("inputs", inputs, inputsOf(graph));
    if (!canDropInputs(graph) && inputs.cardinality() < inputsOf(graph)) {
      throw new IllegalArgumentException("the network reads all of its inputs");
    }
    Map<String, BitSet> own = new LinkedHashMap<>();
    for (String maker : makers) {
      BitSet left = units.get(maker);
      if (left == null) {
        throw new IllegalArgumentException("it is not said which units of " + maker + " are left");
      }
      requirePart(maker, left, graph.units(maker));
      own.put(maker, (BitSet) left.clone());
    }
    if (units.size() != makers.size()) {
      throw new IllegalArgumentException(
          "%s nodes, but the network has %s that make units"
              .formatted(units.size(), makers.size()));
    }
    return new UnitSelection(graph, (BitSet) inputs.clone(), own);
  }

  private static void requirePart(String name, BitSet units, int count) {
    if (units.isEmpty() || units.length() > count) {
      throw new IllegalArgumentException(
          "%s: %s are not 1 to %s units from 0".formatted(name, units, count));
    }
  }

  private static BitSet range(int length) {
    BitSet all = new BitSet(length);
    all.set(0, length);
    return all;
  }

  /** Nodes whose units are their own, in order. */
  public static List<String> makers(Graph graph) {
    List<String> makers = new ArrayList<>();
    for (Node node : graph.nodes()) {
      boolean follows =
          graph.unitMap(node).inputs().stream()
              .anyMatch(link -> link instanceof UnitMap.Carried || link instanceof UnitMap.Merged);
      if (!follows && graph.units(node.name()) > 0) {
        makers.add(node.name());
      }
    }
    return makers;
  }

  /** Features or channels that the first node with weights reads. */
  private static int inputsOf(Graph graph) {
    for (Node node : graph.nodes()) {
      boolean weighted =
          node.parameters().values().stream()
              .anyMatch(name -> graph.parameter(name).role().prunable());
      if (weighted) {
        String x = node.inputs().getFirst();
        int last = graph.shape(x).rank() - 1;
        return node.operator() instanceof Linear ? graph.shape(x).dim(last) : count(graph, x);
      }
    }
    return graph.inputs().getFirst().shape().size();
  }

  private static int count(Graph graph, String value) {
    return Math.max(1, graph.units(value));
  }

  /** Whether nodes with weights read a network's inputs one by one, and nothing else does. */
  public static boolean canDropInputs(Graph graph) {
    String input = graph.inputs().getFirst().name();
    return graph.inputs().size() == 1 && flat(graph, input) != null;
  }

  /** The values that are an input's numbers in one row, for linear nodes alone; null otherwise. */
  private static @Nullable List<String> flat(Graph graph, String value) {
    List<String> values = new ArrayList<>(List.of(value));
    if (graph.gives(value)) {
      return null;
    }
    for (Node node : graph.nodes()) {
      if (!node.inputs().contains(value)) {
        continue;
      }
      boolean vector = graph.shape(node.name()).rank() == 1;
      if (node.operator() instanceof Reshape && vector) {
        List<String> behind = flat(graph, node.name());
        if (behind == null) {
          return null;
        }
        values.addAll(behind);
      } else if (!(node.operator() instanceof Linear) || !vector) {
        return null;
      }
    }
    return values;
  }

  /** Units that are left of every value that lost some. */
  private Map<String, BitSet> byValue() {
    UnitClasses classes = UnitClasses.of(original);
    BitSet gone = new BitSet();
    units.forEach((name, left) -> {
      for (int unit = 0; unit < original.units(name); unit++) {
        if (!left.get(unit)) {
          gone.set(classes.of(name, unit));
        }
      }
    });
    check(classes, gone);
    Map<String, BitSet> kept = new HashMap<>();
    for (Node node : original.nodes()) {
      BitSet left = new BitSet();
      for (int unit = 0; unit < original.units(node.name()); unit++) {
        left.set(unit, !gone.get(classes.of(node.name(), unit)));
      }
      if (original.unitAxis(node.name()) >= 0) {
        kept.put(node.name(), left);
      }
    }
    if (inputs.cardinality() < inputsOf(original)) {
      String input = original.inputs().getFirst().name();
      Objects.requireNonNull(flat(original, input)).forEach(value -> kept.put(value, inputs));
    }
    return kept;
  }

  private void check(UnitClasses classes, BitSet gone) {
    for (String output : original.outputs()) {
      for (int unit = 0; unit < original.units(output); unit++) {
        if (gone.get(classes.of(output, unit))) {
          throw new IllegalArgumentException("every class needs its output");
        }
      }
    }
    units.forEach((name, left) -> {
      for (int unit = 0; unit < original.units(name); unit++) {
        if (left.get(unit) && gone.get(classes.of(name, unit))) {
          throw new IllegalArgumentException(
              "%s: unit %s can only go together with others that go".formatted(name, unit));
        }
      }
    });
    if (classes.pinned().intersects(gone)) {
      throw new IllegalArgumentException("units of a shared parameter go that others need");
    }
  }

  /**
   * What may leave a network.
   *
   * @param selection the units that stay, as a part of the network that was given
   * @param biases by parameter, those that took constants over, in the size they had
   */
  public record Shrunk(UnitSelection selection, Map<String, float[]> biases) {}

  /**
   * The units of a network that matter if only some weights stay, as {@link #shrinkAgain} has it.
   *
   * @param masked the network that trains, its weights that go set to zero
   */
  public static Optional<Shrunk> shrink(Model masked) {
    return all(masked.graph()).shrinkAgain(masked);
  }

  /**
   * The units of {@link #live()} that matter if only some weights stay, by the rules of {@link
   * Compaction}: one that is the same for all examples goes into the biases behind it, and one that
   * nobody reads just goes, as does an input that no unit reads. A constant stays where a bias
   * alone cannot take it over, and so do units that the original couples with others that stay,
   * even where what is left does not: with one head of attention left, the units of a head are no
   * longer one.
   *
   * @param masked the network that trains, its weights that go set to zero; batch norms take their
   *     statistics from the examples at hand
   * @return empty where all units matter, or nothing of the output depends on the input any more
   * @throws IllegalArgumentException if a folded bias exceeds the range of float
   */
  public Optional<Shrunk> shrinkAgain(Model masked) {
    Graph graph = masked.graph();
    Compaction.Remains remains = Compaction.remains(masked, this::held);
    Map<String, BitSet> left = new LinkedHashMap<>();
    makers(graph).forEach(name -> left.put(name, remains.units().get(name)));
    if (left.values().stream().anyMatch(BitSet::isEmpty)) {
      return Optional.empty();
    }
    UnitSelection part = of(graph, inputsRead(remains.flow()), left);
    return part.isAll() ? Optional.empty() : Optional.of(new Shrunk(part, remains.biases()));
  }

  /** Units of what is left that would leave, but are coupled with some that stay. */
  private Map<String, BitSet> held(Map<String, BitSet> staying) {
    UnitClasses classes = UnitClasses.of(original);
    BitSet stay = new BitSet();
    units.forEach((name, own) ->
        chosen(own, Objects.requireNonNull(staying.get(name), name)).stream()
            .forEach(unit -> stay.set(classes.of(name, unit))));
    Map<String, BitSet> held = new HashMap<>();
    units.forEach((name, own) -> {
      BitSet left = Objects.requireNonNull(staying.get(name), name);
      int[] numbers = own.stream().toArray();
      for (int i = 0; i < numbers.length; i++) {
        if (!left.get(i) && stay.get(classes.of(name, numbers[i]))) {
          held.computeIfAbsent(name, value -> new BitSet()).set(i);
        }
      }
    });
    return held;
  }

  /** What is read of the inputs; one of them at least. */
  private static BitSet inputsRead(UnitFlow flow) {
    Graph graph = flow.graph();
    if (!canDropInputs(graph)) {
      return range(inputsOf(graph));
    }
    BitSet read = InputsRead.of(flow, graph.inputs().getFirst().name());
    if (read.isEmpty()) {
      read.set(0);
    }
    return read;
  }

  /** The network that this is a part of. */
  public Graph original() {
    return original;
  }

  /** The network of the units that are left; nodes and parameters have the original's names. */
  public Graph live() {
    return kept.graph();
  }

  /** Whether no input is missing. */
  public boolean keepsInputs() {
    return inputs.cardinality() == inputsOf(original);
  }

  /** Whether nothing is missing. */
  public boolean isAll() {
    return keepsInputs()
        && units.entrySet().stream()
            .allMatch(entry -> entry.getValue().cardinality() == original.units(entry.getKey()));
  }

  /** Inputs of the first node with weights that are left, ascending. */
  public int[] inputs() {
    return inputs.stream().toArray();
  }

  /** Units of a value that are left, ascending; for a value that has an axis of units. */
  public int[] units(String value) {
    return kept.kept(value).stream().toArray();
  }

  /**
   * Numbers of a node's values that are left, by their places in the original's value: its units,
   * each at all positions. Noise goes by them.
   */
  public int[] preActivations(String node) {
    UnitLayout layout = UnitLayout.of(original, node);
    int[] left = original.unitAxis(node) < 0 ? new int[] {0} : units(node);
    int[] places = new int[layout.outer() * left.length * layout.inner()];
    for (int i = 0; i < places.length; i++) {
      int inner = i % layout.inner();
      int unit = left[i / layout.inner() % left.length];
      int outer = i / layout.inner() / left.length;
      places[i] = (outer * layout.units() + unit) * layout.inner() + inner;
    }
    return places;
  }

  /**
   * A part of this part.
   *
   * @param part of {@link #live()}
   */
  public UnitSelection then(UnitSelection part) {
    Map<String, BitSet> left = new LinkedHashMap<>();
    units.forEach((name, own) ->
        left.put(name, chosen(own, Objects.requireNonNull(part.units.get(name), name))));
    return new UnitSelection(original, chosen(inputs, part.inputs), left);
  }

  private static BitSet chosen(BitSet from, BitSet which) {
    int[] numbers = from.stream().toArray();
    BitSet result = new BitSet();
    which.stream().forEach(i -> result.set(numbers[i]));
    return result;
  }

  /** What is left of a parameter's numbers, row-major in the shape it has in {@link #live()}. */
  public float[] weightsOf(String parameter, float[] all) {
    return kept.left(parameter, all);
  }

  /**
   * A parameter's numbers in its original size.
   *
   * @param left as {@link #weightsOf} gives them
   * @param missing what stands in the places of those that are gone
   */
  public float[] spread(String parameter, float[] left, float missing) {
    return kept.spread(parameter, left, missing);
  }

  /** The selection as text, for {@link #of(Graph, Map)}; empty where nothing is missing. */
  public Map<String, String> toMetadata() {
    SortedMap<String, String> map = new TreeMap<>();
    if (!isAll()) {
      map.put(INPUTS, text(inputs));
      units.forEach((name, left) -> map.put(PREFIX + name, text(left)));
    }
    return map;
  }

  /**
   * The part of a network that a text names; the whole where it names none.
   *
   * @throws IllegalArgumentException naming the entry that is missing or no part of the network
   */
  public static UnitSelection of(Graph graph, Map<String, String> metadata) {
    if (!metadata.containsKey(INPUTS)) {
      return all(graph);
    }
    Map<String, BitSet> units = new LinkedHashMap<>();
    for (String maker : makers(graph)) {
      units.put(maker, units(PREFIX + maker, metadata));
    }
    return of(graph, units(INPUTS, metadata), units);
  }

  private static String text(BitSet units) {
    return units.stream().mapToObj(Integer::toString).collect(Collectors.joining(" "));
  }

  private static BitSet units(String key, Map<String, String> metadata) {
    String text = metadata.getOrDefault(key, "");
    BitSet units = new BitSet();
    for (String number : text.split(" ", -1)) {
      try {
        units.set(Integer.parseInt(number));
      } catch (NumberFormatException | IndexOutOfBoundsException e) {
        throw new IllegalArgumentException(
            "%s: '%s' is not the number of a unit".formatted(key, number), e);
      }
    }
    return units;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof UnitSelection that
        && original.equals(that.original)
        && inputs.equals(that.inputs)
        && units.equals(that.units);
  }

  @Override
  public int hashCode() {
    return inputs.hashCode() * 31 + units.hashCode();
  }

  @Override
  public String toString() {
    return "%s of %s weights: inputs %s, units %s"
        .formatted(live().weights(), original.weights(), inputs, units);
  }
}
