package dev.ockham.runtime.graph;

import static dev.ockham.runtime.graph.Geometry.pad;
import static dev.ockham.runtime.graph.Geometry.stride;

import dev.ockham.runtime.graph.GraphSample.Domain;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Draws a network of an image and a vector, and of tokens beside them now and then. Two of its
 * nodes are samples of operators, by turns of the seed, so that whatever has a sample is drawn.
 */
final class RandomSeveralGraph {
  private static final int TOKENS = 7;
  private static final int MOST_NUMBERS = 150;
  private static final List<List<GraphSample>> SAMPLES =
      OperatorSamples.types().stream()
          .map(type ->
              OperatorSamples.of(type).stream().filter(RandomSeveralGraph::isDrawn).toList())
          .filter(samples -> !samples.isEmpty())
          .toList();

  private final Draws draws;
  private final long seed;
  private final GraphBuilder g = new GraphBuilder();
  private final Map<String, Domain> domains = new LinkedHashMap<>();

  RandomSeveralGraph(Draws draws, long seed) {
    this.draws = draws;
    this.seed = seed;
  }

  /** Ranges of the inputs. */
  Map<String, Domain> domains() {
    return domains;
  }

  Graph graph() {
    Value image = g.input("image", draws.between(1, 3), draws.between(4, 7), draws.between(4, 7));
    Value vector = g.input("vector", draws.between(1, 6));
    List<Value> vectors = new ArrayList<>();
    if (draws.chance(0.4)) {
      domains.put("tokens", Domain.around(TOKENS));
      Value steps = g.embed(g.input("tokens", draws.between(1, 4)), TOKENS, 4);
      vectors.add(g.reduce(steps, draws.oneOf(List.of(Reduce.To.values())), false, 0));
    }
    int width = draws.between(2, 6);
    vectors.add(g.activation(g.dense(vector, width), RandomGraphs.activation(draws)));
    Value x = g.relu(g.conv2d(image, draws.between(2, 6), 3, pad(1)));
    for (int i = draws.between(1, 3); i > 0; i--) {
      x = joined(x, draws.oneOf(vectors));
    }
    vectors.add(draws.chance(0.5) ? g.globalAverage(x) : g.flatten(x));
    for (int i = 0; i < 2; i++) {
      int type = (int) Long.remainderUnsigned(seed / 4 * 2 + i, SAMPLES.size());
      vectors.add(sampled(draws.oneOf(vectors), draws.oneOf(SAMPLES.get(type))));
    }
    Value all = g.concat(0, vectors.toArray(Value[]::new));
    Value head = g.dense(draws.chance(0.5) ? g.relu(g.dense(all, 6)) : all, draws.between(2, 4));
    return draws.chance(0.5) ? g.build(head, g.dense(vectors.get(0), 2), x) : g.build(head);
  }

  /** Whether any numbers, or any positive ones, may go in, and not too many. */
  private static boolean isDrawn(GraphSample sample) {
    Node node = OperatorSamples.node(sample);
    Graph graph = sample.graph();
    boolean fits = !node.inputs().isEmpty();
    for (String input : node.inputs()) {
      Domain domain = sample.domains().getOrDefault(input, Domain.ANY);
      int size = graph.shape(input).size();
      fits &= domain.equals(Domain.ANY) || domain.equals(Domain.POSITIVE);
      fits &= size > 0 && size <= MOST_NUMBERS;
    }
    int size = graph.shape(node.name()).size();
    return fits && size > 0 && size <= MOST_NUMBERS;
  }

  /** The node of a sample, reading what layers make of a vector. */
  private Value sampled(Value vector, GraphSample sample) {
    Node node = OperatorSamples.node(sample);
    List<Value> in = new ArrayList<>();
    for (String input : node.inputs()) {
      Shape shape = sample.graph().shape(input);
      Value made = g.dense(vector, shape.size());
      made =
          sample.domains().containsKey(input)
              ? g.activation(
                  g.activation(made, Activation.Function.SIGMOID),
                  new Activation(Activation.Function.SCALE, 1.7f, 0.3f))
              : g.activation(made, Activation.Function.TANH);
      in.add(g.reshape(made, shape.dims().toArray(Integer[]::new)));
    }
    Value given = g.node("sampled", node.operator(), in.toArray(Value[]::new));
    sample
        .domains()
        .forEach((name, domain) -> {
          if (name.startsWith(OperatorSamples.NODE + ".")) {
            domains.put(given.name() + name.substring(OperatorSamples.NODE.length()), domain);
          }
        });
    return g.reshape(given, given.shape().size());
  }

  /** Channels that a vector scales, shifts or mixes, or that go on alone. */
  private Value joined(Value x, Value vector) {
    int channels = x.shape().dim(0);
    Value own = g.reshape(g.dense(vector, channels), channels, 1, 1);
    return switch (draws.below(6)) {
      case 0 -> g.multiply(x, own);
      case 1 -> g.relu(g.add(x, own));
      case 2 -> g.combine(draws.oneOf(List.of(Combine.By.MINIMUM, Combine.By.MAXIMUM)), x, own);
      case 3 -> mixed(x, vector);
      case 4 -> g.node("map", borders(x.shape()), x);
      default -> g.relu(g.batchNorm(g.conv2d(x, channels, 3, pad(1), stride(draws.between(1, 2)))));
    };
  }

  /** Every position's channels by a matrix that the vector gives. */
  private Value mixed(Value x, Value vector) {
    int channels = x.shape().dim(0);
    Value matrix = g.reshape(g.dense(vector, 3 * channels), 3, channels);
    Value positions = g.reshape(x, channels, x.shape().product(1, 3));
    Value mixed = g.matrixProduct(g.softmax(matrix), positions);
    return g.reshape(mixed, 3, x.shape().dim(1), x.shape().dim(2));
  }

  /** A number for corners, edges and the middle, as a padded convolution leaves it. */
  private static BiasMap borders(Shape shape) {
    return new BiasMap(List.of(kinds(shape.dim(1)), kinds(shape.dim(2))));
  }

  private static List<Integer> kinds(int size) {
    List<Integer> kinds = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      kinds.add(i == 0 ? 0 : i < size - 1 ? 1 : size == 2 ? 1 : 2);
    }
    return kinds;
  }
}
