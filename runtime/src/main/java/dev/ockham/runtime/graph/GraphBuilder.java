package dev.ockham.runtime.graph;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes a graph down, node by node:
 *
 * <pre>{@code
 * var g = new GraphBuilder();
 * var x = g.input("image", 3, 32, 32);
 * var y = g.relu(g.conv2d(x, 16, 3, pad(1)));
 * var z = g.conv2d(y, 16, 3, pad(1));
 * Graph graph = g.build(g.dense(g.globalAverage(g.add(y, z)), 10));
 * }</pre>
 *
 * <p>Nodes are named by kind and number, {@code conv1}, {@code dense1}, {@code dense2}, unless
 * {@link #named} says otherwise; their parameters by the node and what they are, {@code
 * conv1.weight}. Errors name the node and come with the call that made it.
 */
public final class GraphBuilder {
  private final List<Input> inputs;
  private final Map<String, Parameter> parameters;
  private final List<Node> nodes;
  private final Map<String, Integer> numbers;
  private final Set<String> names;
  private @Nullable String next;

  /** Begins a graph. */
  public GraphBuilder() {
    inputs = new ArrayList<>();
    parameters = new LinkedHashMap<>();
    nodes = new ArrayList<>();
    numbers = new HashMap<>();
    names = new HashSet<>();
  }

  private GraphBuilder(GraphBuilder other, String name) {
    inputs = other.inputs;
    parameters = other.parameters;
    nodes = other.nodes;
    numbers = other.numbers;
    names = other.names;
    next = name;
  }

  /** A value that comes from outside. */
  public Value input(String name, int... dims) {
    return input(name, Shape.of(dims));
  }

  /** A value that comes from outside. */
  public Value input(String name, Shape shape) {
    inputs.add(new Input(name, shape));
    names.add(name);
    return new Value(name, shape);
  }

  /**
   * This builder, but that the first node it makes has a name: {@code
   * g.named("fc").dense(g.flatten(x), 10)} names the dense layer.
   */
  public GraphBuilder named(String name) {
    return new GraphBuilder(this, name);
  }

  /** The graph that gives the given values. */
  public Graph build(Value... outputs) {
    List<String> names = new ArrayList<>();
    for (Value output : outputs) {
      names.add(Objects.requireNonNull(output, "an output of the graph is null").name());
    }
    return new Graph(inputs, List.copyOf(parameters.values()), nodes, names);
  }

  /**
   * A node with any operator. Parameters that it may have are made too.
   *
   * @param stem what its name begins with, unless it was {@link #named}
   */
  public Value node(String stem, Operator operator, Value... in) {
    return node(stem, operator, List.of(), in);
  }

  /**
   * A node with any operator, without some of its parameters.
   *
   * @param without parameters that it may have and shall not
   */
  public Value node(String stem, Operator operator, List<String> without, Value... in) {
    String name = name(stem);
    List<Shape> shapes = new ArrayList<>();
    List<String> reads = new ArrayList<>();
    for (Value each : in) {
      shapes.add(each.shape());
      reads.add(each.name());
    }
    Map<String, Parameter> own = new LinkedHashMap<>();
    Shape output;
    try {
      output = operator.output(shapes);
      for (Slot slot : operator.slots(shapes)) {
        if (slot.required() || (slot.role().trained() && !without.contains(slot.name()))) {
          String parameter = name + "." + slot.name();
          own.put(slot.name(), new Parameter(parameter, slot.shape(), slot.role()));
        }
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          described(name, operator) + Graph.described(shapes) + ": " + e.getMessage(), e);
    }
    if (!names.add(name)) {
      throw new IllegalArgumentException(
          described(name, operator)
              + Graph.described(shapes)
              + " has the name of an earlier node or an input; choose another by named(...)");
    }
    Map<String, String> taken = new LinkedHashMap<>();
    own.forEach((slot, parameter) -> {
      parameters.put(parameter.name(), parameter);
      taken.put(slot, parameter.name());
    });
    nodes.add(new Node(name, operator, reads, taken));
    return new Value(name, output);
  }

  private static String described(String name, Operator operator) {
    return "node '" + name + "' (" + operator.kind() + ")";
  }

  /** An operator that may refuse its settings before it is a node. */
  private Value node(
      String stem,
      Class<? extends Operator> kind,
      Supplier<Operator> settings,
      List<String> without,
      Value... in) {
    Operator operator;
    try {
      operator = settings.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "node '%s' (%s): %s; it reads %s"
              .formatted(
                  name(stem),
                  Operator.kind(kind),
                  e.getMessage(),
                  Arrays.stream(in).map(each -> each.shape().toString()).toList()),
          e);
    }
    return node(stem, operator, without, in);
  }

  private Value node(
      String stem, Class<? extends Operator> kind, Supplier<Operator> settings, Value... in) {
    return node(stem, kind, settings, List.of(), in);
  }

  /** Networks that shrink may lose all outputs of a layer; one that is made has some. */
  private static int some(int outputs) {
    Checks.atLeast("outputs", outputs, 1);
    return outputs;
  }

  private String name(String stem) {
    String given = next;
    next = null;
    if (given != null) {
      return given;
    }
    return stem + numbers.merge(stem, 1, Integer::sum);
  }

  /** Fully connected along the last axis, with a bias. */
  public Value dense(Value x, int outputs) {
    return node("dense", Linear.class, () -> new Linear(some(outputs)), x);
  }

  /** A convolution over rows and columns with a square kernel; see {@link Geometry}. */
  public Value conv2d(Value x, int outputs, int kernel, Geometry.Option... options) {
    return convolution(2, x, outputs, kernel, options);
  }

  /** A convolution over positions; see {@link Geometry}. */
  public Value conv1d(Value x, int outputs, int kernel, Geometry.Option... options) {
    return convolution(1, x, outputs, kernel, options);
  }

  private Value convolution(
      int axes, Value x, int outputs, int kernel, Geometry.Option... options) {
    Geometry geometry = Geometry.of(1, options);
    return node(
        "conv",
        Convolution.class,
        () -> new Convolution(some(outputs), geometry.window(axes, kernel), geometry.groups()),
        geometry.bias() ? List.of() : List.of("bias"),
        x);
  }

  /** A depthwise convolution: each channel by itself, as many outputs as channels. */
  public Value depthwise(Value x, int kernel, Geometry.Option... options) {
    int channels = x.shape().dim(0);
    Geometry geometry = Geometry.of(1, options);
    return node(
        "conv",
        Convolution.class,
        () -> new Convolution(channels, geometry.window(x.shape().rank() - 1, kernel), channels),
        geometry.bias() ? List.of() : List.of("bias"),
        x);
  }

  /** A transposed convolution, which makes rows and columns more; see {@link Geometry}. */
  public Value conv2dTransposed(Value x, int outputs, int kernel, Geometry.Option... options) {
    return transposed(2, x, outputs, kernel, options);
  }

  /** A transposed convolution, which makes positions more; see {@link Geometry}. */
  public Value conv1dTransposed(Value x, int outputs, int kernel, Geometry.Option... options) {
    return transposed(1, x, outputs, kernel, options);
  }

  private Value transposed(int axes, Value x, int outputs, int kernel, Geometry.Option... options) {
    Geometry geometry = Geometry.of(1, options);
    return node(
        "convt",
        ConvolutionTransposed.class,
        () ->
            new ConvolutionTransposed(
                some(outputs),
                geometry.window(axes, kernel),
                Collections.nCopies(axes, geometry.extra()),
                geometry.groups()),
        geometry.bias() ? List.of() : List.of("bias"),
        x);
  }

  /** Batch normalisation of units along the first axis. */
  public Value batchNorm(Value x) {
    return node("bn", Normalize.batch(), x);
  }

  /** Layer normalisation over the last axis. */
  public Value layerNorm(Value x) {
    return node("ln", new Normalize(Normalize.Over.LAYER, x.shape().rank() - 1, 1, 1e-5f), x);
  }

  /** Group normalisation of channels. */
  public Value groupNorm(Value x, int groups) {
    return node(
        "gn", Normalize.class, () -> new Normalize(Normalize.Over.GROUP, 0, groups, 1e-5f), x);
  }

  /** Instance normalisation of channels. */
  public Value instanceNorm(Value x) {
    return node("in", new Normalize(Normalize.Over.INSTANCE, 0, 1, 1e-5f), x);
  }

  /** The largest value of each square window; see {@link Geometry}. */
  public Value maxPool(Value x, int kernel, Geometry.Option... options) {
    return pool(Pool.Of.MAX, x, kernel, options);
  }

  /** The mean of each square window; see {@link Geometry}. */
  public Value averagePool(Value x, int kernel, Geometry.Option... options) {
    return pool(Pool.Of.AVERAGE, x, kernel, options);
  }

  private Value pool(Pool.Of of, Value x, int kernel, Geometry.Option... options) {
    Geometry geometry = Geometry.of(kernel, options);
    return node(
        "pool",
        Pool.class,
        () ->
            new Pool(
                of,
                geometry.window(x.shape().rank() - 1, kernel),
                geometry.roundsUp(),
                geometry.countsPadding()),
        x);
  }

  /** The mean of each channel over all positions: a vector. */
  public Value globalAverage(Value x) {
    return reduce(x, Reduce.To.MEAN);
  }

  /** The largest value of each channel over all positions: a vector. */
  public Value globalMax(Value x) {
    return reduce(x, Reduce.To.MAX);
  }

  private Value reduce(Value x, Reduce.To to) {
    List<Integer> axes = new ArrayList<>();
    for (int axis = 1; axis < x.shape().rank(); axis++) {
      axes.add(axis);
    }
    return node("pool", new Reduce(to, axes, false), x);
  }

  /** All along some axes to one number. */
  public Value reduce(Value x, Reduce.To to, boolean keep, Integer... axes) {
    return node("reduce", Reduce.class, () -> new Reduce(to, List.of(axes), keep), x);
  }

  /** The positive part of each number: max(0, x). */
  public Value relu(Value x) {
    return activation(x, Activation.Function.RELU);
  }

  /** x within two bounds, else the nearer bound; 0 and 6 for ReLU6. */
  public Value clip(Value x, float low, float high) {
    return activation(x, Activation.Function.CLIP, low, high);
  }

  /** x, or slope · x below 0. */
  public Value leakyRelu(Value x, float slope) {
    return activation(x, Activation.Function.LEAKY_RELU, slope, 0);
  }

  /** x, or eˣ − 1 below 0. */
  public Value elu(Value x) {
    return activation(x, Activation.Function.ELU, 1, 0);
  }

  /** min(1, max(0, x/6 + ½)). */
  public Value hardSigmoid(Value x) {
    return activation(x, Activation.Function.HARD_SIGMOID, 1f / 6, 0.5f);
  }

  /** x, or below 0 a slope times x that is learnt for each unit. */
  public Value prelu(Value x, int axis) {
    return node("prelu", new PRelu(axis), x);
  }

  private Value activation(Value x, Activation.Function function, float first, float second) {
    String stem = function.name().toLowerCase(Locale.ROOT);
    return node(stem, Activation.class, () -> new Activation(function, first, second), x);
  }

  /** A function of each number that has no settings, such as {@code SQRT}. */
  public Value activation(Value x, Activation.Function function) {
    return activation(x, Activation.of(function));
  }

  /** A function of each number. */
  public Value activation(Value x, Activation activation) {
    String stem = activation.function().name().toLowerCase(Locale.ROOT);
    return node(stem, activation, x);
  }

  /** The sum of two values. */
  public Value add(Value x, Value y) {
    return combine(Combine.By.ADD, x, y);
  }

  /** The product of two values, number by number. */
  public Value multiply(Value x, Value y) {
    return combine(Combine.By.MULTIPLY, x, y);
  }

  /** The difference of two values. */
  public Value subtract(Value x, Value y) {
    return combine(Combine.By.SUBTRACT, x, y);
  }

  /** The quotient of two values, number by number. */
  public Value divide(Value x, Value y) {
    return combine(Combine.By.DIVIDE, x, y);
  }

  /** The smaller of two values, number by number. */
  public Value minimum(Value x, Value y) {
    return combine(Combine.By.MINIMUM, x, y);
  }

  /** The larger of two values, number by number. */
  public Value maximum(Value x, Value y) {
    return combine(Combine.By.MAXIMUM, x, y);
  }

  /** x to the power of y, number by number. */
  public Value power(Value x, Value y) {
    return combine(Combine.By.POWER, x, y);
  }

  /** Two values, number by number. */
  public Value combine(Combine.By by, Value x, Value y) {
    return node(by.name().toLowerCase(Locale.ROOT), new Combine(by), x, y);
  }

  /** Values behind each other along an axis. */
  public Value concat(int axis, Value... values) {
    return node("concat", Concat.class, () -> new Concat(axis), values);
  }

  /** All axes to one vector. */
  public Value flatten(Value x) {
    return node("flatten", Reshape.flatten(), x);
  }

  /** Other sizes for the same numbers; one may be −1. */
  public Value reshape(Value x, Integer... dims) {
    return node("reshape", Reshape.class, () -> new Reshape(List.of(dims)), x);
  }

  /** Axes in another order. */
  public Value permute(Value x, Integer... order) {
    return node("permute", Permute.class, () -> new Permute(List.of(order)), x);
  }

  /** Every {@code step}th index of an axis from {@code start} to {@code end} (exclusive). */
  public Value slice(Value x, int axis, int start, int end, int step) {
    return node("slice", Slice.class, () -> new Slice(axis, start, end, step), x);
  }

  /** Probabilities along the last axis. */
  public Value softmax(Value x) {
    return node("softmax", new Softmax(x.shape().rank() - 1, false), x);
  }

  /** Logarithms of {@link #softmax}. */
  public Value logSoftmax(Value x) {
    return node("softmax", new Softmax(x.shape().rank() - 1, true), x);
  }

  /** Zeros around a value: as many before and behind each axis as said, for all of its axes. */
  public Value pad(Value x, List<Integer> before, List<Integer> after) {
    return node("pad", Pad.class, () -> new Pad(before, after, 0), x);
  }

  /** Resized to as many positions as said: each the value of the one at or before its place. */
  public Value resizeNearest(Value x, Integer... sizes) {
    return resize(x, Resize.By.NEAREST, Resize.Align.ASYMMETRIC, sizes);
  }

  /** Resized to as many positions as said, linearly between neighbours, by their centres. */
  public Value resizeLinear(Value x, Integer... sizes) {
    return resize(x, Resize.By.LINEAR, Resize.Align.HALF_PIXEL, sizes);
  }

  private Value resize(Value x, Resize.By by, Resize.Align align, Integer... sizes) {
    return node("resize", Resize.class, () -> new Resize(by, align, List.of(sizes)), x);
  }

  /** Rows of a table by their numbers. */
  public Value embed(Value tokens, int rows, int width) {
    return node("embed", Embed.class, () -> new Embed(rows, width), tokens);
  }

  /** x · y. */
  public Value matrixProduct(Value x, Value y) {
    return node("product", new MatrixProduct(false), x, y);
  }

  /** x · yᵀ. */
  public Value matrixProductTransposed(Value x, Value y) {
    return node("product", new MatrixProduct(true), x, y);
  }

  /** Numbers that are the same for every example, and learnt. */
  public Value learnt(Shape shape, int axis) {
    return node("constant", new Constant(shape, Role.BIAS, axis));
  }

  /**
   * A recurrent layer over steps × features; see {@link Recurrent}.
   *
   * @param last whether only the state after the final step is given
   */
  public Value recurrent(Value x, Recurrent.Cell cell, int hidden, boolean last) {
    return node(stem(cell), Recurrent.class, () -> new Recurrent(cell, hidden, false, last), x);
  }

  /** A recurrent layer that reads both ways, outputs behind each other: forwards, backwards. */
  public Value bidirectional(Value x, Recurrent.Cell cell, int hidden, boolean last) {
    Value forwards = recurrent(x, cell, hidden, last);
    Value backwards = node(stem(cell), new Recurrent(cell, hidden, true, last), x);
    return concat(last ? 0 : 1, forwards, backwards);
  }

  private static String stem(Recurrent.Cell cell) {
    return switch (cell) {
      case LSTM -> "lstm";
      case GRU, GRU_RESET_FIRST -> "gru";
      case TANH, RELU -> "rnn";
    };
  }
}
