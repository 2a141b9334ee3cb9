package dev.ockham.runtime.plan;

import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.kernel.Finish;
import dev.ockham.runtime.kernel.Form;
import dev.ockham.runtime.kernel.Kernel;
import dev.ockham.runtime.kernel.Loops;
import dev.ockham.runtime.kernel.Scratch;
import dev.ockham.runtime.kernel.UnitLines;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Means and variances of batch norms, estimated from calibration examples in one pass: every node
 * runs over all examples before the next one does, and a value goes when nobody reads it any more.
 *
 * <p>A batch norm is applied as it will be at fixed statistics: folded into the weights of the
 * layer whose only reader it is, rounded to float, or as a scale and a shift of each unit. So later
 * statistics are those of the network that folding gives.
 */
public final class BatchStatistics {
  /** Most examples per block. */
  private static final int BLOCK = Scratch.MOST;

  private final Model model;
  private final Graph graph;
  private final Filling filling;
  private final int count;
  private final List<Scratch> blocks = new ArrayList<>();

  /** Values that are still read, block by block. */
  private final Map<String, float[][]> values = new HashMap<>();

  /** Readers to come of each value. */
  private final Map<String, Integer> readers = new HashMap<>();

  private final Map<String, Map<String, Matrix>> held = new HashMap<>();
  private final Map<String, Moments> found = new LinkedHashMap<>();

  private BatchStatistics(
      Model model, List<float[]> inputs, int count, Filling filling, Loops loops) {
    this.model = Plan.expanded(model);
    this.filling = filling;
    this.count = count;
    graph = this.model.graph();
    graph.readers().forEach((value, nodes) -> readers.put(value, nodes.size()));
    for (int first = 0; first < count; first += BLOCK) {
      int lanes =
          (Math.min(BLOCK, count - first) + Scratch.WIDTH - 1) / Scratch.WIDTH * Scratch.WIDTH;
      blocks.add(new Scratch(lanes, loops));
    }
    for (int k = 0; k < inputs.size(); k++) {
      Input input = graph.inputs().get(k);
      float[][] parts = allocate(input.name());
      for (int b = 0; b < parts.length; b++) {
        int lanes = blocks.get(b).lanes();
        int size = input.shape().size();
        Examples.spread(inputs.get(k), b * BLOCK, size, used(b), parts[b], lanes);
      }
      values.put(input.name(), parts);
    }
  }

  /** Lanes of a block that have an example. */
  private int used(int block) {
    return Math.min(BLOCK, count - block * BLOCK);
  }

  private float[][] allocate(String value) {
    int size = graph.shape(value).size();
    return blocks.stream().map(b -> Scratch.value(size, b.lanes())).toArray(float[][]::new);
  }

  private float[][] parts(String value) {
    return Objects.requireNonNull(values.get(value), value);
  }

  /** Takes a reader of a value away; without any left it is gone. */
  private void release(String value) {
    if (readers.merge(value, -1, Integer::sum) <= 0) {
      values.remove(value);
    }
  }

  /**
   * Moments of what each batch norm without statistics gets.
   *
   * @param model with one input
   * @param inputs raw values, {@code [count, size of the input]}; read only
   * @param count number of examples; at least 1 where there is such a norm
   * @return by the name of the node, in the graph's order
   */
  public static Map<String, Moments> of(Model model, float[] inputs, int count) {
    return of(model, inputs, count, Filling.NONE);
  }

  /**
   * Moments of what each batch norm without statistics gets.
   *
   * @param filling gives parameters of other nodes as the pass comes to them
   */
  public static Map<String, Moments> of(Model model, float[] inputs, int count, Filling filling) {
    model.input();
    return of(model, List.of(inputs), count, filling);
  }

  /**
   * Moments of what each batch norm without statistics gets.
   *
   * @param inputs raw values by the name of the input, each {@code [count, size]}; read only
   */
  public static Map<String, Moments> of(
      Model model, Map<String, float[]> inputs, int count, Filling filling) {
    return of(model, Plan.inOrder(model.graph(), inputs), count, filling);
  }

  private static Map<String, Moments> of(
      Model model, List<float[]> inputs, int count, Filling filling) {
    return of(model, inputs, count, filling, Loops.FASTEST);
  }

  /** The same with loops of somebody's choice. */
  static Map<String, Moments> of(
      Model model, List<float[]> inputs, int count, Filling filling, Loops loops) {
    Plan.check(model.graph(), inputs, count);
    return new BatchStatistics(model, inputs, count, filling, loops).pass();
  }

  private Map<String, Moments> pass() {
    for (Node node : graph.nodes()) {
      Node layer = foldable(node);
      if (layer != null) {
        layer.inputs().forEach(value -> readers.merge(value, 1, Integer::sum));
      }
    }
    for (Node node : graph.nodes()) {
      Map<String, Matrix> numbers = numbers(node);
      held.put(node.name(), numbers);
      if (lacksStatistics(node, numbers)) {
        normalize(node, (Normalize) node.operator(), new Numbers(numbers));
      } else {
        run(
            node,
            node,
            Plan.kernel(node, graph.inputShapes(node), numbers, Finish.NONE, Form.BY_DENSITY));
      }
    }
    return found;
  }

  private Map<String, Matrix> numbers(Node node) {
    Map<String, Matrix> numbers = Plan.numbers(model, node);
    if (!node.inputs().isEmpty() && filling.fills(node)) {
      Map<String, Matrix> given = filling.parameters(node, examples(node.inputs().get(0)), count);
      if (given != null) {
        numbers.putAll(given);
      }
    }
    return numbers;
  }

  /** A value as {@code [count, size]}. */
  private float[] examples(String value) {
    int size = graph.shape(value).size();
    float[] examples = new float[Math.multiplyExact(count, size)];
    for (int b = 0; b < blocks.size(); b++) {
      int lanes = blocks.get(b).lanes();
      Examples.gather(parts(value)[b], lanes, examples, b * BLOCK, size, used(b));
    }
    return examples;
  }

  private static boolean lacksStatistics(Node node, Map<String, Matrix> numbers) {
    return node.operator() instanceof Normalize normalize
        && normalize.over() == Normalize.Over.BATCH
        && !(numbers.containsKey("mean") && numbers.containsKey("variance"));
  }

  /**
   * The layer that a batch norm without statistics folds into: one that it reads, alone, and whose
   * units it goes by. Null if there is none.
   */
  private @Nullable Node foldable(Node node) {
    if (!lacksStatistics(node, Plan.numbers(model, node))) {
      return null;
    }
    String value = node.inputs().get(0);
    Node layer = graph.node(value);
    boolean alone =
        !graph.gives(value)
            && graph.nodes().stream().filter(n -> n.inputs().contains(value)).count() == 1;
    if (layer == null || !alone) {
      return null;
    }
    boolean weighted =
        layer.operator() instanceof Linear || layer.operator() instanceof Convolution;
    boolean same = graph.unitAxis(value) == ((Normalize) node.operator()).axis();
    return weighted && same ? layer : null;
  }

  private void normalize(Node node, Normalize operator, Numbers numbers) {
    if (count == 0) {
      throw new IllegalArgumentException(
          "node '" + node.name() + "' (normalize): no examples to estimate its statistics from");
    }
    String value = node.inputs().get(0);
    Shape shape = graph.shape(value);
    Moments moments = moments(value, shape, operator.axis());
    found.put(node.name(), moments);
    int units = shape.dim(operator.axis());
    Rescaling rescaling =
        moments.rescaling(
            numbers.or("scale", units, 1), numbers.or("shift", units, 0), operator.epsilon());
    Node layer = foldable(node);
    if (layer == null) {
      int[] unit = KernelChoice.units(shape, operator.axis());
      float[] scale = rescaling.scales().toDense();
      run(node, node, UnitLines.scaled(unit, scale, rescaling.shifts().toDense()));
      return;
    }
    Map<String, Matrix> folded = new HashMap<>(Objects.requireNonNull(held.get(value), value));
    folded.put("weight", rescaling.weight(Objects.requireNonNull(folded.get("weight"))));
    folded.put("bias", rescaling.bias(folded.get("bias")));
    release(value);
    run(
        node,
        layer,
        Plan.kernel(layer, graph.inputShapes(layer), folded, Finish.NONE, Form.BY_DENSITY));
  }

  private Moments moments(String value, Shape shape, int axis) {
    UnitMoments moments = new UnitMoments(shape, axis);
    for (int b = 0; b < blocks.size(); b++) {
      moments.add(parts(value)[b], used(b), blocks.get(b).lanes());
    }
    return moments.moments();
  }

  /**
   * Computes the value of a node over all examples.
   *
   * @param reads the node whose inputs the kernel takes
   */
  private void run(Node node, Node reads, Kernel kernel) {
    List<float[][]> in = reads.inputs().stream().map(this::parts).toList();
    float[][] out = allocate(node.name());
    List<Runnable> work = new ArrayList<>();
    for (int b = 0; b < blocks.size(); b++) {
      int block = b;
      work.add(() -> {
        Scratch scratch = blocks.get(block);
        scratch.begin();
        kernel.run(
            in.stream().map(parts -> parts[block]).toArray(float[][]::new), out[block], scratch);
        scratch.end();
      });
    }
    Blocks.run(work, Runtime.getRuntime().availableProcessors()); // no bit depends on how many
    values.put(node.name(), out);
    reads.inputs().forEach(this::release);
    if (readers.getOrDefault(node.name(), 0) == 0) {
      values.remove(node.name());
    }
  }
}
