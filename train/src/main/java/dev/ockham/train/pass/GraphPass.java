package dev.ockham.train.pass;

import dev.ockham.core.augment.Mixup;
import dev.ockham.core.data.Examples;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.loss.Loss;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.engine.Precision;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Forward and backward pass of a graph for one thread's share of a batch. Stages run in the graph's
 * order, and backward in reverse; where a value has several readers, their gradients are added in
 * that order. All memory is allocated once: that of values when the pass is made, that of gradients
 * with the first way back.
 */
public final class GraphPass implements AutoCloseable {

  private final int capacity;
  private final Arena arena;
  private final List<PassValue> inputs;
  private final List<Stage> stages;
  private final List<PassValue> outputs;
  private final LossStage loss;
  private boolean planned;
  private int rows;

  /**
   * A pass over a thread's leaves.
   *
   * @param graph the network; its outputs are what the loss sees
   * @param capacity most examples at once
   * @param precision of the products of variances in dense layers
   * @param arena owns the buffers
   */
  public GraphPass(
      Graph graph,
      PassLeaves leaves,
      int capacity,
      Precision precision,
      Kernels kernels,
      Arena arena) {
    this(graph, leaves, capacity, precision, true, true, kernels, arena);
  }

  /** A pass without a way back, which needs less memory: only {@link #logits} may be called. */
  public static GraphPass forEvaluation(
      Graph graph, PassLeaves leaves, int capacity, Kernels kernels, Arena arena) {
    return new GraphPass(graph, leaves, capacity, Precision.FLOAT32, true, false, kernels, arena);
  }

  /**
   * A pass.
   *
   * @param byHand whether any stage may be one without autograd
   * @param differentiates whether there may be a way back
   */
  GraphPass(
      Graph graph,
      PassLeaves leaves,
      int capacity,
      Precision precision,
      boolean byHand,
      boolean differentiates,
      Kernels kernels,
      Arena arena) {
    this.capacity = capacity;
    this.arena = arena;
    StagePlan plan = new StagePlan(graph, leaves, capacity, precision, byHand, kernels, arena);
    this.inputs = plan.inputs();
    this.outputs = plan.outputs();
    this.stages = SegmentRuns.joined(plan.stages(), outputs);
    this.loss = new LossStage(outputs, kernels);
    if (!differentiates) {
      ValuePlan.lay(stages, outputs, capacity, arena);
    }
    stages.forEach(GraphPass::makeMemory);
  }

  /** Now, not in the middle of the first pass; values within segments need none. */
  private static void makeMemory(Stage stage) {
    stage.wiring().outputs().forEach(PassValue::values);
  }

  /**
   * Where inputs are to be written before a pass: float32, one row per example. It is read on the
   * way back too.
   *
   * @param number of the graph's input, from 0
   */
  public MemorySegment input(int number) {
    return inputs.get(number).values();
  }

  /**
   * The forward pass of a training step, and the loss of its outputs.
   *
   * @param loss what is made small
   * @param from the data
   * @param examples indices into {@code from} of the examples whose inputs were written, at most
   *     the capacity
   * @param pairs what their inputs were mixed with; null for nothing
   * @param batch examples of the whole step
   * @param noise where noise comes from; null for the mean weights
   * @return the loss summed over these examples
   */
  public double forward(
      Loss loss,
      Examples from,
      int[] examples,
      Mixup.@Nullable Pairs pairs,
      int batch,
      @Nullable NoiseSource noise) {
    var _ = forward(examples, noise);
    return pairs == null
        ? this.loss.run(loss, from, examples, batch)
        : this.loss.runMixed(loss, from, examples, pairs, batch);
  }

  /**
   * The forward pass of a training step, for a loss outside of this class, which leaves its
   * gradient in {@link #byOutput}.
   *
   * @return the first output, float32, one row per example; valid until the next pass
   */
  public MemorySegment forward(int[] examples, @Nullable NoiseSource noise) {
    if (!planned) {
      GradientPlan.lay(stages, outputs, capacity, arena);
      planned = true;
    }
    return run(new Share(examples, noise, new Norms.OfBatch(), true));
  }

  /**
   * Where a loss outside of this class writes the gradient by the first output, between forward and
   * {@link #backward}; it is for networks that have no other.
   */
  public MemorySegment byOutput() {
    return outputs.getFirst().gradient();
  }

  /**
   * The gradient by any output.
   *
   * @param number of the output in the graph's order, from 0
   */
  public MemorySegment byOutput(int number) {
    return outputs.get(number).gradient();
  }

  /** All outputs of the last pass, in the graph's order, float32 with one row per example. */
  public List<MemorySegment> outputs() {
    return outputs.stream().map(PassValue::values).toList();
  }

  /**
   * The first output outside training; {@link #outputs} then has all of them.
   *
   * @param examples global ids of the examples whose inputs were written, at most the capacity
   * @param noise where noise comes from; null for the mean weights
   * @param norms what batch norms normalise by
   * @return float32, one row per example; valid until the next pass
   */
  public MemorySegment logits(int[] examples, @Nullable NoiseSource noise, Norms norms) {
    return run(new Share(examples, noise, norms, false));
  }

  private MemorySegment run(Share share) {
    if (share.rows() > capacity) {
      throw new IllegalArgumentException(
          "%s examples, more than the %s that the pass has room for"
              .formatted(share.rows(), capacity));
    }
    Libtorch.settle();
    rows = share.rows();
    for (Stage stage : stages) {
      stage.forward(share);
    }
    return outputs.getFirst().values();
  }

  /**
   * Leaves the gradient of the loss at the leaves; variances only get one under noise. Nothing
   * before the first trained parameter gets one.
   */
  public void backward() {
    Libtorch.settle();
    for (Stage stage : stages.reversed()) {
      if (stage.wiring().wanted()) {
        stage.backward(rows);
      }
    }
    stages.forEach(Stage::publish);
  }

  /**
   * Whether a network has dense layers whose products of variances are large enough for {@link
   * Precision#BFLOAT16}; the others stay with float32.
   *
   * @param rows examples at once
   */
  public static boolean hasLargeProducts(Graph graph, int rows) {
    for (Node node : graph.nodes()) {
      if (node.operator() instanceof Linear linear) {
        Shape in = graph.inputShapes(node).getFirst();
        int width = in.dim(in.rank() - 1);
        if (width > 0
            && Bfloat16VarianceProducts.pays(width, linear.outputs(), rows * (in.size() / width))) {
          return true;
        }
      }
    }
    return false;
  }

  /** Precision of products of variances in this pass, if any are large; else float32. */
  public Precision precision() {
    return stages.stream().anyMatch(stage -> stage instanceof DenseStage dense && dense.narrows())
        ? Precision.BFLOAT16
        : Precision.FLOAT32;
  }

  @Override
  public void close() {
    stages.forEach(Stage::close);
  }
}
