package dev.ockham.runtime.moment;

import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Affine;
import dev.ockham.runtime.graph.Combine;
import dev.ockham.runtime.graph.Constant;
import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Pad;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Pool;
import dev.ockham.runtime.graph.Reduce;
import dev.ockham.runtime.graph.Reshape;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Slice;
import dev.ockham.runtime.graph.Standardize;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Mean and variance of what a model gives, where each weight has a variance: one pass in closed
 * form instead of many drawn networks. Sums are taken to be normal, and numbers of a value to be
 * independent (Wang and Manning, "Fast dropout training", ICML 2013; arXiv:1502.05336, section
 * 3.2). Knows dense and convolutional layers, ReLU, pooling, means and sums along axes, addition,
 * reshaping, slicing, padding, scaling, folded batch norms and constants; refuses everything else.
 */
public final class MomentPropagation {

  private final Model model;
  private final Map<String, float[]> numbers = new HashMap<>();
  private final Map<String, float[]> spreads = new HashMap<>();

  private MomentPropagation(Model model) {
    this.model = model;
  }

  /**
   * Prepares a model.
   *
   * @param variances of its weights, by the name of the parameter and of its size; those that are
   *     not there have none
   * @throws IllegalArgumentException naming the node that there is no closed form for
   */
  public static MomentPropagation of(Model model, Map<String, Matrix> variances) {
    MomentPropagation made = new MomentPropagation(model);
    for (Node node : model.graph().nodes()) {
      if (!knows(node)) {
        throw new IllegalArgumentException(
            "node '"
                + node.name()
                + "' ("
                + node.operator().kind()
                + ") has no moments in closed form here; draw networks instead");
      }
    }
    for (Parameter parameter : model.graph().parameters()) {
      made.numbers.put(parameter.name(), model.value(parameter.name()).toDense());
      Matrix spread = variances.get(parameter.name());
      made.spreads.put(
          parameter.name(),
          spread == null ? new float[parameter.shape().size()] : spread.toDense());
    }
    return made;
  }

  private static boolean knows(Node node) {
    if (node.operator() instanceof Activation activation) {
      return activation.function() == Activation.Function.RELU;
    }
    if (node.operator() instanceof Combine combine) {
      return combine.by() == Combine.By.ADD;
    }
    if (node.operator() instanceof Reduce reduce) {
      return reduce.to() == Reduce.To.MEAN || reduce.to() == Reduce.To.SUM;
    }
    return node.operator() instanceof Linear
        || node.operator() instanceof Convolution
        || node.operator() instanceof Pool
        || node.operator() instanceof Slice
        || node.operator() instanceof Pad
        || node.operator() instanceof Affine
        || node.operator() instanceof Reshape
        || node.operator() instanceof Standardize
        || node.operator() instanceof Constant;
  }

  /**
   * Moments of every output for one example, by the outputs' names in their order.
   *
   * @param example raw values of the model's inputs, one input after another; read only
   * @throws IllegalArgumentException if there are not as many as the inputs have
   */
  public Map<String, Moments> run(float[] example) {
    Graph graph = model.graph();
    Map<String, Moments> values = new HashMap<>();
    int from = 0;
    for (Input input : graph.inputs()) {
      int size = input.shape().size();
      if (from + size > example.length) {
        throw new IllegalArgumentException(
            "an example has more than the " + example.length + " numbers given");
      }
      float[] own = new float[size];
      System.arraycopy(example, from, own, 0, size);
      values.put(input.name(), Moments.known(own));
      from += size;
    }
    if (from != example.length) {
      throw new IllegalArgumentException(
          "an example has " + from + " numbers, not " + example.length);
    }
    for (Node node : graph.nodes()) {
      values.put(node.name(), of(node, values));
    }
    Map<String, Moments> outputs = new LinkedHashMap<>();
    for (String output : graph.outputs()) {
      outputs.put(output, Objects.requireNonNull(values.get(output), output));
    }
    return outputs;
  }

  private Moments of(Node node, Map<String, Moments> values) {
    Graph graph = model.graph();
    if (node.operator() instanceof Constant) {
      return Moments.known(number(node, "value"));
    }
    String read = node.inputs().get(0);
    Moments x = Objects.requireNonNull(values.get(read), read);
    Shape in = graph.shape(read);
    Shape out = graph.shape(node.name());
    if (node.operator() instanceof Linear linear) {
      return sums(node, linear.outputs()).linear(x, in.dim(in.rank() - 1), linear.outputs());
    }
    if (node.operator() instanceof Convolution convolution) {
      return sums(node, convolution.outputs()).convolution(x, convolution, in, out);
    }
    if (node.operator() instanceof Activation) {
      return Rectification.rectified(x);
    }
    if (node.operator() instanceof Pool pool) {
      return Pooling.of(x, pool, in, out);
    }
    if (node.operator() instanceof Reduce reduce) {
      return Pooling.reduced(x, reduce, in, out);
    }
    if (node.operator() instanceof Slice slice) {
      return MovedNumbers.sliced(x, slice, in, out);
    }
    if (node.operator() instanceof Pad pad) {
      return MovedNumbers.padded(x, pad, in, out);
    }
    if (node.operator() instanceof Affine affine) {
      return affine(node, x, affine.axis(), in);
    }
    if (node.operator() instanceof Standardize) {
      return scaled(node, x);
    }
    if (node.operator() instanceof Combine) {
      return added(node, values, out);
    }
    return x; // It is reshaped.
  }

  private WeightedSums sums(Node node, int outputs) {
    String weight = Objects.requireNonNull(node.parameters().get("weight"));
    float[] bias =
        node.parameters().containsKey("bias") ? number(node, "bias") : new float[outputs];
    return new WeightedSums(
        Objects.requireNonNull(numbers.get(weight)),
        Objects.requireNonNull(spreads.get(weight)),
        bias);
  }

  private float[] number(Node node, String slot) {
    return Objects.requireNonNull(numbers.get(node.parameters().get(slot)), slot);
  }

  private Moments scaled(Node node, Moments x) {
    float[] mean = number(node, "mean");
    float[] scale = number(node, "scale");
    double[] means = new double[x.size()];
    double[] variances = new double[means.length];
    int run = Math.max(1, means.length / Math.max(1, mean.length));
    for (int i = 0; i < means.length; i++) {
      double s = scale[i / run];
      means[i] = (x.mean(i) - mean[i / run]) * s;
      variances[i] = x.variance(i) * s * s;
    }
    return new Moments(means, variances);
  }

  private Moments affine(Node node, Moments x, int axis, Shape in) {
    float[] scale = number(node, "scale");
    float[] shift = number(node, "shift");
    int inner = 1;
    for (int i = axis + 1; i < in.rank(); i++) {
      inner *= in.dim(i);
    }
    double[] means = new double[x.size()];
    double[] variances = new double[means.length];
    for (int i = 0; i < means.length; i++) {
      int unit = i / inner % scale.length;
      double s = scale[unit];
      means[i] = x.mean(i) * s + shift[unit];
      variances[i] = x.variance(i) * s * s;
    }
    return new Moments(means, variances);
  }

  private Moments added(Node node, Map<String, Moments> values, Shape out) {
    double[] means = new double[out.size()];
    double[] variances = new double[means.length];
    for (String read : node.inputs()) {
      Moments x = Objects.requireNonNull(values.get(read), read);
      if (x.size() != means.length) {
        throw new IllegalArgumentException(
            "node '" + node.name() + "' adds values of several sizes");
      }
      for (int i = 0; i < means.length; i++) {
        means[i] += x.mean(i);
        variances[i] += x.variance(i);
      }
    }
    return new Moments(means, variances);
  }
}
