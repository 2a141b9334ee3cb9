package dev.ockham.runtime.graph;

import dev.ockham.runtime.model.Model;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a graph computes, in double and in the plainest loops: the oracle that every faster form of
 * an operator is compared with. It works shapes out by itself, and shares no formula with the code
 * that it checks.
 *
 * <p>The semantics are PyTorch's, as the operators' records say. The real steps of a sequence of
 * length n are the steps t with t &lt; n, of those that there are. A batch norm without statistics
 * takes those of the examples at hand, with the biased variance.
 */
public final class ReferenceForward {
  private ReferenceForward() {}

  /**
   * All values of a model for some examples.
   *
   * @param inputs numbers of each input, example behind example: {@code [count, shape…]}
   * @param count how many examples, ≥ 0
   * @return numbers of each input and node by its name, {@code [count, shape…]}
   */
  public static Map<String, double[]> run(Model model, Map<String, double[]> inputs, int count) {
    return run(model.graph(), numbers(model), inputs, count);
  }

  /**
   * All values of a graph for some examples.
   *
   * @param numbers numbers of each parameter, by its name
   * @param inputs numbers of each input, example behind example: {@code [count, shape…]}
   * @param count how many examples, ≥ 0
   * @return numbers of each input and node by its name, {@code [count, shape…]}
   * @throws AssertionError if a node's shape is not what its operator says
   */
  public static Map<String, double[]> run(
      Graph graph, Map<String, double[]> numbers, Map<String, double[]> inputs, int count) {
    Map<String, Tensor[]> values = new LinkedHashMap<>();
    for (Input input : graph.inputs()) {
      double[] given = Objects.requireNonNull(inputs.get(input.name()), input.name());
      values.put(input.name(), examples(input.shape(), given, count));
    }
    for (Node node : graph.nodes()) {
      Tensor[] results = evaluate(graph, node, numbers, values, count);
      for (Tensor result : results) {
        if (!result.shape().equals(graph.shape(node.name()))) {
          throw new AssertionError(
              "node '%s' (%s) gives %s, but its operator says %s"
                  .formatted(
                      node.name(), node.operator(), result.shape(), graph.shape(node.name())));
        }
      }
      values.put(node.name(), results);
    }
    Map<String, double[]> flat = new LinkedHashMap<>();
    values.forEach((name, tensors) -> flat.put(name, joined(tensors)));
    return flat;
  }

  /** The numbers of a model's parameters in double, by name. */
  public static Map<String, double[]> numbers(Model model) {
    Map<String, double[]> numbers = new LinkedHashMap<>();
    model.values().forEach((name, matrix) -> numbers.put(name, widened(matrix.toDense())));
    return numbers;
  }

  /** The same numbers in double. */
  public static double[] widened(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  private static Tensor[] examples(Shape shape, double[] values, int count) {
    int size = shape.size();
    if (values.length != size * count) {
      throw new IllegalArgumentException(
          values.length + " numbers for " + count + " examples of " + shape);
    }
    Tensor[] examples = new Tensor[count];
    for (int i = 0; i < count; i++) {
      double[] own = new double[size];
      System.arraycopy(values, i * size, own, 0, size);
      examples[i] = Tensor.of(shape.toArray(), own);
    }
    return examples;
  }

  private static double[] joined(Tensor[] examples) {
    int size = examples.length == 0 ? 0 : examples[0].values().length;
    double[] values = new double[size * examples.length];
    for (int i = 0; i < examples.length; i++) {
      System.arraycopy(examples[i].values(), 0, values, i * size, size);
    }
    return values;
  }

  private static Tensor[] evaluate(
      Graph graph,
      Node node,
      Map<String, double[]> numbers,
      Map<String, Tensor[]> values,
      int count) {
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    for (String slot : node.parameters().keySet()) {
      Parameter parameter = Objects.requireNonNull(graph.parameter(node, slot), slot);
      double[] own = Objects.requireNonNull(numbers.get(parameter.name()), parameter.name());
      parameters.put(slot, Tensor.of(parameter.shape().toArray(), own));
    }
    List<Tensor[]> reads = new ArrayList<>();
    for (String read : node.inputs()) {
      reads.add(Objects.requireNonNull(values.get(read), read));
    }
    if (node.operator() instanceof Normalize normalize) {
      return ReferenceNorms.normalize(normalize, reads.get(0), parameters);
    }
    Tensor[] results = new Tensor[count];
    for (int i = 0; i < count; i++) {
      List<Tensor> in = new ArrayList<>();
      for (Tensor[] read : reads) {
        in.add(read[i]);
      }
      results[i] = one(node.operator(), in, parameters);
    }
    return results;
  }

  private static Tensor one(Operator operator, List<Tensor> in, Map<String, Tensor> parameters) {
    return switch (operator) {
      case Linear linear -> ReferenceMoves.linear(linear, in.get(0), parameters);
      case Convolution c -> ReferenceWindows.convolution(c, in.get(0), parameters);
      case ConvolutionTransposed c -> ReferenceWindows.transposed(c, in.get(0), parameters);
      case Embed embed -> ReferenceMoves.embed(embed, in.get(0), parameters);
      case Recurrent recurrent -> ReferenceRecurrent.run(recurrent, in, parameters);
      case Pool pool -> ReferenceWindows.pool(pool, in.get(0));
      case Activation activation -> ReferenceElements.activation(activation, in.get(0));
      case PRelu prelu -> ReferenceElements.prelu(prelu, in.get(0), parameters);
      case Combine combine -> ReferenceElements.combine(combine, in.get(0), in.get(1));
      case Concat concat -> ReferenceMoves.concat(concat, in);
      case Reshape reshape -> ReferenceMoves.reshape(reshape, in.get(0));
      case Permute permute -> ReferenceMoves.permute(permute, in.get(0));
      case Slice slice -> ReferenceMoves.slice(slice, in.get(0));
      case Pad pad -> ReferenceMoves.pad(pad, in.get(0));
      case Reduce reduce -> ReferenceNorms.reduce(reduce, in.get(0));
      case Normalize normalize ->
          ReferenceNorms.normalize(normalize, new Tensor[] {in.get(0)}, parameters)[0];
      case LogSumExp sum -> ReferenceNorms.logSumExp(sum, in.get(0));
      case LocalResponse response -> ReferenceNorms.localResponse(response, in.get(0));
      case Softsign softsign -> ReferenceElements.softsign(in.get(0));
      case RunningSum sum -> ReferenceNorms.runningSum(sum, in.get(0));
      case Triangle triangle -> ReferenceMoves.triangle(triangle, in.get(0));
      case Softmax softmax -> ReferenceNorms.softmax(softmax, in.get(0));
      case MatrixProduct product -> ReferenceMoves.product(product, in.get(0), in.get(1));
      case Resize resize -> ReferenceWindows.resize(resize, in.get(0));
      case LengthMask mask -> ReferenceElements.lengthMask(mask, in.get(0));
      case Constant constant -> ReferenceMoves.constant(constant, parameters);
      case Standardize standardize ->
          ReferenceElements.standardize(standardize, in.get(0), parameters);
      case Affine affine -> ReferenceElements.affine(affine, in.get(0), parameters);
      case BiasMap map -> ReferenceElements.biasMap(map, in.get(0), parameters);
      case DependentGate gate -> ReferenceElements.gate(gate, in.get(0), parameters);
    };
  }

  /** A parameter that must be there. */
  static Tensor needed(Map<String, Tensor> parameters, String slot) {
    return Objects.requireNonNull(parameters.get(slot), slot);
  }
}
