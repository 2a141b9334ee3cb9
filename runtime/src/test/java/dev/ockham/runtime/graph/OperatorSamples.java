package dev.ockham.runtime.graph;

import dev.ockham.runtime.graph.GraphSample.Domain;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Graphs of one node, some for every operator: the geometries, ranks, sizes and settings that
 * whoever computes an operator must get right. What computes operators is tested over {@link
 * #all()}, so that a new operator is tested by whoever knows it from the day it has a sample; one
 * without fails the contract.
 */
public final class OperatorSamples {
  /** Name of the node. */
  public static final String NODE = "node";

  private OperatorSamples() {}

  /** Every sample of every operator. */
  public static List<GraphSample> all() {
    List<GraphSample> all = new ArrayList<>();
    for (Class<? extends Operator> type : types()) {
      all.addAll(of(type));
    }
    return all;
  }

  /** The samples of one class of operators; none if it has none. */
  public static List<GraphSample> of(Class<? extends Operator> type) {
    List<GraphSample> samples = new ArrayList<>();
    for (GraphSample sample : WindowSamples.all()) {
      addIf(type, sample, samples);
    }
    for (GraphSample sample : ElementSamples.all()) {
      addIf(type, sample, samples);
    }
    for (GraphSample sample : ShapeSamples.all()) {
      addIf(type, sample, samples);
    }
    return samples;
  }

  /** Samples of operators that others can express, with something to compute. */
  public static List<GraphSample> composites() {
    return of(Composite.class).stream()
        .filter(sample -> sample.graph().shape(NODE).size() > 0)
        .toList();
  }

  private static void addIf(
      Class<? extends Operator> type, GraphSample sample, List<GraphSample> samples) {
    if (type.isInstance(node(sample).operator())) {
      samples.add(sample);
    }
  }

  /** The classes that may be operators, by what {@code permits} says, through all levels. */
  public static List<Class<? extends Operator>> types() {
    List<Class<? extends Operator>> types = new ArrayList<>();
    collect(Operator.class, types);
    return types;
  }

  private static void collect(
      Class<? extends Operator> type, List<Class<? extends Operator>> types) {
    if (!type.isSealed()) {
      types.add(type);
      return;
    }
    for (Class<?> permitted : type.getPermittedSubclasses()) {
      collect(permitted.asSubclass(Operator.class), types);
    }
  }

  /** The node of a sample. */
  public static Node node(GraphSample sample) {
    return Objects.requireNonNull(sample.graph().node(NODE), sample.name());
  }

  /** Name of the node's input of a number. */
  public static String input(int number) {
    return "x" + number;
  }

  /** Name of the node's parameter of a slot. */
  public static String parameter(String slot) {
    return NODE + "." + slot;
  }

  /** A graph of a node with all its parameters, those that may be left out included. */
  static GraphSample sample(String what, Operator operator, Shape... in) {
    return sample(what, operator, Map.of(), List.of(), in);
  }

  /** The same without some of the parameters that may be left out. */
  static GraphSample without(String what, List<String> slots, Operator operator, Shape... in) {
    return sample(what, operator, Map.of(), slots, in);
  }

  /** The same with ranges for some inputs and parameters, by the names in the graph. */
  static GraphSample within(
      Map<String, Domain> domains, String what, Operator operator, Shape... in) {
    return sample(what, operator, domains, List.of(), in);
  }

  private static GraphSample sample(
      String what,
      Operator operator,
      Map<String, Domain> domains,
      List<String> without,
      Shape... in) {
    List<Input> inputs = new ArrayList<>();
    List<String> reads = new ArrayList<>();
    for (Shape shape : in) {
      reads.add(input(reads.size()));
      inputs.add(new Input(reads.get(reads.size() - 1), shape));
    }
    List<Parameter> parameters = new ArrayList<>();
    Map<String, String> taken = new LinkedHashMap<>();
    Map<String, Domain> all = new LinkedHashMap<>();
    for (Slot slot : operator.slots(List.of(in))) {
      if (!without.contains(slot.name())) {
        String name = parameter(slot.name());
        parameters.add(new Parameter(name, slot.shape(), slot.role()));
        taken.put(slot.name(), name);
        if (slot.name().equals("variance")) {
          all.put(name, Domain.POSITIVE);
        }
      }
    }
    all.putAll(domains);
    Node node = new Node(NODE, operator, reads, taken);
    List<Input> given = inputs.isEmpty() ? List.of(new Input("unread", Shape.of(2))) : inputs;
    Graph graph = new Graph(given, parameters, List.of(node), List.of(NODE));
    return new GraphSample(operator.kind() + ": " + what, graph, all);
  }

  /** A window of equal numbers on all axes. */
  static Window window(int axes, int kernel, int stride, int padding, int dilation) {
    return Window.of(axes, kernel, stride, padding, dilation);
  }

  /** A window over two axes with everything different: asymmetric padding, unequal sides. */
  static Window crooked() {
    return new Window(List.of(3, 2), List.of(2, 1), List.of(2, 0), List.of(0, 1), List.of(1, 2));
  }

  static List<Integer> repeat(int number, int times) {
    return Collections.nCopies(times, number);
  }
}
