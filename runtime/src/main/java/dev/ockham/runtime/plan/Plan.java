package dev.ockham.runtime.plan;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.kernel.Computation;
import dev.ockham.runtime.kernel.Kernel;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.model.Prediction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A model prepared for running: kernels chosen, weights laid out as their non-zero terms, a place
 * for every value. Immutable and safe to share between threads; needs no native code.
 *
 * <p>Examples are evaluated in blocks; a block is the unit of parallel work. No result depends on
 * which block or thread an example falls to, so any thread count gives the same bits.
 */
public final class Plan {
  /**
   * Most examples per block, the length of every innermost loop. On LeNet-5 with 10,000 images, 32,
   * 64 and 128 took 4.7, 3.3 and 2.4 s on one thread; the activations of a block grow with it.
   */
  static final int BLOCK = 128;

  /** Fewest examples per block, where a model's values are so many that blocks are made smaller. */
  private static final int LEAST_BLOCK = 8;

  /** Most numbers in the values of a block; 256 MB for each thread. */
  private static final long MOST_NUMBERS = 1 << 26;

  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Step(Computation kernel, List<int[]> in, int[] out) {}

  private final Graph graph;
  private final Layout layout;
  private final List<Step> steps = new ArrayList<>();
  private final List<int[]> inputSlots = new ArrayList<>();
  private final List<int[]> outputSlots = new ArrayList<>();
  private final int block;

  private Plan(Model model) {
    graph = model.graph();
    layout = new Layout(graph);
    for (Input input : graph.inputs()) {
      inputSlots.add(layout.slots(input.name()));
    }
    graph.inputs().forEach(input -> layout.release(input.name()));
    for (Node node : graph.nodes()) {
      add(node, kernel(graph, node, numbers(model, node)));
    }
    for (String output : graph.outputs()) {
      outputSlots.add(layout.slots(output));
    }
    int lanes = BLOCK;
    while (lanes > LEAST_BLOCK && (long) lanes * layout.count() > MOST_NUMBERS) {
      lanes /= 2;
    }
    block = lanes;
  }

  /**
   * Prepares a model; costs a few passes over its weights.
   *
   * @throws IllegalArgumentException naming the node, if it is a batch norm without statistics
   */
  public static Plan of(Model model) {
    return new Plan(model);
  }

  private void add(Node node, Kernel kernel) {
    List<int[]> in = new ArrayList<>();
    node.inputs().forEach(input -> in.add(layout.slots(input)));
    int[] out = layout.place(node, kernel, graph.shape(node.name()).size());
    node.inputs().forEach(layout::release);
    if (kernel instanceof Computation computation) {
      steps.add(new Step(computation, List.copyOf(in), out));
    }
  }

  /** Parameters of a node by the operator's names. */
  static Map<String, Matrix> numbers(Model model, Node node) {
    Map<String, Matrix> numbers = new HashMap<>();
    node.parameters().forEach((slot, name) -> numbers.put(slot, model.value(name)));
    return numbers;
  }

  /** The kernel of a node; errors name it. */
  static Kernel kernel(Graph graph, Node node, Map<String, Matrix> numbers) {
    try {
      return KernelChoice.of(node.operator(), graph.inputShapes(node), numbers);
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
    if (graph.inputs().size() != 1 || graph.outputs().size() != 1) {
      throw new IllegalStateException(
          "a model of "
              + graph.inputs().size()
              + " inputs and "
              + graph.outputs().size()
              + " outputs is run by their names");
    }
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

  /** Class probabilities of a batch: {@link #run(float[], int, int)} and a softmax. */
  public float[] probabilities(float[] inputs, int count, int threads) {
    float[] result = run(inputs, count, threads);
    Prediction.softmaxInPlace(result, classes());
    return result;
  }

  /**
   * Class probabilities of a batch, for a model of several inputs and one output.
   *
   * @param inputs raw values by the name of the input, as in {@link #run(Map, int, int)}
   * @return {@code [count, classes]}; the caller owns it
   * @throws IllegalArgumentException naming an input that is missing, unknown or of another size
   * @throws IllegalStateException if there are more outputs
   */
  public float[] probabilities(Map<String, float[]> inputs, int count, int threads) {
    if (graph.outputs().size() != 1) {
      throw new IllegalStateException(
          "a model of " + graph.outputs().size() + " outputs has no probabilities of classes");
    }
    float[] result = run(inputs, count, threads).values().iterator().next();
    Prediction.softmaxInPlace(result, classes());
    return result;
  }

  /**
   * The likeliest classes of each example of a batch: {@link #probabilities} followed by {@link
   * Prediction#top}.
   *
   * @param most classes per example, from 1 to the model's number of classes
   * @return one list per example, likeliest class first
   */
  public List<List<Prediction>> top(float[] inputs, int count, int most, int threads) {
    float[] probabilities = probabilities(inputs, count, threads);
    List<List<Prediction>> result = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      result.add(Prediction.top(probabilities, i, classes(), most));
    }
    return result;
  }

  private int classes() {
    return graph.shape(graph.outputs().get(0)).size();
  }

  private int size(String output, int count) {
    if (count < 0) {
      throw new IllegalArgumentException("count = " + count + ", it must be >= 0");
    }
    return Math.multiplyExact(count, graph.shape(output).size());
  }

  /** Checks that there are as many values as examples have. */
  static void check(Graph graph, List<float[]> inputs, int count) {
    for (int k = 0; k < inputs.size(); k++) {
      Input input = graph.inputs().get(k);
      if (count < 0 || (long) count * input.shape().size() != inputs.get(k).length) {
        throw new IllegalArgumentException(
            "count = %s examples of %s values do not match '%s' of %s values"
                .formatted(count, input.shape().size(), input.name(), inputs.get(k).length));
      }
    }
  }

  private void run(List<float[]> inputs, List<float[]> results, int count, int threads) {
    check(graph, inputs, count);
    if (threads < 1) {
      throw new IllegalArgumentException("threads = " + threads + ", it must be >= 1");
    }
    Queue<Workspace> idle = new ConcurrentLinkedQueue<>();
    List<Runnable> blocks = new ArrayList<>();
    for (int first = 0; first < count; first += block) {
      int start = first;
      int lanes = Math.min(block, count - first);
      blocks.add(() -> {
        Workspace used = lanes == block ? idle.poll() : null;
        Workspace workspace = used == null ? new Workspace(lanes) : used;
        runBlock(workspace, inputs, start, results);
        if (lanes == block) {
          idle.add(workspace);
        }
      });
    }
    Blocks.run(blocks, threads);
  }

  private void runBlock(
      Workspace workspace, List<float[]> inputs, int start, List<float[]> results) {
    workspace.grow(layout);
    for (int k = 0; k < inputs.size(); k++) {
      Workspace.load(inputs.get(k), start, workspace.listed(inputSlots.get(k)));
    }
    for (Step step : steps) {
      float[][][] in = new float[step.in().size()][][];
      for (int k = 0; k < in.length; k++) {
        in[k] = workspace.listed(step.in().get(k));
      }
      step.kernel().run(in, workspace.listed(step.out()));
    }
    for (int k = 0; k < results.size(); k++) {
      Workspace.store(workspace.listed(outputSlots.get(k)), start, results.get(k));
    }
  }
}
