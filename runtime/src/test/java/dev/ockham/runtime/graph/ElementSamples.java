package dev.ockham.runtime.graph;

import static dev.ockham.runtime.graph.OperatorSamples.input;
import static dev.ockham.runtime.graph.OperatorSamples.parameter;
import static dev.ockham.runtime.graph.OperatorSamples.sample;
import static dev.ockham.runtime.graph.OperatorSamples.within;
import static dev.ockham.runtime.graph.OperatorSamples.without;

import dev.ockham.runtime.graph.Activation.Function;
import dev.ockham.runtime.graph.GraphSample.Domain;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Samples of operators that make each number of one, and of norms. */
final class ElementSamples {
  private static final Shape IMAGE = Shape.of(4, 3, 5);
  private static final Shape SEQUENCE = Shape.of(5, 6);
  private static final Shape VECTOR = Shape.of(7);
  private static final Shape NOTHING = Shape.of(0, 3, 3);

  private ElementSamples() {}

  static List<GraphSample> all() {
    List<GraphSample> all = new ArrayList<>();
    all.addAll(activations());
    all.addAll(combinations());
    all.addAll(norms());
    all.addAll(perUnit());
    all.addAll(gates());
    return all;
  }

  /** Every function, where it gives a number; then settings that are usual. */
  private static List<GraphSample> activations() {
    List<GraphSample> all = new ArrayList<>();
    for (Function function : Function.values()) {
      float first = function.settings() > 0 ? 0.3f : 0;
      float second = function.settings() > 1 ? 0.75f : 0;
      for (Shape shape : List.of(Shape.of(17), IMAGE)) {
        all.add(activation(new Activation(function, first, second), shape));
      }
    }
    all.add(activation(Activation.of(Function.RELU), Shape.of()));
    all.add(activation(Activation.of(Function.TANH), NOTHING));
    all.add(activation(new Activation(Function.CLIP, -0.5f, 0.75f), IMAGE));
    all.add(activation(new Activation(Function.LEAKY_RELU, 0.1f, 0), IMAGE));
    all.add(activation(new Activation(Function.ELU, 1.25f, 0), IMAGE));
    all.add(activation(new Activation(Function.HARD_SIGMOID, 1 / 6f, 0.5f), IMAGE));
    all.add(activation(new Activation(Function.SCALE, -1.5f, 0.25f), IMAGE));
    all.add(activation(new Activation(Function.CLIP, 0, 6), VECTOR));
    all.add(activation(new Activation(Function.SCALE, 0, 1.5f), VECTOR));
    return all;
  }

  private static GraphSample activation(Activation activation, Shape shape) {
    Function function = activation.function();
    boolean everywhere = Double.isFinite(function.of(-1, activation.first(), activation.second()));
    Domain wide = draws -> 4 * draws.normal();
    String settings =
        List.of("", " " + activation.first(), " " + activation.first() + " " + activation.second())
            .get(function.settings());
    return within(
        Map.of(input(0), everywhere ? wide : Domain.POSITIVE),
        function + settings + " of " + shape,
        activation,
        shape);
  }

  private static List<GraphSample> combinations() {
    List<GraphSample> all = new ArrayList<>();
    for (Combine.By by : Combine.By.values()) {
      all.add(combine(by, VECTOR, VECTOR));
      all.add(combine(by, IMAGE, IMAGE));
      all.add(combine(by, IMAGE, Shape.of(4, 1, 1)));
    }
    for (Combine.By by : List.of(Combine.By.SUBTRACT, Combine.By.MULTIPLY)) {
      all.add(combine(by, IMAGE, Shape.of()));
      all.add(combine(by, Shape.of(), IMAGE));
      all.add(combine(by, IMAGE, Shape.of(5)));
      all.add(combine(by, SEQUENCE, Shape.of(6)));
      all.add(combine(by, SEQUENCE, Shape.of(5, 1)));
      all.add(combine(by, Shape.of(4, 1, 5), Shape.of(3, 1)));
      all.add(combine(by, Shape.of(1), VECTOR));
      all.add(combine(by, Shape.of(1), Shape.of(1)));
      all.add(combine(by, Shape.of(5, 1), Shape.of(1, 5)));
      all.add(combine(by, NOTHING, NOTHING));
      all.add(combine(by, NOTHING, Shape.of(0, 1, 1)));
    }
    return all;
  }

  private static GraphSample combine(Combine.By by, Shape x, Shape y) {
    Map<String, Domain> domains =
        switch (by) {
          case DIVIDE -> Map.of(input(1), Domain.POSITIVE);
          case POWER -> Map.of(input(0), Domain.POSITIVE);
          case ADD, SUBTRACT, MULTIPLY, MINIMUM, MAXIMUM -> Map.of();
        };
    return within(domains, by + " of " + x + " and " + y, new Combine(by), x, y);
  }

  private static List<GraphSample> norms() {
    List<String> statistics = List.of("mean", "variance");
    List<String> learnt = List.of("scale", "shift");
    Normalize sequence = new Normalize(Normalize.Over.BATCH, 1, 1, 1e-3f);
    Normalize layer = new Normalize(Normalize.Over.LAYER, 1, 1, 1e-5f);
    Normalize group = new Normalize(Normalize.Over.GROUP, 0, 2, 1e-5f);
    Normalize instance = new Normalize(Normalize.Over.INSTANCE, 0, 1, 1e-5f);
    List<String> none = List.of("scale", "shift", "mean", "variance");
    return List.of(
        sample("batch, images", Normalize.batch(), IMAGE),
        sample("batch, vectors", Normalize.batch(), VECTOR),
        sample("batch, sequences", sequence, SEQUENCE),
        sample("batch, no units", Normalize.batch(), NOTHING),
        without("batch, nothing learnt", learnt, Normalize.batch(), IMAGE),
        without("batch, no shift", List.of("shift"), Normalize.batch(), IMAGE),
        sample("layer, sequences", layer, SEQUENCE),
        sample("layer, two axes", layer, IMAGE),
        sample("layer, all axes", new Normalize(Normalize.Over.LAYER, 0, 1, 1e-5f), IMAGE),
        sample("layer, last axis", new Normalize(Normalize.Over.LAYER, 2, 1, 1e-5f), IMAGE),
        sample("layer, vectors", new Normalize(Normalize.Over.LAYER, 0, 1, 1e-5f), VECTOR),
        without("layer, nothing learnt", learnt, layer, SEQUENCE),
        sample("group", group, IMAGE),
        sample("one group", new Normalize(Normalize.Over.GROUP, 0, 1, 1e-5f), IMAGE),
        sample("group, vectors", new Normalize(Normalize.Over.GROUP, 0, 3, 1e-5f), Shape.of(6)),
        without("group, nothing learnt", learnt, group, IMAGE),
        sample("instance", instance, IMAGE),
        sample("instance, 1-D", instance, Shape.of(3, 17)),
        sample("instance, axis 1", new Normalize(Normalize.Over.INSTANCE, 1, 1, 1e-5f), SEQUENCE),
        without("instance, nothing learnt", learnt, instance, IMAGE),
        without("batch, statistics of the examples", statistics, Normalize.batch(), IMAGE),
        without("batch, statistics of the examples, nothing learnt", none, sequence, SEQUENCE));
  }

  private static List<GraphSample> perUnit() {
    List<List<Integer>> border = List.of(List.of(0, 1, 1, 2), List.of(0, 1, 2));
    return List.of(
        sample("slope per channel", new PRelu(0), IMAGE),
        sample("slope per feature", new PRelu(1), SEQUENCE),
        sample("one slope", new PRelu(-1), IMAGE),
        sample("one slope, vectors", new PRelu(-1), VECTOR),
        sample("no units", new PRelu(0), NOTHING),
        sample("images", new Affine(0), IMAGE),
        sample("sequences", new Affine(1), SEQUENCE),
        sample("vectors", new Affine(0), VECTOR),
        sample("no units", new Affine(0), NOTHING),
        sample("one for all", new Standardize(Standardize.Each.ALL), IMAGE),
        sample("one for all, one number", new Standardize(Standardize.Each.ALL), Shape.of()),
        sample("per channel", new Standardize(Standardize.Each.UNIT), IMAGE),
        sample("per feature", new Standardize(Standardize.Each.FEATURE), IMAGE),
        sample("per feature, vectors", new Standardize(Standardize.Each.FEATURE), VECTOR),
        sample("per feature, sequences", new Standardize(Standardize.Each.FEATURE), SEQUENCE),
        sample("nine kinds of position", new BiasMap(border), Shape.of(3, 4, 3)),
        sample("three kinds of position", new BiasMap(List.of(List.of(1, 0, 2))), Shape.of(5, 3)),
        sample("one kind", new BiasMap(List.of(List.of(0, 0))), Shape.of(5, 2)),
        sample("no positions", new BiasMap(List.of()), VECTOR),
        sample("no units", new BiasMap(border), Shape.of(0, 4, 3)));
  }

  private static List<GraphSample> gates() {
    Map<String, Domain> domains = Map.of(parameter("factor"), Domain.FACTOR);
    Map<String, Domain> length = Map.of(input(0), Domain.around(8));
    return List.of(
        within(domains, "images", new DependentGate(0, 0.1f), IMAGE),
        within(domains, "vectors, no cut", new DependentGate(0, 0), VECTOR),
        within(domains, "sequences", new DependentGate(1, 0.2f), SEQUENCE),
        within(domains, "no units", new DependentGate(0, 0.1f), NOTHING),
        within(length, "ones and zeros", new LengthMask(7, 1, 0), Shape.of()),
        within(length, "for a softmax", new LengthMask(7, 0, -1e4f), Shape.of(1)),
        within(length, "one step", new LengthMask(1, 2, 3), Shape.of(1, 1)));
  }
}
