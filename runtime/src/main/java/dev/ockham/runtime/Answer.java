package dev.ockham.runtime;

import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.graph.Graph;
import java.util.List;

/** What the outputs of a model are an answer to. */
public enum Answer {
  /** Which one of several classes: a probability each, which add up to 1. */
  CLASSES,
  /** Which of several labels hold: a probability each. */
  LABELS,
  /** What some numbers are: themselves, in the units of the data. */
  NUMBERS;

  /**
   * The question that a model was trained for. One with a second output as large as its first gives
   * numbers and the logarithms of their variances.
   *
   * @param rules what its numbers mean
   */
  public static Answer of(DataRules rules, Graph graph) {
    int outputs = size(graph, 0);
    if (rules.numbers().size() == outputs) {
      return NUMBERS;
    }
    if (rules.labels().size() == outputs) {
      return LABELS;
    }
    return saysNoise(graph) ? NUMBERS : CLASSES;
  }

  /** Whether a model has two outputs of one size, of which the second is the noise. */
  public static boolean saysNoise(Graph graph) {
    return graph.outputs().size() == 2 && size(graph, 0) == size(graph, 1);
  }

  private static int size(Graph graph, int output) {
    return graph.shape(graph.outputs().get(output)).size();
  }

  /** Names of the outputs, as many as there are; none where the rules do not say them. */
  public List<String> names(DataRules rules, int outputs) {
    List<String> names =
        switch (this) {
          case CLASSES -> rules.classes();
          case LABELS -> rules.labels();
          case NUMBERS -> rules.numbers();
        };
    return names.size() == outputs ? names : List.of();
  }
}
