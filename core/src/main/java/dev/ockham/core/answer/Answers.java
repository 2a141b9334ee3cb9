package dev.ockham.core.answer;

import dev.ockham.runtime.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * What a model says of some rows. Not copied; nothing changes it.
 *
 * @param kind what the values are
 * @param outputs values of a row
 * @param values probabilities of classes or labels, or numbers, {@code [rows, outputs]}
 * @param certainty a column for each of {@link #columns}, {@code [rows]} of classes, else {@code
 *     [rows, outputs]}; none where nobody asked
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Answers(Answer kind, int outputs, float[] values, List<float[]> certainty) {

  private static final List<String> OF_PROBABILITIES = List.of("entropy", "mutual_information");
  private static final List<String> OF_NUMBERS = List.of("deviation", "low", "high");

  /** Copies the list. */
  public Answers {
    certainty = List.copyOf(certainty);
  }

  /** What is said of how sure a model is, by the names of the columns. */
  public static List<String> columns(Answer kind) {
    return kind == Answer.NUMBERS ? OF_NUMBERS : OF_PROBABILITIES;
  }

  /** How many numbers a column has for a row: one over all classes, else one for each output. */
  static int columnWidth(Answer kind, int outputs) {
    return kind == Answer.CLASSES ? 1 : outputs;
  }

  /** How many rows there are. */
  public int rows() {
    return values.length / outputs;
  }

  /**
   * Checks that every value is a finite number: weights that are finite can overflow all the same.
   *
   * @param row what a row is called, for the message
   * @throws UncheckedIOException naming the first row with a value that is none
   */
  public void requireFinite(IntFunction<String> row) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new UncheckedIOException(
            new IOException(
                "%s: the network's answer is %s, since its numbers overflow; there is no prediction"
                    .formatted(row.apply(i / outputs), values[i])));
      }
    }
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
