package dev.ockham.core.answer;

import java.util.ArrayList;
import java.util.List;

/**
 * What a model says of some rows. Not copied; nothing changes it.
 *
 * @param kind what the values are
 * @param outputs values of a row
 * @param values probabilities of classes or labels, or numbers, {@code [rows, outputs]}
 * @param certainty a column for each of {@link AnswerKind#certainty}, {@code [rows]} of classes,
 *     else {@code [rows, outputs]}; none where nobody asked
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Answers(AnswerKind kind, int outputs, float[] values, List<float[]> certainty) {

  /** Copies the list. */
  public Answers {
    certainty = List.copyOf(certainty);
  }

  /** How many rows there are. */
  public int rows() {
    return values.length / outputs;
  }

  /** The answers of some rows behind each other. */
  static Answers joined(List<Answers> parts) {
    Answers first = parts.getFirst();
    List<float[]> certainty = new ArrayList<>();
    for (int i = 0; i < first.certainty().size(); i++) {
      int column = i;
      certainty.add(chain(parts.stream().map(part -> part.certainty().get(column)).toList()));
    }
    return new Answers(
        first.kind(),
        first.outputs(),
        chain(parts.stream().map(Answers::values).toList()),
        certainty);
  }

  private static float[] chain(List<float[]> parts) {
    float[] all = new float[parts.stream().mapToInt(part -> part.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }
}
