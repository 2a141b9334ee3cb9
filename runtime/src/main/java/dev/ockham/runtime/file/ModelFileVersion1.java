package dev.ockham.runtime.file;

import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Activation.Function;
import dev.ockham.runtime.graph.Affine;
import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.DependentGate;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Operator;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Pool;
import dev.ockham.runtime.graph.Reshape;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Slot;
import dev.ockham.runtime.graph.Standardize;
import dev.ockham.runtime.graph.Window;
import dev.ockham.runtime.json.Json;
import dev.ockham.runtime.json.JsonMembers;
import dev.ockham.runtime.json.JsonSyntaxException;
import dev.ockham.runtime.json.JsonValue;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The graph text of a model file of version 1, a chain of layers:
 *
 * <pre>{@code
 * {"architecture":"lenet-300-100","input":[1,28,28],"classes":10,"layers":[
 *   {"op":"input_scaling","mean":33.3,"scale":0.0128},
 *   {"op":"flatten"},
 *   {"op":"dense","name":"fc1","inputs":784,"outputs":300},
 *   {"op":"relu"}]}
 * }</pre>
 *
 * <p>It becomes a graph whose input is {@code input}. Layers with names keep them, and so do their
 * tensors; the others are called {@code standardize}, {@code flatten}, {@code relu1}, {@code
 * pool1}. An input of one row and one column is a vector, unless a convolution or a pool is the
 * first to care. Where a layer of version 1 took a vector for an image of one pixel, or such an
 * image for a vector, there is a reshape.
 */
final class ModelFileVersion1 {
  private static final String INPUT = "input";

  /** The text's members. */
  record Chain(String architecture, List<Integer> input, int classes, List<Layer> layers) {}

  /**
   * What the text says of a layer.
   *
   * @param kind its member {@code op}
   * @param name empty where it has none
   * @param nodes adds the layer's nodes behind those that are there
   */
  record Layer(String kind, String name, Consumer<ModelFileVersion1> nodes) {}

  private static final List<String> KINDS =
      List.of(
          "affine",
          "conv2d",
          "dense",
          "dependent_gate",
          "feature_scaling",
          "flatten",
          "input_scaling",
          "max_pool2d",
          "relu");

  private final Chain chain;
  private final List<Parameter> parameters = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, Matrix> values = new LinkedHashMap<>();
  private final Set<String> names = new HashSet<>();

  /** The number that was last put behind each stem; equal stems are many. */
  private final Map<String, Integer> numbers = new HashMap<>();

  private final Graph graph;
  private String last;
  private Shape shape;

  private ModelFileVersion1(Chain chain) {
    this.chain = chain;
    if (chain.layers().size() > Graph.MOST_NODES) {
      throw new IllegalArgumentException(
          "it has " + chain.layers().size() + " layers, more than " + Graph.MOST_NODES);
    }
    for (Layer layer : chain.layers()) {
      names.add(layer.name());
    }
    shape = inputShape();
    Input input = new Input(free(INPUT, ""), shape);
    last = input.name();
    for (int i = 0; i < chain.layers().size(); i++) {
      try {
        chain.layers().get(i).nodes().accept(this);
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw new IllegalArgumentException("layers[" + i + "]: " + e.getMessage(), e);
      }
    }
    asVector();
    if (shape.size() != chain.classes()) {
      throw new IllegalArgumentException(
          "the last layer gives " + shape + ", not " + chain.classes() + " classes");
    }
    graph = new Graph(List.of(input), parameters, nodes, List.of(last));
  }

  /**
   * Reads the text.
   *
   * @throws IllegalArgumentException naming the place and the value if it is not such a text
   */
  static ModelFileVersion1 read(String text) {
    JsonValue root;
    try {
      root = Json.parse(text).root();
    } catch (JsonSyntaxException e) {
      throw new IllegalArgumentException("not valid JSON: " + e.getMessage(), e);
    }
    JsonMembers in = new JsonMembers(root, "");
    String architecture = in.text("architecture");
    List<Integer> input = in.wholes("input");
    int classes = in.whole("classes");
    List<Layer> layers = new ArrayList<>();
    for (JsonMembers each : in.each("layers")) {
      layers.add(layer(each));
      each.end();
    }
    in.end();
    return new ModelFileVersion1(new Chain(architecture, input, classes, layers));
  }

  private static Layer layer(JsonMembers in) {
    String kind = in.kind();
    return switch (kind) {
      case "input_scaling" -> {
        float mean = in.number("mean");
        float scale = in.number("scale");
        yield new Layer(kind, "", file -> file.scaleAll(mean, scale));
      }
      case "feature_scaling" -> new Layer(kind, "", file -> file.scale(Standardize.Each.FEATURE));
      case "dense" -> {
        String name = in.text("name");
        int inputs = in.whole("inputs");
        int outputs = in.whole("outputs");
        yield new Layer(kind, name, file -> file.dense(name, inputs, outputs));
      }
      case "conv2d" -> {
        String name = in.text("name");
        int inputs = in.whole("inputs");
        int outputs = in.whole("outputs");
        List<Integer> kernel = in.wholes("kernel");
        yield new Layer(kind, name, file -> file.convolution(name, inputs, outputs, kernel));
      }
      case "dependent_gate" -> {
        String name = in.text("name");
        int units = in.whole("units");
        float cut = in.number("cut");
        yield new Layer(kind, name, file -> file.perUnit(name, units, new DependentGate(0, cut)));
      }
      case "affine" -> {
        String name = in.text("name");
        int units = in.whole("units");
        yield new Layer(kind, name, file -> file.perUnit(name, units, new Affine(0)));
      }
      case "max_pool2d" -> {
        int size = in.whole("size");
        yield new Layer(kind, "", file -> file.pool(size));
      }
      case "relu" ->
          new Layer(kind, "", file -> file.unnamed("relu", "1", Activation.of(Function.RELU)));
      case "flatten" -> new Layer(kind, "", file -> file.unnamed("flatten", "", Reshape.flatten()));
      default -> throw in.unknown(kind, KINDS);
    };
  }

  String architecture() {
    return chain.architecture();
  }

  Graph graph() {
    return graph;
  }

  /** Numbers that the text has; the file's tensors have the others. */
  Map<String, Matrix> values() {
    return values;
  }

  private Shape inputShape() {
    List<Integer> sizes = chain.input();
    if (sizes.size() != 3 || sizes.contains(0)) {
      throw new IllegalArgumentException(
          "input has the sizes "
              + sizes.stream().limit(8).toList()
              + ", not channels, rows and columns of at least 1");
    }
    Shape image = new Shape(sizes);
    return isPixel(image) && !beginsWithImage() ? Shape.of(image.size()) : image;
  }

  private boolean beginsWithImage() {
    for (Layer layer : chain.layers()) {
      switch (layer.kind()) {
        case "conv2d", "max_pool2d" -> {
          return true;
        }
        case "dense", "flatten" -> {
          return false;
        }
        default -> {}
      }
    }
    return false;
  }

  private static boolean isPixel(Shape image) {
    return image.dim(1) == 1 && image.dim(2) == 1;
  }

  private void scale(Standardize.Each each) {
    if (!nodes.isEmpty()) {
      throw new IllegalArgumentException("scaling is not the first layer");
    }
    node(free("standardize", ""), INPUT, new Standardize(each));
  }

  /** Subtracts one mean from all features, and multiplies with one scale. */
  private void scaleAll(float mean, float scale) {
    scale(Standardize.Each.ALL);
    values.put(INPUT + ".mean", DenseMatrix.of(1, 1, new float[] {mean}));
    values.put(INPUT + ".scale", DenseMatrix.of(1, 1, new float[] {scale}));
  }

  private void dense(String name, int inputs, int outputs) {
    asVector();
    require(name, inputs, shape.size());
    node(name, name, new Linear(outputs));
  }

  /** A convolution of stride 1 without padding. */
  private void convolution(String name, int inputs, int outputs, List<Integer> kernel) {
    asImage();
    require(name, inputs, shape.dim(0));
    if (kernel.size() != 2) {
      throw new IllegalArgumentException(
          "convolution '" + name + "' has a kernel of " + kernel.size() + " axes");
    }
    List<Integer> ones = List.of(1, 1);
    List<Integer> zeros = List.of(0, 0);
    Window window = new Window(kernel, ones, zeros, zeros, ones);
    node(name, name, new Convolution(outputs, window, 1));
  }

  private void perUnit(String name, int units, Operator operator) {
    require(name, units, shape.dim(0));
    node(name, name, operator);
  }

  /** The largest of windows that do not overlap. */
  private void pool(int size) {
    asImage();
    unnamed("pool", "1", new Pool(Pool.Of.MAX, Window.of(2, size, size, 0, 1), false, true));
  }

  /** A layer without parameters, which has no name in the text. */
  private void unnamed(String stem, String first, Operator operator) {
    node(free(stem, first), "", operator);
  }

  private void require(String name, int stated, int found) {
    if (stated != found) {
      throw new IllegalArgumentException(
          "'" + name + "' takes " + stated + " but gets " + found + " of " + shape);
    }
  }

  /** What a dense layer of version 1 took: a vector, or an image of one pixel. */
  private void asVector() {
    if (shape.rank() == 3) {
      if (!isPixel(shape)) {
        throw new IllegalArgumentException("needs a vector but gets " + shape);
      }
      unnamed("flatten", "", Reshape.flatten());
    }
  }

  private void asImage() {
    if (shape.rank() == 1) {
      unnamed("reshape", "1", new Reshape(List.of(shape.size(), 1, 1)));
    }
  }

  /** Adds a node behind the last one, with parameters of all its operator's slots. */
  private void node(String name, String owner, Operator operator) {
    List<Shape> in = List.of(shape);
    Shape output = operator.output(in);
    Map<String, String> taken = new LinkedHashMap<>();
    for (Slot slot : operator.slots(in)) {
      String parameter = owner + "." + slot.name();
      parameters.add(new Parameter(parameter, slot.shape(), slot.role()));
      taken.put(slot.name(), parameter);
    }
    nodes.add(new Node(name, operator, List.of(last), taken));
    last = name;
    shape = output;
  }

  /** A name that no other node has: the stem with a number, which the first may lack. */
  private String free(String stem, String first) {
    String name = stem + first;
    while (!names.add(name)) {
      name = stem + (numbers.merge(stem, 1, Integer::sum) + 1);
    }
    return name;
  }
}
