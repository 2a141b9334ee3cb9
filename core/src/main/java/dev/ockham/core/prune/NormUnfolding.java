package dev.ockham.core.prune;

import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.PRelu;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Role;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.BatchStatistics;
import dev.ockham.runtime.plan.Filling;
import dev.ockham.runtime.plan.Moments;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Batch norms put behind convolutions again, the other way round than {@link NormFolding}:
 * exporters fold them away, and a deep network without norms retrains badly.
 *
 * <p>With mean m and variance v of what a convolution gives, over examples and positions, the norm
 * behind it has γ = √(v + ε) and β = m, so that {@code γ (x − m)/√(v + ε) + β = x}: the function
 * stays. The convolution loses its bias, which the norm would take away again; m and β differ by
 * it. A unit that never changes keeps its value as β.
 */
public final class NormUnfolding {

  /** As small as in most networks; γ makes up for it. */
  private static final double EPSILON = 1e-5;

  private static final Normalize NORM = Normalize.batch();

  private final Model model;
  private final Graph graph;
  private final Set<String> behind = new HashSet<>();

  private NormUnfolding(Model model) {
    this.model = model;
    graph = model.graph();
    Map<String, List<Node>> readers = graph.readers();
    Map<String, Integer> uses = new HashMap<>();
    for (Node node : graph.nodes()) {
      node.parameters().values().forEach(name -> uses.merge(name, 1, Integer::sum));
    }
    Set<String> activated = activated();
    for (Node node : graph.nodes()) {
      boolean owns =
          node.parameters().values().stream().allMatch(name -> uses.getOrDefault(name, 0) == 1);
      boolean normed =
          readers.getOrDefault(node.name(), List.of()).stream()
              .anyMatch(reader -> reader.operator() instanceof Normalize);
      if (node.operator() instanceof Convolution
          && owns
          && !normed
          && activated.contains(node.name())
          && graph.shape(node.name()).size() > 0) {
        behind.add(node.name());
      }
    }
  }

  /** Values that an activation sees, at once or behind other nodes. */
  private Set<String> activated() {
    Set<String> activated = new HashSet<>();
    for (Node node : graph.nodes().reversed()) {
      boolean activation =
          node.operator() instanceof Activation || node.operator() instanceof PRelu;
      if (activation || activated.contains(node.name())) {
        activated.addAll(node.inputs());
      }
    }
    return activated;
  }

  /**
   * The convolutions that get a norm: those that none stands behind but some activation, with
   * parameters of their own. One that gives what the network gives needs none.
   *
   * @return names of the nodes
   */
  public static Set<String> places(Model model) {
    return Set.copyOf(new NormUnfolding(model).behind);
  }

  /**
   * A model of the same function with a batch norm, statistics included, behind every convolution
   * that {@link #places} names.
   *
   * @param calibration training examples, as the model takes them, {@code [count, size of the
   *     input]}
   * @param count how many, ≥ 1
   */
  public static Model unfold(Model model, float[] calibration, int count) {
    return unfold(model, Map.of(model.graph().inputs().getFirst().name(), calibration), count);
  }

  /**
   * Unfolds the batch norms of a model of any number of inputs, as {@link #unfold(Model, float[],
   * int)} does.
   *
   * @param calibration by the name of the input, each {@code [count, size]}
   * @throws IllegalArgumentException if there are no examples
   */
  public static Model unfold(Model model, Map<String, float[]> calibration, int count) {
    if (count < 1) {
      throw new IllegalArgumentException("norms need examples to take their statistics from");
    }
    NormUnfolding unfolding = new NormUnfolding(model);
    return unfolding.behind.isEmpty()
        ? model
        : unfolding.with(BatchStatistics.of(unfolding.probed(), calibration, count, Filling.NONE));
  }

  /** The same network with a norm beside each place, which nobody reads and so changes nothing. */
  private Model probed() {
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      nodes.add(node);
      if (behind.contains(node.name())) {
        nodes.add(new Node(normName(node.name()), NORM, List.of(node.name()), Map.of()));
      }
    }
    Graph probed = new Graph(graph.inputs(), graph.parameters(), nodes, graph.outputs());
    return new Model(model.architecture(), probed, model.values());
  }

  /** A name as PyTorch's networks have it, {@code bn1} behind {@code conv1}, where it is free. */
  private String normName(String convolution) {
    int dot = convolution.lastIndexOf('.') + 1;
    String last = convolution.substring(dot);
    String name =
        last.matches("conv\\d*")
            ? convolution.substring(0, dot) + last.replace("conv", "bn")
            : convolution + ".norm";
    boolean free =
        graph.node(name) == null
            && graph.inputs().stream().noneMatch(input -> input.name().equals(name))
            && graph.parameters().stream().noneMatch(p -> p.name().startsWith(name + "."));
    return free ? name : convolution + ".unfolded";
  }

  private Model with(Map<String, Moments> moments) {
    List<Parameter> parameters = new ArrayList<>();
    Map<String, Matrix> values = new LinkedHashMap<>();
    Map<String, String> renamed = new HashMap<>();
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      List<String> reads =
          node.inputs().stream().map(read -> renamed.getOrDefault(read, read)).toList();
      Map<String, String> taken = new LinkedHashMap<>(node.parameters());
      boolean here = behind.contains(node.name());
      String bias = here ? taken.remove("bias") : null;
      for (String name : taken.values()) {
        if (values.put(name, model.value(name)) == null) {
          parameters.add(graph.parameter(name));
        }
      }
      nodes.add(new Node(node.name(), node.operator(), reads, taken));
      if (here) {
        String norm = normName(node.name());
        float[] shift =
            bias == null ? new float[graph.shape(node.name()).dim(0)] : model.value(bias).toDense();
        Moments found = Objects.requireNonNull(moments.get(norm), norm);
        Map<String, String> own = new LinkedHashMap<>();
        numbers(found, shift)
            .forEach((slot, numbers) -> {
              String name = norm + "." + slot;
              own.put(slot, name);
              parameters.add(new Parameter(name, Shape.of(numbers.length), role(slot)));
              values.put(name, DenseMatrix.of(numbers.length, 1, numbers));
            });
        nodes.add(new Node(norm, NORM, List.of(node.name()), own));
        renamed.put(node.name(), norm);
      }
    }
    List<String> outputs =
        graph.outputs().stream().map(output -> renamed.getOrDefault(output, output)).toList();
    return new Model(
        model.architecture(), new Graph(graph.inputs(), parameters, nodes, outputs), values);
  }

  private static Role role(String slot) {
    return switch (slot) {
      case "scale" -> Role.SCALE;
      case "shift" -> Role.SHIFT;
      default -> Role.STATISTIC;
    };
  }

  /**
   * What a norm has, such that it changes nothing.
   *
   * @param found of what the convolution gives with its bias
   */
  private static Map<String, float[]> numbers(Moments found, float[] bias) {
    int units = bias.length;
    float[] scale = new float[units];
    float[] shift = new float[units];
    float[] mean = new float[units];
    float[] variance = new float[units];
    for (int unit = 0; unit < units; unit++) {
      // A norm takes a variance of 0 for a unit that never changes, and other examples may differ.
      double v = found.variance()[unit] > 0 ? found.variance()[unit] : 1;
      variance[unit] = (float) v;
      mean[unit] = (float) (found.mean()[unit] - bias[unit]);
      scale[unit] = (float) Math.sqrt(variance[unit] + EPSILON);
      shift[unit] = (float) ((double) mean[unit] + bias[unit]);
    }
    Map<String, float[]> numbers = new LinkedHashMap<>();
    numbers.put("scale", scale);
    numbers.put("shift", shift);
    numbers.put("mean", mean);
    numbers.put("variance", variance);
    return numbers;
  }
}
