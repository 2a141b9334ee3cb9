package dev.ockham.runtime.data;

import dev.ockham.runtime.graph.Embed;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Which input of a network takes which part of a sequence, and the sequence as these inputs.
 *
 * <p>A single number is the length; what has {@code mask} in its name is 1 for real steps and 0 for
 * padding; {@code type} or {@code segment} is 0 everywhere, {@code position} counts from 0; what is
 * left is the sequence itself.
 *
 * <pre>{@code
 * SequenceInputs inputs = SequenceInputs.of(model.graph());
 * Map<String, float[]> example = inputs.of(encoder.encode("very good"));
 * }</pre>
 */
public final class SequenceInputs {

  /** What an input takes of a sequence. */
  public enum Part {
    /** Its tokens, or its steps of numbers. */
    STEPS,
    /** How many steps are real. */
    LENGTH,
    /** 1 for each real step, 0 behind. */
    MASK,
    /** 0 for each step: there is one segment. */
    SEGMENT,
    /** 0, 1, 2 and so on. */
    POSITION
  }

  /**
   * An input and what it takes.
   *
   * @param input of the network
   * @param part what it takes
   */
  public record Place(Input input, Part part) {}

  private final List<Place> places;
  private final Shape shape;
  private final int vocabulary;

  private SequenceInputs(List<Place> places, Shape shape, int vocabulary) {
    this.places = List.copyOf(places);
    this.shape = shape;
    this.vocabulary = vocabulary;
  }

  /**
   * The inputs of a network.
   *
   * @throws IllegalArgumentException naming the inputs if not exactly one of them can be the
   *     sequence itself, or another one is of no fitting shape
   */
  public static SequenceInputs of(Graph graph) {
    List<Place> places = new ArrayList<>();
    Input steps = null;
    for (Input input : graph.inputs()) {
      Part part = part(input);
      places.add(new Place(input, part));
      if (part == Part.STEPS) {
        if (steps != null) {
          throw new IllegalArgumentException(
              "the network takes "
                  + described(graph.inputs())
                  + "; which of '"
                  + steps.name()
                  + "' and '"
                  + input.name()
                  + "' is the sequence cannot be told, so name arrays as its inputs");
        }
        steps = input;
      }
    }
    if (steps == null || steps.shape().rank() < 1) {
      throw new IllegalArgumentException(
          "the network takes " + described(graph.inputs()) + ", none of which is a sequence");
    }
    int count = steps.shape().dim(0);
    for (Place place : places) {
      int size = place.input().shape().size();
      if (place.part() != Part.STEPS && size != (place.part() == Part.LENGTH ? 1 : count)) {
        throw new IllegalArgumentException(
            "the network takes "
                + described(graph.inputs())
                + "; input '"
                + place.input().name()
                + "' has not one number for each of "
                + count
                + " steps");
      }
    }
    return new SequenceInputs(places, steps.shape(), vocabulary(graph, steps));
  }

  private static Part part(Input input) {
    String name = input.name().toLowerCase(Locale.ROOT);
    if (input.shape().size() == 1) {
      return Part.LENGTH;
    }
    if (name.contains("mask")) {
      return Part.MASK;
    }
    if (name.contains("type") || name.contains("segment")) {
      return Part.SEGMENT;
    }
    return name.contains("position") ? Part.POSITION : Part.STEPS;
  }

  private static int vocabulary(Graph graph, Input tokens) {
    for (Node node : graph.nodes()) {
      if (node.operator() instanceof Embed embed && node.inputs().contains(tokens.name())) {
        return embed.rows();
      }
    }
    return 0;
  }

  /** Inputs for a message, such as {@code tokens of [50] and length of []}. */
  public static String described(List<Input> inputs) {
    return String.join(
        " and ", inputs.stream().map(input -> input.name() + " of " + input.shape()).toList());
  }

  /** All inputs, in the graph's order. */
  public List<Place> places() {
    return places;
  }

  /** Shape of the sequence itself, {@code [steps]} of tokens or {@code [steps, features]}. */
  public Shape shape() {
    return shape;
  }

  /** How many tokens the network knows; 0 where it takes numbers. */
  public int vocabulary() {
    return vocabulary;
  }

  /** Numbers of all inputs together. */
  public int size() {
    return places.stream().mapToInt(place -> place.input().shape().size()).sum();
  }

  /**
   * Writes an example, one input after another.
   *
   * @param sequence holds the steps, as many numbers as {@link #shape} has
   * @param from the first of them
   * @param length how many steps are real, at least 1
   * @param into receives {@link #size} numbers
   * @param at the first of them
   * @throws IllegalArgumentException naming the step and the token that the network does not know
   */
  public void write(float[] sequence, int from, int length, float[] into, int at) {
    requireKnown(sequence, from);
    int to = at;
    int steps = shape.dim(0);
    for (Place place : places) {
      int size = place.input().shape().size();
      switch (place.part()) {
        case STEPS -> System.arraycopy(sequence, from, into, to, size);
        case LENGTH -> into[to] = length;
        case MASK, SEGMENT, POSITION -> {
          for (int step = 0; step < steps; step++) {
            into[to + step] =
                place.part() == Part.POSITION
                    ? step
                    : place.part() == Part.MASK && step < length ? 1 : 0;
          }
        }
      }
      to += size;
    }
  }

  private void requireKnown(float[] sequence, int from) {
    for (int step = 0; vocabulary > 0 && step < shape.size(); step++) {
      float token = sequence[from + step];
      if (!(token >= 0 && token < vocabulary) || token != (int) token) {
        String shown = token == (long) token ? Long.toString((long) token) : Float.toString(token);
        throw new IllegalArgumentException(
            "step "
                + step
                + " is "
                + shown
                + ", but the network knows the tokens 0 to "
                + (vocabulary - 1));
      }
    }
  }

  /**
   * An example by the names of the inputs.
   *
   * @throws IllegalArgumentException if it is not of as many steps as the network takes
   */
  public Map<String, float[]> of(EncodedText text) {
    float[] tokens = text.tokens();
    if (shape.rank() != 1 || shape.size() != tokens.length) {
      throw new IllegalArgumentException(
          "the network takes " + shape + ", but the text has " + tokens.length + " steps");
    }
    float[] all = new float[size()];
    write(tokens, 0, text.length(), all, 0);
    Map<String, float[]> inputs = new LinkedHashMap<>();
    int from = 0;
    for (Place place : places) {
      int size = place.input().shape().size();
      float[] values = new float[size];
      System.arraycopy(all, from, values, 0, size);
      inputs.put(place.input().name(), values);
      from += size;
    }
    return inputs;
  }
}
