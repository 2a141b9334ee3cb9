package dev.ockham.train.laplace;

import dev.ockham.core.data.Examples;
import dev.ockham.core.evaluate.Evaluator;
import dev.ockham.core.evaluate.ModelInputs;
import dev.ockham.core.evidence.LaplaceLayer;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.kernel.ParallelRanges;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.model.Model;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.engine.NativeTensor;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The diagonal of the Fisher information of a model, h = Σₙ (∂ log p(yₙ|xₙ)/∂w)², with yₙ drawn
 * from the model (arXiv:2402.15978). Each example has a pass of its own: what is squared is the
 * gradient of one example, over all positions of a convolution and all steps of a recurrence. The
 * square of a batch's gradient would be something else.
 *
 * @param sums h by the name of the parameter that can be pruned, over the examples of the passes
 * @param examples how many these were
 */
public record DiagonalFisher(Map<String, double[]> sums, int examples) {

  /** Keeps these draws apart from those of training. */
  private static final long PURPOSE = 0x464953484552L;

  /** Copies the map. */
  public DiagonalFisher {
    sums = Map.copyOf(sums);
  }

  /**
   * One pass over some examples.
   *
   * @param model without batch norms, and without a softmax at its end; it takes raw values
   * @param examples raw values
   * @param seed of the drawn targets, which are a function of it and the example's number
   * @param threads cores to use; the result depends on it in its last bits
   * @throws IllegalArgumentException in one line, if the model has a batch norm, or does not fit
   */
  public static DiagonalFisher of(
      Model model, Examples examples, Likelihood likelihood, long seed, int threads) {
    Graph graph = model.graph();
    graph
        .nodes()
        .forEach(node -> {
          if (node.operator() instanceof Normalize norm && norm.over() == Normalize.Over.BATCH) {
            throw new IllegalArgumentException(
                "node '" + node.name() + "' is a batch norm; fold it");
          }
        });
    Evaluator.requireFits(model, examples);
    Libtorch.start();
    Kernels kernels = Kernels.create();
    NoiseKey key = key(seed);
    List<Map<String, double[]>> parts = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      parts.add(zeros(graph));
    }
    try (Arena arena = Arena.ofShared();
        ParallelRanges team = new ParallelRanges(threads)) {
      Map<String, NativeTensor> numbers = numbers(model, arena);
      int count = examples.count();
      team.runEach(
          threads,
          worker -> {
            Map<String, double[]> own = parts.get(worker);
            try (ExampleGradients gradients =
                new ExampleGradients(graph, numbers, kernels, arena)) {
              int from = (int) ((long) worker * count / threads);
              int to = (int) ((worker + 1L) * count / threads);
              for (int i = from; i < to; i++) {
                Map<String, float[]> inputs = ModelInputs.split(model, examples.values(i), 1);
                gradients
                    .of(inputs, likelihood, key, i)
                    .forEach((name, values) ->
                        addSquares(values, Objects.requireNonNull(own.get(name), name)));
              }
            }
          });
      numbers.values().forEach(NativeTensor::close);
      Map<String, double[]> total = parts.getFirst();
      for (Map<String, double[]> part : parts.subList(1, threads)) {
        part.forEach((name, values) -> add(values, Objects.requireNonNull(total.get(name), name)));
      }
      return new DiagonalFisher(total, count);
    }
  }

  /** The key of the drawn targets. */
  static NoiseKey key(long seed) {
    return NoiseKey.of(seed, PURPOSE, 0);
  }

  private static Map<String, double[]> zeros(Graph graph) {
    Map<String, double[]> zeros = new LinkedHashMap<>();
    graph
        .prunable()
        .forEach(parameter -> zeros.put(parameter.name(), new double[parameter.shape().size()]));
    return zeros;
  }

  private static Map<String, NativeTensor> numbers(Model model, Arena arena) {
    Map<String, NativeTensor> numbers = new LinkedHashMap<>();
    for (Parameter parameter : model.graph().parameters()) {
      NativeTensor tensor = NativeTensor.floats(arena, parameter.shape().toLongs());
      tensor.set(model.value(parameter.name()).toDense());
      numbers.put(parameter.name(), tensor);
    }
    return numbers;
  }

  private static void addSquares(float[] values, double[] into) {
    for (int i = 0; i < into.length; i++) {
      into[i] += (double) values[i] * values[i];
    }
  }

  private static void add(double[] values, double[] into) {
    for (int i = 0; i < into.length; i++) {
      into[i] += values[i];
    }
  }

  /**
   * Laplace's approximation of each tensor of weights, for data of any number.
   *
   * @param model the one that was passed over
   * @param data how many examples the network learnt from; h is scaled to them
   * @return by the name of the parameter, in the graph's order
   */
  public Map<String, LaplaceLayer> layers(Model model, long data) {
    Map<String, LaplaceLayer> layers = new LinkedHashMap<>();
    double scale = (double) data / examples;
    for (Parameter parameter : model.graph().prunable()) {
      double[] fisher =
          Objects.requireNonNull(sums.get(parameter.name()), parameter.name()).clone();
      for (int i = 0; i < fisher.length; i++) {
        fisher[i] *= scale;
      }
      float[] weights = model.value(parameter.name()).toDense();
      layers.put(parameter.name(), LaplaceLayer.of(weights, fisher));
    }
    return layers;
  }
}
