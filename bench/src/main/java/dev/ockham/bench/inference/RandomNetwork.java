package dev.ockham.bench.inference;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.InitialWeights;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.noise.CounterDraws;
import dev.ockham.core.prune.Compaction;
import dev.ockham.core.prune.NormFolding;
import dev.ockham.onnx.check.RandomInputs;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.LinearInWeights;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A network with weights drawn from a seed, in full size and with a part of it gone: what costs
 * depend on without training. Batch norms are folded.
 *
 * @param architecture of one input
 * @param seed of all draws
 */
public record RandomNetwork(Architecture architecture, long seed) {

  private static final int EXAMPLES = 16;

  /** Steps of the noise, one for each use of the seed. */
  private static final int WEIGHTS = 0;

  private static final int MASKS = 1;

  /** The network in full size: He's weights, norms by what 16 random examples give. */
  public Model dense() {
    Graph graph = architecture.graph();
    Map<String, Matrix> values = new LinkedHashMap<>();
    for (int number = 0; number < graph.parameters().size(); number++) {
      Parameter parameter = graph.parameters().get(number);
      values.put(parameter.name(), matrix(parameter, drawn(parameter, number)));
    }
    Model model = new Model(architecture.name(), graph, values);
    if (!architecture.hasBatchNorm()) {
      return model;
    }
    String input = graph.inputs().getFirst().name();
    float[] examples =
        Objects.requireNonNull(RandomInputs.draw(model, EXAMPLES, seed).inputs().get(input));
    return NormFolding.fold(model, examples, EXAMPLES);
  }

  /**
   * The network without a share of its weights, which are chosen at random, each with the same
   * probability; units that none is left of are gone too.
   *
   * @param dense the network in full size
   * @param sparsity share of weights that go, from 0 to 1; of each parameter it goes, rounded
   */
  public Model sparse(Model dense, double sparsity) {
    Map<String, Matrix> values = new LinkedHashMap<>(dense.values());
    List<Parameter> weights = dense.graph().prunable();
    for (int number = 0; number < weights.size(); number++) {
      Parameter parameter = weights.get(number);
      float[] numbers = dense.value(parameter.name()).toDense();
      for (int gone : chosen(numbers.length, sparsity, number)) {
        numbers[gone] = 0;
      }
      values.put(parameter.name(), matrix(parameter, numbers));
    }
    return Compaction.compact(new Model(dense.architecture(), dense.graph(), values));
  }

  /** Indices of a share of some weights: those with the lowest of random scores. */
  private int[] chosen(int count, double share, int number) {
    NoiseKey key = NoiseKey.of(seed, MASKS, number);
    long[] scored = new long[count];
    for (int i = 0; i < count; i++) {
      scored[i] = (key.bits(0, i) >>> 32 << 32) | i;
    }
    Arrays.sort(scored);
    int[] chosen = new int[(int) Math.round(share * count)];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = (int) scored[i];
    }
    return chosen;
  }

  /**
   * The network without a share of the channels of each convolution and of the units of each dense
   * layer but those of its output: the last ones, which are as good as any at random, and the same
   * where sums couple them.
   *
   * @param dense the network in full size
   * @param channels share that goes, from 0 to below 1
   */
  public Model narrow(Model dense, double channels) {
    Map<String, Matrix> values = new LinkedHashMap<>(dense.values());
    Graph graph = dense.graph();
    for (Node node : graph.nodes()) {
      if (node.operator() instanceof LinearInWeights operator && !ends(graph, node)) {
        List<String> names = new ArrayList<>();
        names.add(node.parameters().get(operator.weight()));
        names.add(node.parameters().get("bias"));
        for (String name : names) {
          if (name != null) {
            values.put(name, withoutLast(graph.parameter(name), dense.value(name), channels));
          }
        }
      }
    }
    return Compaction.compact(new Model(dense.architecture(), graph, values));
  }

  private static boolean ends(Graph graph, Node node) {
    return graph.gives(node.name());
  }

  private static Matrix withoutLast(Parameter parameter, Matrix matrix, double share) {
    float[] numbers = matrix.toDense();
    int rows = parameter.rows() - (int) Math.round(share * parameter.rows());
    Arrays.fill(numbers, rows * parameter.columns(), numbers.length, 0);
    return matrix(parameter, numbers);
  }

  private float[] drawn(Parameter parameter, int number) {
    Graph graph = architecture.graph();
    Node node =
        graph.nodes().stream()
            .filter(each -> each.parameters().containsValue(parameter.name()))
            .findFirst()
            .orElseThrow();
    float deviation =
        parameter.role().trained() ? InitialWeights.HE.deviation(graph, node, parameter) : 0;
    float start = InitialWeights.start(node, parameter);
    NoiseKey key = NoiseKey.of(seed, WEIGHTS, number);
    float[] numbers = new float[parameter.shape().size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = start + (float) (deviation * CounterDraws.normal(key, 0, i));
    }
    return numbers;
  }

  private static Matrix matrix(Parameter parameter, float[] numbers) {
    return DenseMatrix.of(parameter.rows(), parameter.columns(), numbers);
  }
}
