package dev.ockham.core.prune;

import dev.ockham.runtime.graph.Affine;
import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.LinearInWeights;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Role;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.BatchStatistics;
import dev.ockham.runtime.plan.Filling;
import dev.ockham.runtime.plan.Moments;
import dev.ockham.runtime.plan.Rescaling;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Batch norms after training: each goes into the layer before it, or becomes a scale and a shift of
 * each unit ({@link Affine}) where it is not that layer's only reader.
 *
 * <p>With mean m and variance v of a unit, weights become {@code W γ/√(v + ε)} and the bias {@code
 * (b − m) γ/√(v + ε) + β}, worked out in double. A unit that never changes has a scale of 0 and so
 * gives β. No statistics are kept in training: they belong to one set of weights, and pruning
 * changes the weights; they are estimated here from training examples, each with the earlier norms
 * folded in already. Those that came with a model are taken as they are.
 */
public final class NormFolding {
  private final Model model;
  private final Graph graph;
  private final Map<String, Moments> moments;
  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final Map<String, Matrix> values = new HashMap<>();
  private final Map<String, Matrix> variances = new HashMap<>();
  private final Map<String, String> aliases = new HashMap<>();
  private final Map<String, Integer> uses = new HashMap<>();

  private NormFolding(Model model, Map<String, Moments> moments) {
    this.model = model;
    this.moments = moments;
    graph = model.graph();
    graph.parameters().forEach(parameter -> parameters.put(parameter.name(), parameter));
    values.putAll(model.values());
    for (Node node : graph.nodes()) {
      node.parameters().values().forEach(name -> uses.merge(name, 1, Integer::sum));
    }
  }

  /**
   * The model without batch norms that have their statistics with them; others stay.
   *
   * @throws IllegalArgumentException if a folded number exceeds the range of float
   */
  public static Model fold(Model model) {
    return new NormFolding(model, Map.of()).folded();
  }

  /**
   * The model without batch norms.
   *
   * @param calibration training examples, raw values, {@code [count, size of the input]}
   * @param count how many; at least 1 where a batch norm has no statistics
   * @throws IllegalArgumentException if there are none, or a folded number exceeds the range of
   *     float
   */
  public static Model fold(Model model, float[] calibration, int count) {
    return fold(model, calibration, count, Filling.NONE);
  }

  /**
   * The model without batch norms.
   *
   * @param calibration training examples, raw values, {@code [count, size of the input]}
   * @param count how many; at least 1 where a batch norm has no statistics
   * @param filling gives parameters of other nodes from what they get for the examples, such as the
   *     scale and shift of a gate; what it gives is in the result
   * @throws IllegalArgumentException if there are none, or a folded number exceeds the range of
   *     float
   */
  public static Model fold(Model model, float[] calibration, int count, Filling filling) {
    String input = model.graph().inputs().getFirst().name();
    return fold(model, Map.of(input, calibration), count, filling);
  }

  /**
   * Folds the batch norms of a model of any number of inputs, as {@link #fold(Model, float[], int,
   * Filling)} does.
   *
   * @param calibration raw values by the name of the input, each {@code [count, size]}
   */
  public static Model fold(
      Model model, Map<String, float[]> calibration, int count, Filling filling) {
    return folding(model, calibration, count, filling).folded();
  }

  /**
   * A model without batch norms, and variances of its weights.
   *
   * @param variances by the name of the parameter
   */
  public record Spread(Model model, Map<String, Matrix> variances) {
    /** Copies the map. */
    public Spread {
      variances = Map.copyOf(variances);
    }
  }

  /**
   * Folds batch norms where weights have variances: those of weights that are scaled are scaled by
   * the square.
   *
   * @param variances by the name of the parameter
   */
  public static Spread fold(
      Model model,
      Map<String, Matrix> variances,
      Map<String, float[]> calibration,
      int count,
      Filling filling) {
    NormFolding folding = folding(model, calibration, count, filling);
    folding.variances.putAll(variances);
    return new Spread(folding.folded(), folding.variances);
  }

  private static NormFolding folding(
      Model model, Map<String, float[]> calibration, int count, Filling filling) {
    if (model.graph().nodes().stream().noneMatch(node -> needs(node, filling))) {
      return new NormFolding(model, Map.of());
    }
    Recorded recorded = new Recorded(filling, new HashMap<>());
    Map<String, Moments> moments = BatchStatistics.of(model, calibration, count, recorded);
    Map<String, Matrix> values = new LinkedHashMap<>(model.values());
    values.putAll(recorded.given());
    return new NormFolding(new Model(model.architecture(), model.graph(), values), moments);
  }

  private static boolean needs(Node node, Filling filling) {
    return filling.fills(node) || (isBatch(node) && !node.parameters().containsKey("mean"));
  }

  private static boolean isBatch(Node node) {
    return node.operator() instanceof Normalize norm && norm.over() == Normalize.Over.BATCH;
  }

  /** Remembers by parameter what a filling gave. */
  private record Recorded(Filling filling, Map<String, Matrix> given) implements Filling {
    @Override
    public @Nullable Map<String, Matrix> parameters(Node node, float[] input, int count) {
      Map<String, Matrix> own = filling.parameters(node, input, count);
      if (own != null) {
        own.forEach((slot, matrix) ->
            given.put(Objects.requireNonNull(node.parameters().get(slot), slot), matrix));
      }
      return own;
    }

    @Override
    public boolean fills(Node node) {
      return filling.fills(node);
    }
  }

  private Model folded() {
    for (Node node : graph.nodes()) {
      List<String> inputs = node.inputs().stream().map(this::alias).toList();
      Node now = new Node(node.name(), node.operator(), inputs, node.parameters());
      Rescaling rescaling = rescaling(node);
      Node layer = rescaling == null ? null : foldable(node);
      if (rescaling == null) {
        nodes.put(node.name(), now);
      } else if (layer == null) {
        nodes.put(node.name(), affine(now, rescaling));
      } else {
        nodes.put(layer.name(), with(layer, rescaling));
        aliases.put(node.name(), layer.name());
      }
    }
    Set<String> taken = new HashSet<>();
    nodes.values().forEach(node -> taken.addAll(node.parameters().values()));
    List<Parameter> used =
        parameters.values().stream().filter(each -> taken.contains(each.name())).toList();
    Map<String, Matrix> left = new LinkedHashMap<>();
    used.forEach(each -> left.put(each.name(), Objects.requireNonNull(values.get(each.name()))));
    List<String> outputs = graph.outputs().stream().map(this::alias).toList();
    Graph folded = new Graph(graph.inputs(), used, List.copyOf(nodes.values()), outputs);
    return new Model(model.architecture(), folded, left);
  }

  private String alias(String value) {
    return aliases.getOrDefault(value, value);
  }

  /** What a batch norm comes to; null for other nodes, and where its statistics are not known. */
  private @Nullable Rescaling rescaling(Node node) {
    if (!(node.operator() instanceof Normalize norm) || !isBatch(node)) {
      return null;
    }
    int units = graph.shape(node.name()).dim(norm.axis());
    Moments known = moments.get(node.name());
    String mean = node.parameters().get("mean");
    String variance = node.parameters().get("variance");
    if (mean != null && variance != null) {
      known = new Moments(wide(mean), wide(variance));
    }
    return known == null
        ? null
        : known.rescaling(
            vector(node, "scale", units, 1), vector(node, "shift", units, 0), norm.epsilon());
  }

  private double[] wide(String parameter) {
    float[] numbers = model.value(parameter).toDense();
    double[] wide = new double[numbers.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = numbers[i];
    }
    return wide;
  }

  private float[] vector(Node node, String slot, int units, float missing) {
    String name = node.parameters().get(slot);
    if (name != null) {
      return model.value(name).toDense();
    }
    float[] all = new float[units];
    Arrays.fill(all, missing);
    return all;
  }

  /**
   * The layer with weights that a batch norm folds into, as it is now: one whose only reader it is,
   * whose units it goes by, and whose parameters are its own.
   */
  private @Nullable Node foldable(Node norm) {
    String value = norm.inputs().getFirst();
    Node layer = graph.node(value);
    boolean weighted =
        layer != null
            && (layer.operator() instanceof Linear || layer.operator() instanceof Convolution);
    boolean alone =
        !graph.gives(value)
            && graph.nodes().stream().filter(node -> node.inputs().contains(value)).count() == 1;
    boolean owned =
        layer != null
            && layer.parameters().values().stream()
                .allMatch(name -> uses.getOrDefault(name, 0) == 1);
    boolean same = graph.unitAxis(value) == ((Normalize) norm.operator()).axis();
    return weighted && alone && owned && same ? nodes.get(value) : null;
  }

  private Node with(Node layer, Rescaling rescaling) {
    String weight =
        Objects.requireNonNull(
            layer.parameters().get(((LinearInWeights) layer.operator()).weight()));
    values.put(weight, rescaling.weight(Objects.requireNonNull(values.get(weight))));
    Matrix variance = variances.get(weight);
    if (variance != null) {
      double[] squares = Arrays.stream(rescaling.scale()).map(each -> each * each).toArray();
      variances.put(weight, new Rescaling(squares, rescaling.shift()).weight(variance));
    }
    String bias = layer.parameters().get("bias");
    Matrix before = bias == null ? null : values.get(bias);
    Matrix after = rescaling.bias(before);
    if (bias != null) {
      values.put(bias, after);
      return layer;
    }
    String own = added(layer.name() + ".bias", Role.BIAS, after);
    Map<String, String> taken = new LinkedHashMap<>(layer.parameters());
    taken.put("bias", own);
    return new Node(layer.name(), layer.operator(), layer.inputs(), taken);
  }

  private Node affine(Node norm, Rescaling rescaling) {
    Map<String, String> taken = new LinkedHashMap<>();
    taken.put("scale", own(norm, "scale", Role.SCALE, rescaling.scales()));
    taken.put("shift", own(norm, "shift", Role.SHIFT, rescaling.shifts()));
    int axis = ((Normalize) norm.operator()).axis();
    return new Node(norm.name(), new Affine(axis), norm.inputs(), taken);
  }

  private String own(Node norm, String slot, Role role, Matrix numbers) {
    String name = norm.parameters().get(slot);
    if (name != null && uses.getOrDefault(name, 0) == 1) {
      values.put(name, numbers);
      return name;
    }
    return added(norm.name() + "." + slot, role, numbers);
  }

  private String added(String wanted, Role role, Matrix numbers) {
    String name = wanted;
    for (int i = 2; parameters.containsKey(name); i++) {
      name = wanted + i;
    }
    DenseMatrix dense = numbers.asDense();
    parameters.put(name, new Parameter(name, Shape.of(dense.rows()), role));
    values.put(name, dense);
    return name;
  }
}
