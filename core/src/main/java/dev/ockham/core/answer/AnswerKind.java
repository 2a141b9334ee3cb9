package dev.ockham.core.answer;

import dev.ockham.core.arch.NoiseOutput;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.graph.Graph;
import java.util.List;

/** What the numbers of a model's first output mean. */
public enum AnswerKind {
  /** Logits of classes, of which one holds. */
  CLASSES,
  /** A logit for each label, which holds or not by itself. */
  LABELS,
  /** Numbers, in the units of the data. */
  NUMBERS;

  private static final List<String> OF_PROBABILITIES = List.of("entropy", "mutual_information");
  private static final List<String> OF_NUMBERS = List.of("deviation", "low", "high");

  /** What a model answers, by its rules and, where they do not say, by its outputs. */
  public static AnswerKind of(DataRules rules, Graph graph) {
    int outputs = graph.shape(graph.outputs().getFirst()).size();
    if (rules.numbers().size() == outputs) {
      return NUMBERS;
    }
    if (rules.labels().size() == outputs) {
      return LABELS;
    }
    return NoiseOutput.isThere(graph) ? NUMBERS : CLASSES;
  }

  /** What is said of how sure a model is, by the names of its columns. */
  public List<String> certainty() {
    return this == NUMBERS ? OF_NUMBERS : OF_PROBABILITIES;
  }

  /** How many numbers a column of certainty has for a row: one over all classes, else one each. */
  public int certaintyPerRow(int outputs) {
    return this == CLASSES ? 1 : outputs;
  }
}
