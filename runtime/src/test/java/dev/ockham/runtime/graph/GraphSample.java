package dev.ockham.runtime.graph;

import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A graph to test with, and numbers for its parameters and inputs: pure functions of a seed, in the
 * range where the graph's operators have a value, and all of them whole floats, so that computing
 * in float and in double begins with the same.
 *
 * @param name says what is special, for messages
 * @param graph what is computed
 * @param domains what the numbers of inputs and parameters may be, by name; {@link Domain#ANY}
 *     where nothing is said
 * @param dead parameters all numbers of which are 0, as pruning leaves layers that died
 * @param deadRows share of the rows of weights that are 0, as pruning leaves units that died
 */
public record GraphSample(
    String name, Graph graph, Map<String, Domain> domains, Set<String> dead, double deadRows) {
  /** Copies map and set. */
  public GraphSample {
    domains = Map.copyOf(domains);
    dead = Set.copyOf(dead);
  }

  /** A graph of which no unit is dead. */
  public GraphSample(String name, Graph graph, Map<String, Domain> domains) {
    this(name, graph, domains, Set.of(), 0);
  }

  /** What a number may be. */
  @FunctionalInterface
  public interface Domain {
    /** Normal numbers. */
    Domain ANY = draws -> draws.normal();

    /** From 0.3 to 2, for logarithms, roots, powers and what is divided by. */
    Domain POSITIVE = draws -> 0.3 + 1.7 * draws.uniform();

    /** From 0 to 2, a third of them 0: factors of gates. */
    Domain FACTOR = draws -> draws.chance(1 / 3.0) ? 0 : 2 * draws.uniform();

    /** Whole numbers from −1 to {@code bound}, ends included: tokens and lengths, and beyond. */
    static Domain around(int bound) {
      return new Around(bound);
    }

    /** The next number. */
    double next(Draws draws);
  }

  private record Around(int bound) implements Domain {
    @Override
    public double next(Draws draws) {
      return draws.between(-1, bound);
    }
  }

  /**
   * The graph with numbers. A seed decides how sparse its weights are, from hardly to mostly, and
   * which of them are stored as compressed rows.
   */
  public Model model(long seed) {
    double density = 0.3 + 0.7 * Draws.of(seed, "density").uniform();
    Map<String, Matrix> values = new LinkedHashMap<>();
    for (Parameter parameter : graph.parameters()) {
      Draws draws = Draws.of(seed, parameter.name());
      float[] numbers = numbers(parameter, draws, density);
      Matrix matrix = DenseMatrix.of(parameter.rows(), parameter.columns(), numbers);
      values.put(parameter.name(), draws.chance(0.5) ? matrix : matrix.asCsr());
    }
    return new Model(name, graph, values);
  }

  private float[] numbers(Parameter parameter, Draws draws, double density) {
    float[] numbers = new float[parameter.shape().size()];
    if (dead.contains(parameter.name())) {
      return numbers;
    }
    Domain domain = domains.getOrDefault(parameter.name(), Domain.ANY);
    boolean weights = parameter.role().prunable();
    int columns = Math.max(1, parameter.columns());
    double scale =
        weights
            ? Math.sqrt(1 / (density * columns))
            : domains.containsKey(parameter.name()) ? 1 : 0.5;
    double kept = weights ? density : 1;
    boolean row = true;
    for (int i = 0; i < numbers.length; i++) {
      if (i % columns == 0) {
        row = !weights || !draws.chance(deadRows);
      }
      double number = scale * domain.next(draws);
      numbers[i] = row && draws.chance(kept) ? (float) number : 0;
    }
    return numbers;
  }

  /**
   * Numbers for every input.
   *
   * @param count how many examples, ≥ 0
   * @return by name, example behind example: {@code [count, shape…]}
   */
  public Map<String, float[]> inputs(long seed, int count) {
    Map<String, float[]> inputs = new LinkedHashMap<>();
    for (Input input : graph.inputs()) {
      Draws draws = Draws.of(seed, "input " + input.name());
      Domain domain = domains.getOrDefault(input.name(), Domain.ANY);
      float[] numbers = new float[count * input.shape().size()];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = (float) domain.next(draws);
      }
      inputs.put(input.name(), numbers);
    }
    return inputs;
  }

  /** The same inputs in double, as {@link ReferenceForward} takes them. */
  public static Map<String, double[]> widened(Map<String, float[]> inputs) {
    Map<String, double[]> wide = new LinkedHashMap<>();
    inputs.forEach((input, values) -> wide.put(input, ReferenceForward.widened(values)));
    return wide;
  }

  @Override
  public String toString() {
    return name;
  }
}
