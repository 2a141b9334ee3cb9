package dev.ockham.train.quick;

import dev.ockham.core.data.Examples;
import dev.ockham.core.evaluate.ModelInputs;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.kernel.ParallelRanges;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import dev.ockham.train.engine.Libtorch;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Refits the weights that stay in a pruned model, layer by layer and without training: for what a
 * layer reads in the whole model it shall give what it gave there, as nearly as the weights it has
 * left can. What layers read is looked at once, and serves any number of pruned forms.
 */
public final class Reconstruction {

  /** Rows that the equations of a layer are made of, per column; noise in them falls with it. */
  private static final int ROWS_PER_COLUMN = 100;

  private static final int LEAST_ROWS = 30_000;

  /** Numbers of values at once. */
  private static final int ROOM = 1 << 23;

  private static final long PURPOSE = 0x5245434F4EL;

  private final Model whole;
  private final Examples examples;
  private final long seed;
  private final int threads;
  private final List<LayerRows> layers;

  /** Second moments of what each layer reads; empty until they are needed. */
  private final List<float[]> moments = new ArrayList<>();

  /**
   * Prepares refitting against a model.
   *
   * @param whole the model before pruning, without batch norms
   * @param examples raw values; their targets do not matter
   * @param seed of the positions that are drawn
   * @param threads cores to use; the result does not depend on it
   */
  public Reconstruction(Model whole, Examples examples, long seed, int threads) {
    this.whole = whole;
    this.examples = examples;
    this.seed = seed;
    this.threads = threads;
    this.layers = layers(whole.graph());
  }

  private static List<LayerRows> layers(Graph graph) {
    Map<String, Integer> takers = new HashMap<>();
    graph
        .nodes()
        .forEach(node -> node.parameters().values().forEach(p -> takers.merge(p, 1, Integer::sum)));
    List<LayerRows> layers = new ArrayList<>();
    for (Node node : graph.nodes()) {
      boolean own =
          node.parameters().values().stream().allMatch(p -> takers.getOrDefault(p, 0) == 1);
      LayerRows.of(graph, node, own).ifPresent(layers::add);
    }
    return layers;
  }

  /** Names of the nodes that are refitted; others keep what they have. */
  public List<String> nodes() {
    return layers.stream().map(layer -> layer.node().name()).toList();
  }

  /**
   * Refits the weights that are left to what the layers of the whole model gave.
   *
   * @param pruned the whole model with some weights 0, which stay so
   * @return a model of the same graph
   */
  public Model refit(Model pruned) {
    if (moments.isEmpty()) {
      moments.addAll(look());
    }
    Map<String, Matrix> numbers = new LinkedHashMap<>(pruned.values());
    try (ParallelRanges team = new ParallelRanges(threads)) {
      for (int k = 0; k < layers.size(); k++) {
        solve(layers.get(k), moments.get(k), pruned, numbers, team);
      }
    }
    return new Model(pruned.architecture(), pruned.graph(), numbers);
  }

  private List<float[]> look() {
    Libtorch.start();
    try (Arena arena = Arena.ofShared();
        ParallelRanges team = new ParallelRanges(threads)) {
      List<LayerMoments> sums = new ArrayList<>();
      for (LayerRows layer : layers) {
        int rows = Math.max(LEAST_ROWS, ROWS_PER_COLUMN * layer.width());
        int each = Math.max(1, Math.ceilDiv(rows, examples.count()));
        NoiseKey key = NoiseKey.of(seed, PURPOSE, sums.size());
        sums.add(new LayerMoments(layer, each, key, arena));
      }
      Model probed = probed(whole, LayerRows.reads(layers));
      Plan plan = Plan.of(probed);
      int chunk = chunk(probed);
      for (int from = 0; from < examples.count(); from += chunk) {
        int first = from;
        int count = Math.min(chunk, examples.count() - from);
        float[] rows = examples.values(first, first + count);
        Map<String, float[]> values =
            plan.run(ModelInputs.split(probed, rows, count), count, threads);
        team.runEach(
            layers.size(),
            k -> {
              LayerRows layer = layers.get(k);
              float[] x = Objects.requireNonNull(values.get(layer.reads()));
              for (int i = 0; i < count; i++) {
                sums.get(k).add(x, i * layer.input().size(), first + i);
              }
            });
      }
      return sums.stream().map(LayerMoments::products).toList();
    }
  }

  /** Examples whose values there is room for. */
  private static int chunk(Model probed) {
    long size = ModelInputs.size(probed);
    for (String output : probed.graph().outputs()) {
      size += probed.graph().shape(output).size();
    }
    return Math.toIntExact(Math.clamp(ROOM / size, 1, 256));
  }

  private void solve(
      LayerRows layer,
      float[] products,
      Model now,
      Map<String, Matrix> numbers,
      ParallelRanges team) {
    int width = layer.width();
    int columns = width - 1;
    float[] weights = now.value(layer.weight().name()).toDense();
    float[] before = whole.value(layer.weight().name()).toDense();
    Parameter bias = layer.bias();
    float[] biases = bias == null ? new float[layer.weight().rows()] : dense(now, bias);
    float[] biasesBefore = bias == null ? biases : dense(whole, bias);
    LeastSquares squares = new LeastSquares(products, width);
    float[] solved = weights.clone();
    float[] solvedBiases = biases.clone();
    team.runEach(
        layer.weight().rows(),
        row -> {
          float[] rowBefore = joined(before, row * columns, columns, biasesBefore[row]);
          float[] rowNow = joined(weights, row * columns, columns, biases[row]);
          float[] result =
              squares.solve(rowBefore, rowNow, i -> i == columns ? bias != null : rowNow[i] != 0);
          System.arraycopy(result, 0, solved, row * columns, columns);
          solvedBiases[row] = result[columns];
        });
    put(layer.weight(), solved, numbers);
    if (bias != null) {
      put(bias, solvedBiases, numbers);
    }
  }

  private static float[] dense(Model model, Parameter parameter) {
    return model.value(parameter.name()).toDense();
  }

  private static float[] joined(float[] values, int from, int count, float last) {
    float[] joined = new float[count + 1];
    System.arraycopy(values, from, joined, 0, count);
    joined[count] = last;
    return joined;
  }

  private static void put(Parameter parameter, float[] values, Map<String, Matrix> numbers) {
    numbers.put(parameter.name(), DenseMatrix.of(parameter.rows(), parameter.columns(), values));
  }

  /** The part of a model that gives some of its values. */
  private static Model probed(Model model, List<String> values) {
    Graph graph = model.graph();
    Set<String> needed = new HashSet<>(values);
    List<Node> nodes = new ArrayList<>();
    Set<String> taken = new HashSet<>();
    for (Node node : graph.nodes().reversed()) {
      if (needed.contains(node.name())) {
        needed.addAll(node.inputs());
        taken.addAll(node.parameters().values());
        nodes.addFirst(node);
      }
    }
    List<Parameter> parameters =
        graph.parameters().stream().filter(each -> taken.contains(each.name())).toList();
    Map<String, Matrix> numbers = new LinkedHashMap<>(model.values());
    numbers.keySet().retainAll(taken);
    return new Model(
        model.architecture(), new Graph(graph.inputs(), parameters, nodes, values), numbers);
  }
}
