package dev.ockham.core.prune;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.LayerSpec;
import dev.ockham.runtime.model.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The part of a network that still trains: which outputs of each layer with weights (neurons,
 * channels) and which inputs of the first are left, by their numbers in the original. Immutable.
 */
public final class LiveUnits {

  private static final String INPUTS = "live.inputs";

  private final Architecture original;
  private final BitSet inputs;
  private final List<BitSet> outputs;
  private final Architecture architecture;

  /** Per layer with weights, the columns of the original matrix that are left. */
  private final List<int[]> columns = new ArrayList<>();

  private LiveUnits(Architecture original, BitSet inputs, List<BitSet> outputs) {
    this.original = original;
    this.inputs = inputs;
    this.outputs = outputs;
    BitSet before = inputs;
    int units = inputsOfFirst(original);
    for (int k = 0; k < outputs.size(); k++) {
      LayerSpec.Linear layer = original.linearLayers().get(k);
      int run = layer.fanIn() / units;
      columns.add(before.stream().flatMap(u -> IntStream.range(u * run, (u + 1) * run)).toArray());
      before = outputs.get(k);
      units = layer.outputs();
    }
    this.architecture = live();
  }

  /** The whole of a network. */
  public static LiveUnits all(Architecture architecture) {
    return new LiveUnits(
        architecture,
        range(inputsOfFirst(architecture)),
        architecture.linearLayers().stream().map(layer -> range(layer.outputs())).toList());
  }

  /**
   * A part of a network.
   *
   * @param inputs the inputs of the first layer with weights that are left: features of a dense
   *     layer, channels of a convolution; where these are not the network's own inputs, all of them
   * @param outputs of each layer with weights, at least one and all of the last
   * @throws IllegalArgumentException if that is no part of it
   */
  public static LiveUnits of(Architecture architecture, BitSet inputs, List<BitSet> outputs) {
    List<LayerSpec.Linear> layers = architecture.linearLayers();
    int first = inputsOfFirst(architecture);
    requirePart("inputs", inputs, first);
    if (!canDropInputs(architecture) && inputs.cardinality() < first) {
      throw new IllegalArgumentException(architecture.name() + " reads all of its inputs");
    }
    if (outputs.size() != layers.size()) {
      throw new IllegalArgumentException(
          "%s layers, but %s has %s".formatted(outputs.size(), architecture.name(), layers.size()));
    }
    for (int k = 0; k < layers.size(); k++) {
      requirePart(layers.get(k).name(), outputs.get(k), layers.get(k).outputs());
    }
    if (outputs.getLast().cardinality() < layers.getLast().outputs()) {
      throw new IllegalArgumentException("every class needs its output");
    }
    return new LiveUnits(
        architecture,
        (BitSet) inputs.clone(),
        outputs.stream().map(units -> (BitSet) units.clone()).toList());
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

  /** Features or channels that the first layer with weights reads. */
  private static int inputsOfFirst(Architecture architecture) {
    return architecture.linearLayers().getFirst().inputs();
  }

  /** Whether a network's first layer with weights reads the network's inputs one by one. */
  public static boolean canDropInputs(Architecture architecture) {
    for (LayerSpec layer : architecture.layers()) {
      switch (layer) {
        case LayerSpec.Flatten _ -> {}
        case LayerSpec.Dense _ -> {
          return true;
        }
        case LayerSpec.Conv2d _, LayerSpec.BatchNorm _, LayerSpec.MaxPool2d _, LayerSpec.Relu _ -> {
          return false;
        }
      }
    }
    return false;
  }

  private Architecture live() {
    if (isAll()) {
      return original;
    }
    Shape input =
        inputs.cardinality() < inputsOfFirst(original)
            ? Shape.flat(inputs.cardinality())
            : original.input();
    List<LayerSpec> layers = new ArrayList<>();
    int number = 0;
    Shape shape = input;
    for (LayerSpec layer : original.layers()) {
      LayerSpec part =
          switch (layer) {
            case LayerSpec.Dense dense ->
                new LayerSpec.Dense(
                    dense.name(), shape.size(), outputs.get(number++).cardinality());
            case LayerSpec.Conv2d conv ->
                new LayerSpec.Conv2d(
                    conv.name(),
                    shape.channels(),
                    outputs.get(number++).cardinality(),
                    conv.kernel());
            case LayerSpec.BatchNorm norm -> new LayerSpec.BatchNorm(norm.name(), shape.channels());
            case LayerSpec.MaxPool2d _, LayerSpec.Relu _, LayerSpec.Flatten _ -> layer;
          };
      layers.add(part);
      shape = part.output(shape);
    }
    return new Architecture(original.name(), input, layers);
  }

  /** The network that this is a part of. */
  public Architecture original() {
    return original;
  }

  /** The network of the units that are left, by the original's name. */
  public Architecture architecture() {
    return architecture;
  }

  /** Whether nothing is missing. */
  public boolean isAll() {
    return inputs.cardinality() == inputsOfFirst(original)
        && IntStream.range(0, outputs.size())
            .allMatch(
                k -> outputs.get(k).cardinality() == original.linearLayers().get(k).outputs());
  }

  /** Inputs of the first layer with weights that are left, ascending. */
  public int[] inputs() {
    return inputs.stream().toArray();
  }

  /** Outputs of a layer with weights (from 0) that are left, ascending. */
  public int[] outputs(int layer) {
    return outputs.get(layer).stream().toArray();
  }

  /**
   * Numbers of the pre-activations of a layer that are left, in the original's order: its outputs,
   * each at all of its positions. Noise goes by them.
   */
  public int[] preActivations(int layer) {
    Shape shape = original.input();
    int number = 0;
    for (LayerSpec spec : original.layers()) {
      shape = spec.output(shape);
      if (spec instanceof LayerSpec.Linear && number++ == layer) {
        break;
      }
    }
    int positions = shape.height() * shape.width();
    return outputs.get(layer).stream()
        .flatMap(u -> IntStream.range(u * positions, (u + 1) * positions))
        .toArray();
  }

  /**
   * A part of this part.
   *
   * @param part of {@link #architecture()}
   */
  public LiveUnits then(LiveUnits part) {
    List<BitSet> left = new ArrayList<>();
    for (int k = 0; k < outputs.size(); k++) {
      left.add(chosen(outputs.get(k), part.outputs.get(k)));
    }
    return new LiveUnits(original, chosen(inputs, part.inputs), left);
  }

  private static BitSet chosen(BitSet from, BitSet which) {
    int[] numbers = from.stream().toArray();
    BitSet result = new BitSet();
    which.stream().forEach(i -> result.set(numbers[i]));
    return result;
  }

  /** The rows and columns that are left of a layer's matrix, row-major. */
  public float[] weightsOf(int layer, float[] all) {
    int fanIn = original.linearLayers().get(layer).fanIn();
    int[] cols = columns.get(layer);
    float[] left = new float[outputs.get(layer).cardinality() * cols.length];
    int at = 0;
    for (int row : outputs(layer)) {
      for (int col : cols) {
        left[at++] = all[row * fanIn + col];
      }
    }
    return left;
  }

  /** What is left of one number per output of a layer. */
  public float[] outputsOf(int layer, float[] all) {
    int[] rows = outputs(layer);
    float[] left = new float[rows.length];
    for (int i = 0; i < rows.length; i++) {
      left[i] = all[rows[i]];
    }
    return left;
  }

  /**
   * A layer's matrix in its original size.
   *
   * @param left as {@link #weightsOf} gives it
   * @param missing what stands in the places of weights that are gone
   */
  public float[] spreadWeights(int layer, float[] left, float missing) {
    int fanIn = original.linearLayers().get(layer).fanIn();
    int[] cols = columns.get(layer);
    float[] all = new float[(int) original.linearLayers().get(layer).weights()];
    Arrays.fill(all, missing);
    int at = 0;
    for (int row : outputs(layer)) {
      for (int col : cols) {
        all[row * fanIn + col] = left[at++];
      }
    }
    return all;
  }

  /** One number per output of a layer in its original size; 0 for those that are gone. */
  public float[] spreadOutputs(int layer, float[] left) {
    float[] all = new float[original.linearLayers().get(layer).outputs()];
    int[] rows = outputs(layer);
    for (int i = 0; i < rows.length; i++) {
      all[rows[i]] = left[i];
    }
    return all;
  }

  /** As text, for {@link #of(Architecture, Map)}; empty where nothing is missing. */
  public Map<String, String> toMetadata() {
    SortedMap<String, String> map = new TreeMap<>();
    if (!isAll()) {
      map.put(INPUTS, text(inputs));
      for (int k = 0; k < outputs.size(); k++) {
        map.put(key(original.linearLayers().get(k)), text(outputs.get(k)));
      }
    }
    return map;
  }

  /**
   * The part of a network that a text names; the whole where it names none.
   *
   * @throws IllegalArgumentException naming the entry that is missing or no part of the network
   */
  public static LiveUnits of(Architecture architecture, Map<String, String> metadata) {
    if (!metadata.containsKey(INPUTS)) {
      return all(architecture);
    }
    List<BitSet> outputs = new ArrayList<>();
    for (LayerSpec.Linear layer : architecture.linearLayers()) {
      outputs.add(units(key(layer), metadata));
    }
    return of(architecture, units(INPUTS, metadata), outputs);
  }

  private static String key(LayerSpec.Linear layer) {
    return "live." + layer.name();
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
  public boolean equals(Object other) {
    return other instanceof LiveUnits that
        && original.equals(that.original)
        && inputs.equals(that.inputs)
        && outputs.equals(that.outputs);
  }

  @Override
  public int hashCode() {
    return inputs.hashCode() * 31 + outputs.hashCode();
  }

  @Override
  public String toString() {
    return "%s of %s: inputs %s, outputs %s"
        .formatted(architecture.weights(), original.name(), inputs, outputs);
  }
}
