package dev.ockham.runtime.graph;

import dev.ockham.runtime.Thorough;
import dev.ockham.runtime.graph.GraphSample.Domain;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * Networks drawn from a seed, as odd as users' own: branches, residual sums, concatenations, slices
 * and pads of channels, norms with statistics, depthwise convolutions, attention, recurrent layers,
 * parameters that two nodes share, layers of zeros and units of zeros; half of them with several
 * inputs or outputs. About 5 to 30 nodes on small images, vectors, sequences, or several of these.
 *
 * <p>A fault that one of them finds is mended where it comes from; its seed then stands in {@link
 * #OF_FAULTS}.
 */
public final class RandomGraphs {
  /** Seeds of networks that some form of them was wrong for once; every test tries them. */
  public static final List<Long> OF_FAULTS = List.of(10L, 1459L, 1615L);

  private RandomGraphs() {}

  /** By turns of the seed a network of images, of vectors, of sequences or of several inputs. */
  public static GraphSample of(long seed) {
    return switch ((int) Long.remainderUnsigned(seed, 4)) {
      case 0 -> images(seed);
      case 1 -> vectors(seed);
      case 2 -> sequences(seed);
      default -> several(seed);
    };
  }

  /** Networks for the seeds from 0 to {@code count} (exclusive). */
  public static List<GraphSample> first(int count) {
    List<GraphSample> all = new ArrayList<>();
    for (int seed = 0; seed < count; seed++) {
      all.add(of(seed));
    }
    return all;
  }

  /** A network of one input {@code image}. */
  public static GraphSample images(long seed) {
    Draws draws = new Draws(seed);
    return finished("images " + seed, new RandomImageGraph(draws).graph(), Map.of(), draws);
  }

  /** A network of one input {@code vector}. */
  public static GraphSample vectors(long seed) {
    Draws draws = new Draws(seed);
    return finished("vectors " + seed, new RandomVectorGraph(draws).graph(), Map.of(), draws);
  }

  /**
   * A network of one input {@code tokens}, whole numbers, or {@code sequence}; half of them have
   * another, {@code length}.
   */
  public static GraphSample sequences(long seed) {
    Draws draws = new Draws(seed);
    RandomSequenceGraph made = new RandomSequenceGraph(draws);
    return finished("sequences " + seed, made.graph(), made.domains(), draws);
  }

  /** A network of inputs {@code image} and {@code vector}; some have {@code tokens} as well. */
  public static GraphSample several(long seed) {
    Draws draws = new Draws(seed);
    RandomSeveralGraph made = new RandomSeveralGraph(draws, seed);
    return finished("several " + seed, made.graph(), made.domains(), draws);
  }

  /**
   * Seeds to try: the first, every so many in a plain build, and those of faults.
   *
   * @param count how many of the first there are
   * @param share one of how many is tried in a plain build
   */
  public static LongStream seeds(int count, int share) {
    int few = (count + Thorough.oneIn(share) - 1) / Thorough.oneIn(share);
    return LongStream.concat(
            LongStream.range(0, few), OF_FAULTS.stream().mapToLong(Long::longValue))
        .distinct();
  }

  /**
   * The network as it is trained: without statistics that its norms came with. No layer of it is
   * dead, so that its function has a slope.
   */
  public static GraphSample trained(GraphSample sample) {
    Graph graph = sample.graph();
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      Map<String, String> taken = new LinkedHashMap<>(node.parameters());
      taken.values().removeIf(name -> graph.parameter(name).role() == Role.STATISTIC);
      nodes.add(new Node(node.name(), node.operator(), node.inputs(), taken));
    }
    List<Parameter> left =
        graph.parameters().stream().filter(p -> p.role() != Role.STATISTIC).toList();
    return new GraphSample(
        sample.name(), new Graph(graph.inputs(), left, nodes, graph.outputs()), sample.domains());
  }

  private static GraphSample finished(
      String name, Graph built, Map<String, Domain> inputs, Draws draws) {
    Graph graph = sharing(withStatistics(built), draws);
    Map<String, Domain> domains = new LinkedHashMap<>();
    inputs.forEach((of, domain) -> {
      if (graph.inputs().stream().anyMatch(i -> i.name().equals(of)) || graph.hasParameter(of)) {
        domains.put(of, domain);
      }
    });
    Set<String> dead = new HashSet<>();
    for (Parameter parameter : graph.parameters()) {
      if (parameter.name().endsWith(".variance")) {
        domains.put(parameter.name(), Domain.POSITIVE);
      }
      if (parameter.name().endsWith(".factor")) {
        domains.put(parameter.name(), Domain.FACTOR);
      }
      boolean weight = parameter.role() == Role.WEIGHT;
      if (draws.chance(weight ? 0.08 : parameter.role() == Role.BIAS ? 0.25 : 0)) {
        dead.add(parameter.name());
      }
    }
    return new GraphSample(name, graph, domains, dead, 0.2);
  }

  /** Gives batch norms the statistics that they run with. */
  private static Graph withStatistics(Graph graph) {
    List<Parameter> parameters = new ArrayList<>(graph.parameters());
    List<Node> nodes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      Map<String, String> taken = new LinkedHashMap<>(node.parameters());
      for (Slot slot : node.operator().slots(graph.inputShapes(node))) {
        if (slot.role() == Role.STATISTIC) {
          String name = node.name() + "." + slot.name();
          parameters.add(new Parameter(name, slot.shape(), slot.role()));
          taken.put(slot.name(), name);
        }
      }
      nodes.add(new Node(node.name(), node.operator(), node.inputs(), taken));
    }
    return new Graph(graph.inputs(), parameters, nodes, graph.outputs());
  }

  /** Lets some nodes of the same operator have the weights of an earlier one. */
  private static Graph sharing(Graph graph, Draws draws) {
    List<Node> nodes = new ArrayList<>();
    Set<String> used = new HashSet<>();
    for (Node node : graph.nodes()) {
      Node shared = node;
      for (Node earlier : nodes) {
        if (twins(graph, earlier, node) && draws.chance(0.6)) {
          shared = new Node(node.name(), node.operator(), node.inputs(), earlier.parameters());
        }
      }
      nodes.add(shared);
      used.addAll(shared.parameters().values());
    }
    List<Parameter> parameters =
        graph.parameters().stream().filter(p -> used.contains(p.name())).toList();
    return new Graph(graph.inputs(), parameters, nodes, graph.outputs());
  }

  private static boolean twins(Graph graph, Node earlier, Node node) {
    return (node.operator() instanceof LinearInWeights || node.operator() instanceof Recurrent)
        && earlier.operator().equals(node.operator())
        && earlier.parameters().keySet().equals(node.parameters().keySet())
        && node.operator()
            .slots(graph.inputShapes(node))
            .equals(
                earlier
                    .operator()
                    .slots(graph.inputShapes(Objects.requireNonNull(graph.node(earlier.name())))));
  }

  /** A function that neither explodes nor leaves its domain. */
  static Activation activation(Draws draws) {
    Activation.Function function =
        draws.oneOf(
            List.of(
                Activation.Function.RELU,
                Activation.Function.RELU,
                Activation.Function.RELU,
                Activation.Function.CLIP,
                Activation.Function.LEAKY_RELU,
                Activation.Function.ELU,
                Activation.Function.GELU,
                Activation.Function.GELU_TANH,
                Activation.Function.SILU,
                Activation.Function.MISH,
                Activation.Function.HARD_SWISH,
                Activation.Function.SIGMOID,
                Activation.Function.TANH,
                Activation.Function.SOFTPLUS,
                Activation.Function.SCALE));
    return new Activation(function, function == Activation.Function.CLIP ? 0 : 0.3f, 1.5f);
  }
}
