package dev.ockham.runtime.plan;

import dev.ockham.runtime.graph.Expansion;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Reshape;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.kernel.Finish;
import dev.ockham.runtime.kernel.Form;
import dev.ockham.runtime.kernel.Intake;
import dev.ockham.runtime.kernel.Kernel;
import dev.ockham.runtime.kernel.Loops;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model prepared for running: nodes joined where they can run as one, kernels chosen, weights
 * laid out for them, a place for every value. Immutable and safe to share between threads; needs no
 * native code.
 *
 * <p>Examples are evaluated in blocks; a block is the unit of parallel work. No result depends on
 * which block or thread an example falls to, so any thread count gives the same bits.
 */
public final class Plan {
  /** Examples of a block: as many as fit are taken at once. One by one, nothing is spread out. */
  private static final int[] LANES = {64, 48, 32, 16, 1};

  /** Fewest examples for which a block is worth while that is not full. */
  private static final int FEWEST = 5;

  /** Most lanes of a block that stay empty where the next smaller one would be full. */
  private static final int EMPTY = 12;

  /** Most numbers in the values of a block, so that they stay in a processor's second cache. */
  private static final long MOST_NUMBERS = 1 << 18;

  /** Numbers that are kept for each one of an input: it, where it goes, and how it is scaled. */
  private static final int INTAKE = 6;

  /** Pieces of work for each thread, so that none waits long for another. */
  private static final int PIECES = 4;

  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Step(Kernel kernel, int[] in, int out) {}

  /**
   * What is otherwise chosen by speed.
   *
   * @param lanes most examples of a block
   */
  record Settings(Form form, Loops loops, int lanes) {
    static final Settings FASTEST = new Settings(Form.BY_DENSITY, Loops.FASTEST, LANES[0]);
  }

  private final Settings settings;
  private final Graph graph;
  private final List<Step> steps = new ArrayList<>();
  private final int[] sizes;
  private final int[] inputArrays;
  private final int[] outputArrays;
  private final List<Intake> intakes;
  private final int[] outputSizes;

  /** Idle workspaces, by what of {@link #LANES} they are for. */
  private final List<Workspaces> idle = new ArrayList<>();

  private Plan(Model model, Settings settings) {
    this.settings = settings;
    graph = model.graph();
    requireRoom(least(graph));
    List<Fusion.Fused> nodes = Fusion.of(graph);
    Layout layout = new Layout(graph, nodes);
    inputArrays = layout.inputs(graph);
    FirstReads first = new FirstReads(model);
    Map<Object, Kernel> weighed = new HashMap<>();
    for (Fusion.Fused fused : nodes) {
      if (fused.node().operator() instanceof Reshape || first.does(fused.node())) {
        layout.same(fused);
      } else {
        add(fused, kernel(first, fused, weighed), layout);
      }
    }
    intakes = first.intakes();
    if (first.once() && steps.getFirst().in()[0] == inputArrays[0]) {
      intakes.set(0, intakes.getFirst().aligned());
    }
    outputArrays = layout.arrays(graph.outputs());
    outputSizes = new int[outputArrays.length];
    for (int i = 0; i < outputSizes.length; i++) {
      outputSizes[i] = graph.shape(graph.outputs().get(i)).size();
    }
    sizes = layout.sizes();
    long numbers = 0;
    for (int size : sizes) {
      numbers += size;
    }
    requireRoom(numbers);
    for (int lanes : LANES) {
      if (lanes == 1 || (lanes <= settings.lanes() && lanes * numbers <= MOST_NUMBERS)) {
        idle.add(new Workspaces());
      }
    }
  }

  /**
   * Prepares a model; costs a few passes over its weights.
   *
   * @throws IllegalArgumentException naming the node, if it is a batch norm without statistics; if
   *     the values of one example do not fit into memory
   */
  public static Plan of(Model model) {
    return of(model, Settings.FASTEST);
  }

  /** The same with kernels of somebody's choice. */
  static Plan of(Model model, Settings settings) {
    return new Plan(expanded(model), settings);
  }

  /** The same model without composite operators. */
  static Model expanded(Model model) {
    return Expansion.isNeeded(model.graph())
        ? new Model(model.architecture(), Expansion.of(model.graph()), model.values())
        : model;
  }

  /**
   * Numbers that are held at once for an example, at least: inputs, and what some node works on.
   */
  private static long least(Graph graph) {
    long inputs = 0;
    for (Input input : graph.inputs()) {
      inputs += (long) INTAKE * input.shape().size();
    }
    long most = 0;
    for (Node node : graph.nodes()) {
      long numbers = graph.shape(node.name()).size();
      for (String input : node.inputs()) {
        numbers += graph.shape(input).size();
      }
      most = Math.max(most, numbers);
    }
    return inputs + most;
  }

  private static void requireRoom(long numbers) {
    long memory = Runtime.getRuntime().maxMemory();
    if (numbers > memory / Float.BYTES) {
      throw new IllegalArgumentException(
          "one example needs "
              + numbers
              + " numbers at once, more than fit into the "
              + (memory >> 20)
              + " MB that this JVM may have");
    }
  }

  private void add(Fusion.Fused fused, Kernel kernel, Layout layout) {
    int[] in = layout.arrays(fused.inputs());
    int out = layout.place(fused, kernel, graph.shape(fused.output()).size());
    steps.add(new Step(kernel, in, out));
  }

  /** The kernel of a node; nodes that share their weights share it, and what it makes of these. */
  private Kernel kernel(FirstReads first, Fusion.Fused fused, Map<Object, Kernel> weighed) {
    Node node = fused.node();
    List<Shape> in = first.shapes(node);
    // A first layer may leave out features that are always the same.
    if (node.parameters().isEmpty() || !in.equals(graph.inputShapes(node))) {
      return kernel(node, in, first.numbers(node), fused.finish(), settings.form());
    }
    Object key = List.of(node.operator(), in, node.parameters(), fused.finish());
    Kernel known = weighed.get(key);
    if (known == null) {
      known = kernel(node, in, first.numbers(node), fused.finish(), settings.form());
      weighed.put(key, known);
    }
    return known;
  }

  /** Parameters of a node by the operator's names. */
  static Map<String, Matrix> numbers(Model model, Node node) {
    Map<String, Matrix> numbers = new HashMap<>();
    for (Map.Entry<String, String> parameter : node.parameters().entrySet()) {
      numbers.put(parameter.getKey(), model.value(parameter.getValue()));
    }
    return numbers;
  }

  /** The kernel of a node; errors name it. */
  static Kernel kernel(
      Node node, List<Shape> in, Map<String, Matrix> numbers, Finish finish, Form form) {
    try {
      return KernelChoice.of(node.operator(), in, numbers, finish, form);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "node '" + node.name() + "' (" + node.operator().kind() + "): " + e.getMessage(), e);
    }
  }

  /**
   * Runs a model of one input and one output.
   *
   * @param inputs raw values, {@code [count, size of the input]}; read only
   * @param count number of examples, ≥ 0
   * @param threads number of threads, ≥ 1; the bits of the result do not depend on it
   * @return {@code [count, size of the output]}; the caller owns it
   * @throws IllegalArgumentException if {@code inputs} does not hold {@code count} examples
   * @throws IllegalStateException if there are more inputs or outputs
   */
  public float[] run(float[] inputs, int count, int threads) {
    checkOne();
    String output = graph.outputs().get(0);
    float[] result = new float[size(output, count)];
    run(List.of(inputs), List.of(result), count, threads);
    return result;
  }

  /**
   * Runs a model.
   *
   * @param inputs raw values by the name of the input, each {@code [count, size]}; read only
   * @param count number of examples, ≥ 0
   * @param threads number of threads, ≥ 1; the bits of the result do not depend on it
   * @return values by the name of the output, each {@code [count, size]}, in the graph's order; the
   *     caller owns them
   * @throws IllegalArgumentException if an input is missing or unknown, or does not hold {@code
   *     count} examples
   */
  public Map<String, float[]> run(Map<String, float[]> inputs, int count, int threads) {
    List<float[]> given = inOrder(graph, inputs);
    Map<String, float[]> results = new LinkedHashMap<>();
    for (String output : graph.outputs()) {
      results.put(output, new float[size(output, count)]);
    }
    run(given, List.copyOf(results.values()), count, threads);
    return results;
  }

  /** Values of all inputs in the graph's order. */
  static List<float[]> inOrder(Graph graph, Map<String, float[]> inputs) {
    List<float[]> given = new ArrayList<>();
    for (Input input : graph.inputs()) {
      float[] values = inputs.get(input.name());
      if (values == null) {
        throw new IllegalArgumentException("input '" + input.name() + "' has no values");
      }
      given.add(values);
    }
    if (inputs.size() > given.size()) {
      throw new IllegalArgumentException(
          inputs.keySet()
              + " are not the inputs "
              + graph.inputs().stream().map(Input::name).toList());
    }
    return given;
  }

  /**
   * Runs a model of one input and one output on this thread; allocates nothing once it is warm.
   *
   * @param inputs raw values, {@code [count, size of the input]}; read only
   * @param outputs where the results go, {@code [count, size of the output]}
   * @param count number of examples, ≥ 0
   * @throws IllegalArgumentException if an array does not hold {@code count} examples
   * @throws IllegalStateException if there are more inputs or outputs
   */
  public void runInto(float[] inputs, float[] outputs, int count) {
    checkOne();
    check(graph.inputs().get(0), inputs, count);
    check(graph.outputs().get(0), outputs, outputSizes[0], count);
    int first = 0;
    while (first < count) { // as runSome, without lists
      int size = size(count - first);
      int used = Math.min(count - first, LANES[size]);
      Workspace workspace = take(size);
      workspace.begin();
      workspace.load(inputArrays[0], intakes.get(0), inputs, first, used);
      workspace.run(steps);
      workspace.store(outputArrays[0], outputs, first, outputSizes[0], used);
      workspace.end();
      idle.get(size - LANES.length + idle.size()).give(workspace);
      first += used;
    }
  }

  private int size(String output, int count) {
    if (count < 0) {
      throw new IllegalArgumentException("count = " + count + ", it must be >= 0");
    }
    return Math.multiplyExact(count, graph.shape(output).size());
  }

  private void checkOne() {
    if (inputArrays.length != 1 || outputArrays.length != 1) {
      throw new IllegalStateException(
          "a model of "
              + inputArrays.length
              + " inputs and "
              + outputArrays.length
              + " outputs is run by their names");
    }
  }

  /** Checks that there are as many values as examples have. */
  static void check(Graph graph, List<float[]> inputs, int count) {
    for (int k = 0; k < inputs.size(); k++) {
      check(graph.inputs().get(k), inputs.get(k), count);
    }
  }

  private static void check(Input input, float[] values, int count) {
    check(input.name(), values, input.shape().size(), count);
  }

  private static void check(String name, float[] values, int size, int count) {
    if (count < 0 || (long) count * size != values.length) {
      throw new IllegalArgumentException(
          "count = %s examples of %s values do not match '%s' of %s values"
              .formatted(count, size, name, values.length));
    }
  }

  private void run(List<float[]> inputs, List<float[]> results, int count, int threads) {
    check(graph, inputs, count);
    if (threads < 1) {
      throw new IllegalArgumentException("threads = " + threads + ", it must be >= 1");
    }
    if (threads == 1) {
      runSome(inputs, results, 0, count);
      return;
    }
    int piece = Math.max(1, Math.ceilDiv(count, PIECES * threads));
    int most = LANES[LANES.length - idle.size()];
    piece = Math.ceilDiv(piece, most) * most;
    List<Runnable> work = new ArrayList<>();
    for (int first = 0; first < count; first += piece) {
      int start = first;
      int end = Math.min(count, first + piece);
      work.add(() -> runSome(inputs, results, start, end));
    }
    Blocks.run(work, threads);
  }

  /** Runs examples of a range, in the largest blocks that they fill. */
  private void runSome(List<float[]> inputs, List<float[]> results, int start, int end) {
    int first = start;
    while (first < end) {
      int size = size(end - first);
      int used = Math.min(end - first, LANES[size]);
      Workspace workspace = take(size);
      workspace.begin();
      for (int k = 0; k < inputArrays.length; k++) {
        workspace.load(inputArrays[k], intakes.get(k), inputs.get(k), first, used);
      }
      workspace.run(steps);
      for (int k = 0; k < outputArrays.length; k++) {
        workspace.store(outputArrays[k], results.get(k), first, outputSizes[k], used);
      }
      workspace.end();
      idle.get(size - LANES.length + idle.size()).give(workspace);
      first += used;
    }
  }

  /** Which of {@link #LANES} the next block has. */
  private int size(int left) {
    int size = LANES.length - idle.size();
    while (LANES[size] > left + EMPTY || (LANES[size] > left && left < FEWEST)) {
      size++;
    }
    return size;
  }

  private Workspace take(int size) {
    Workspace workspace = idle.get(size - LANES.length + idle.size()).take();
    return workspace == null
        ? new Workspace(LANES[size], settings.loops(), sizes, steps)
        : workspace;
  }
}
