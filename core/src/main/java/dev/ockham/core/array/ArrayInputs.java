package dev.ockham.core.array;

import dev.ockham.core.data.InputOrder;
import dev.ockham.core.data.MalformedDataException;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Arrays whose first axes count the same examples, each for an input of a network by its name. An
 * example is their numbers, one array after another.
 */
public final class ArrayInputs {
  static final String X = "x";
  static final String Y = "y";
  static final String TRAIN = "_train";
  static final String TEST = "_test";

  private final List<Input> inputs;
  private final List<NpyArray> arrays;
  private final int count;

  private ArrayInputs(List<Input> inputs, List<NpyArray> arrays, int count) {
    this.inputs = List.copyOf(inputs);
    this.arrays = List.copyOf(arrays);
    this.count = count;
  }

  /**
   * Opens arrays to run a network on: those of an {@code .npz} file or of a folder, or one {@code
   * .npy} file. Where there are parts, the test part counts; targets are left out.
   *
   * @throws MalformedDataException naming an array that is wrong
   * @throws IllegalArgumentException naming arrays that are missing, or that the network has no
   *     input for
   */
  public static ArrayInputs open(Path place, Graph graph) throws IOException {
    Map<String, NpyArray> all = new TreeMap<>();
    if (isNpy(place)) {
      all.put(X, NpyArray.map(place));
    } else {
      all.putAll(ArrayFiles.read(place));
    }
    String suffix =
        all.keySet().stream().anyMatch(key -> key.endsWith(TEST))
            ? TEST
            : all.keySet().stream().anyMatch(key -> key.endsWith(TRAIN)) ? TRAIN : "";
    NavigableSet<String> names = names(all, suffix);
    if (names.isEmpty()) {
      throw new MalformedDataException(
          place.toString(),
          MalformedDataException.WHOLE_FILE,
          "holds no array but " + String.join(", ", all.keySet()));
    }
    ArrayInputs found = of(place.toString(), all, suffix, names);
    return names.size() == 1 && graph.inputs().size() == 1
        ? found.calledAs(place.toString(), graph.inputs().getFirst())
        : found;
  }

  /** Whether a path is of one array. */
  public static boolean isNpy(Path file) {
    return file.toString().toLowerCase(Locale.ROOT).endsWith(ArrayFiles.NPY)
        && !Files.isDirectory(file);
  }

  /** One array is for the one input, whatever they are called. */
  private ArrayInputs calledAs(String place, Input input) {
    int size = inputs.getFirst().shape().size();
    if (size != input.shape().size()) {
      throw new IllegalArgumentException(
          "the model takes %s values (%s), but '%s' has %s (%s)"
              .formatted(
                  input.shape().size(), input.shape(), place, size, inputs.getFirst().shape()));
    }
    return new ArrayInputs(List.of(input), arrays, count);
  }

  /** Names of the arrays of a part that are inputs: all but the targets. */
  static NavigableSet<String> names(Map<String, NpyArray> all, String suffix) {
    TreeSet<String> names = new TreeSet<>();
    for (String key : all.keySet()) {
      boolean ofPart = key.endsWith(TRAIN) || key.endsWith(TEST);
      if (key.endsWith(suffix) && !(suffix.isEmpty() && ofPart)) {
        names.add(key.substring(0, key.length() - suffix.length()));
      }
    }
    names.remove(Y);
    return names;
  }

  /**
   * The arrays of a part.
   *
   * @param suffix what their names end in, such as {@code _train}
   * @param names of the inputs; a sequence comes before its length
   */
  static ArrayInputs of(
      String place, Map<String, NpyArray> all, String suffix, NavigableSet<String> names)
      throws MalformedDataException {
    List<Input> inputs = new ArrayList<>();
    List<NpyArray> arrays = new ArrayList<>();
    for (String name : names.descendingSet()) { // x and tokens come before length so
      NpyArray array = all.get(name + suffix);
      if (array == null) {
        throw NpyArray.wrong(place, "has no array '" + name + suffix + "'");
      }
      if (array.shape().isEmpty() || array.count() == 0) {
        throw NpyArray.wrong(
            array.name(), "is of shape " + array.shape() + ", which holds no examples");
      }
      inputs.add(new Input(name, new Shape(array.shape().subList(1, array.shape().size()))));
      arrays.add(array);
    }
    int count = arrays.getFirst().shape().getFirst();
    for (NpyArray array : arrays) {
      if (array.shape().getFirst() != count) {
        throw NpyArray.wrong(
            array.name(),
            "is of shape %s, but %s has %s examples"
                .formatted(array.shape(), arrays.getFirst().name(), count));
      }
    }
    return new ArrayInputs(inputs, arrays, count);
  }

  /** What an example has, in order. */
  public List<Input> inputs() {
    return inputs;
  }

  /** The arrays, one for each input. */
  List<NpyArray> arrays() {
    return arrays;
  }

  /** How many examples there are. */
  public int count() {
    return count;
  }

  /** Numbers of an example. */
  public int size() {
    return inputs.stream().mapToInt(input -> input.shape().size()).sum();
  }

  /**
   * Writes an example.
   *
   * @throws MalformedDataException naming the array and the number that is not finite, or is no
   *     length of a sequence
   */
  public void write(int example, float[] into, int at) throws MalformedDataException {
    int to = at;
    for (int k = 0; k < arrays.size(); k++) {
      NpyArray array = arrays.get(k);
      int size = inputs.get(k).shape().size();
      for (int i = 0; i < size; i++) {
        float value = (float) array.number((long) example * size + i);
        if (!Float.isFinite(value)) {
          throw NpyArray.wrong(
              array.name(),
              "number %s of example %s is %s, not a finite number of 32 bits"
                  .formatted(i, example, array.number((long) example * size + i)));
        }
        into[to++] = value;
      }
    }
    if (inputs.size() == 2 && InputOrder.isSequence(inputs)) {
      requireLength(example, into[to - 1]);
    }
  }

  private void requireLength(int example, float length) throws MalformedDataException {
    int steps = inputs.getFirst().shape().dim(0);
    if (!(length >= 1 && length <= steps) || length != (int) length) {
      throw NpyArray.wrong(
          arrays.getLast().name(),
          "the length of example %s is %s; it must be a whole number from 1 to %s, the steps of %s"
              .formatted(
                  example,
                  length == (int) length ? Integer.toString((int) length) : Float.toString(length),
                  steps,
                  inputs.getFirst().name()));
    }
  }
}
