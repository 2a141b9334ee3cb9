package dev.ockham.core.answer;

import dev.ockham.core.arch.NoiseOutput;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.graph.Graph;
import java.util.List;

/** What the numbers of a model's first output mean. */
public enum AnswerKind {
  /** Logits of classes, of which one holds. */
  CLASSES(List.of("entropy", "mutual_information")),
  /** A logit for each label, which holds or not by itself. */
  LABELS(List.of("entropy", "mutual_information")),
  /** Numbers, in the units of the data. */
  NUMBERS(List.of("deviation", "low", "high"));

  private final List<String> certainty;

  AnswerKind(List<String> certainty) {
    this.certainty = certainty;
  }

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
    return certainty;
  }

  /** How many numbers a column of certainty has for a row: one over all classes, else one each. */
  public int certaintyPerRow(int outputs) {
    return this == CLASSES ? 1 : outputs;
  }
}
