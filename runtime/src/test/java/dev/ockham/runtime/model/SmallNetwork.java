package dev.ockham.runtime.model;

import dev.ockham.runtime.graph.Draws;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.ReferenceForward;
import dev.ockham.runtime.graph.Standardize;
import dev.ockham.runtime.graph.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** LeNet-5's sequence of layers in small, with odd and unequal sizes and numbers from a seed. */
public final class SmallNetwork {
  private static final String INPUT = "image";

  private SmallNetwork() {}

  /**
   * The network.
   *
   * @param density share of weights that are not 0
   */
  public static Model of(long seed, double density) {
    GraphBuilder g = new GraphBuilder();
    Value x = g.input(INPUT, 2, 13, 12);
    x = g.named("scaling").node("", new Standardize(Standardize.Each.ALL), x);
    x = g.relu(g.maxPool(g.conv2d(x, 5, 3), 2));
    x = g.flatten(g.maxPool(g.conv2d(x, 7, 2), 2));
    Graph graph = g.build(g.dense(g.relu(g.dense(x, 11)), 3));
    Map<String, Matrix> values = new LinkedHashMap<>();
    for (Parameter parameter : graph.parameters()) {
      values.put(parameter.name(), numbers(parameter, Draws.of(seed, parameter.name()), density));
    }
    values.put("scaling.mean", DenseMatrix.of(1, 1, new float[] {100}));
    values.put("scaling.scale", DenseMatrix.of(1, 1, new float[] {0.01f}));
    return new Model("small-lenet-5", graph, values);
  }

  private static DenseMatrix numbers(Parameter parameter, Draws draws, double density) {
    float[] numbers = new float[parameter.shape().size()];
    for (int i = 0; i < numbers.length; i++) {
      if (!parameter.role().prunable() || draws.chance(density)) {
        numbers[i] = (float) (0.5 * draws.normal());
      }
    }
    return DenseMatrix.of(parameter.rows(), parameter.columns(), numbers);
  }

  /** Pixels 0..255, {@code [count, 2·13·12]}. */
  public static float[] images(long seed, int count) {
    Draws draws = Draws.of(seed, INPUT);
    float[] images = new float[count * 2 * 13 * 12];
    for (int i = 0; i < images.length; i++) {
      images[i] = draws.below(256);
    }
    return images;
  }

  /** Logits in double by the reference, {@code [count, classes]}. */
  public static double[] reference(Model model, float[] images, int count) {
    Map<String, double[]> values =
        ReferenceForward.run(model, Map.of(INPUT, ReferenceForward.widened(images)), count);
    return Objects.requireNonNull(values.get(model.graph().outputs().get(0)));
  }
}
