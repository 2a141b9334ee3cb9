package dev.ockham.runtime.plan;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Reshape;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Standardize;
import dev.ockham.runtime.kernel.Intake;
import dev.ockham.runtime.model.CsrMatrix;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is done while examples are read: their scaling, and leaving out features by which the first
 * layer multiplies nothing. The numbers are those that come of scaling all.
 */
final class FirstReads {
  private final Model model;
  private final Graph graph;
  private final Map<String, List<Node>> readers;
  private final List<Intake> intakes = new ArrayList<>();

  /** Nodes that scale an input while it is read. */
  private final Set<String> scalings = new HashSet<>();

  /** Features that are left, by the name of the layer that reads them. */
  private final Map<String, int[]> live = new HashMap<>();

  private boolean once;

  FirstReads(Model model) {
    this.model = model;
    graph = model.graph();
    readers = graph.readers();
    for (Input input : graph.inputs()) {
      intakes.add(intake(input));
    }
  }

  /** Whether there is one input, which one layer of sums reads, all of it at once. */
  boolean once() {
    return once;
  }

  /** How each input is read, in the graph's order. */
  List<Intake> intakes() {
    return intakes;
  }

  /** Whether a node is done with already. */
  boolean does(Node node) {
    return scalings.contains(node.name());
  }

  /** Shapes of a node's inputs, as far as they are read. */
  List<Shape> shapes(Node node) {
    int[] features = live.get(node.name());
    List<Shape> shapes = new ArrayList<>(graph.inputShapes(node));
    if (features != null) {
      shapes.set(0, Shape.of(features.length));
    }
    return shapes;
  }

  /** Parameters of a node, as far as they are needed. */
  Map<String, Matrix> numbers(Node node) {
    Map<String, Matrix> numbers = Plan.numbers(model, node);
    int[] features = live.get(node.name());
    Matrix weight = numbers.get("weight");
    if (features != null && weight != null) {
      numbers.put("weight", columns(weight, features));
    }
    return numbers;
  }

  private Intake intake(Input input) {
    Intake intake = Intake.of(input.shape().size());
    Node reader = onlyReader(input.name());
    if (reader != null && reader.operator() instanceof Standardize standardize) {
      int[] unit = KernelChoice.units(standardize, input.shape());
      Numbers given = new Numbers(Plan.numbers(model, reader));
      intake = intake.scaled(spread(given.array("mean"), unit), spread(given.array("scale"), unit));
      scalings.add(reader.name());
      reader = onlyReader(reader.name());
    }
    while (reader != null && reader.operator() instanceof Reshape) {
      reader = onlyReader(reader.name());
    }
    boolean flat =
        reader != null
            && reader.operator() instanceof Linear
            && graph.shape(reader.inputs().get(0)).rank() == 1;
    if (reader == null || !flat) {
      return intake;
    }
    once = graph.inputs().size() == 1;
    int[] features = read(new Numbers(Plan.numbers(model, reader)).matrix("weight"));
    if (features.length == input.shape().size()) {
      return intake;
    }
    live.put(reader.name(), features);
    return intake.only(features);
  }

  private @Nullable Node onlyReader(String value) {
    List<Node> all = readers.getOrDefault(value, List.of());
    if (all.isEmpty() || graph.gives(value)) {
      return null;
    }
    // One that reads it twice is there twice, in a row.
    return all.getFirst().name().equals(all.getLast().name()) ? all.getFirst() : null;
  }

  private static float[] spread(float[] numbers, int[] unit) {
    float[] each = new float[unit.length];
    for (int f = 0; f < each.length; f++) {
      each[f] = numbers[unit[f]];
    }
    return each;
  }

  /** Columns that are not all zeros. */
  private static int[] read(Matrix weight) {
    boolean[] read = new boolean[weight.cols()];
    CsrMatrix rows = weight.asCsr();
    float[] values = rows.values();
    int[] columns = rows.columns();
    for (int i = 0; i < values.length; i++) {
      read[columns[i]] |= values[i] != 0;
    }
    int[] features = new int[read.length];
    int count = 0;
    for (int c = 0; c < read.length; c++) {
      if (read[c]) {
        features[count++] = c;
      }
    }
    return Arrays.copyOf(features, count);
  }

  private static Matrix columns(Matrix weight, int[] features) {
    float[] from = weight.toDense();
    float[] to = new float[Math.multiplyExact(weight.rows(), features.length)];
    for (int row = 0; row < weight.rows(); row++) {
      for (int k = 0; k < features.length; k++) {
        to[row * features.length + k] = from[row * weight.cols() + features[k]];
      }
    }
    return DenseMatrix.owning(weight.rows(), features.length, to);
  }
}
