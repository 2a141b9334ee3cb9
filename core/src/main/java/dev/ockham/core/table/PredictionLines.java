package dev.ockham.core.table;

import dev.ockham.runtime.file.DataRules;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a model says of the rows of a table, as lines of CSV or of JSON. A line has the number of
 * the row's line, what passes through, and the prediction; numbers are the shortest decimals that
 * read back as the same float. Immutable.
 */
public final class PredictionLines {

  /** How lines look. */
  public enum Form {
    /** Cells with commas, under a line of names. */
    CSV,
    /** An object a line. */
    JSON
  }

  private enum Answer {
    CLASSES,
    LABELS,
    NUMBERS
  }

  private final Form form;
  private final String place;
  private final List<String> kept;
  private final Answer answer;
  private final List<String> names;
  private final int outputs;
  private final boolean named;

  /**
   * Lines for a model.
   *
   * @param place what the number of a row is called: {@code line} or {@code row}
   * @param kept names of the columns that pass through
   * @param rules what the model's outputs mean
   * @param outputs how many it has
   */
  public PredictionLines(Form form, String place, List<String> kept, DataRules rules, int outputs) {
    this.form = form;
    this.place = place;
    this.kept = List.copyOf(kept);
    this.outputs = outputs;
    if (rules.numbers().size() == outputs) {
      answer = Answer.NUMBERS;
      names = rules.numbers();
    } else if (rules.labels().size() == outputs) {
      answer = Answer.LABELS;
      names = rules.labels();
    } else {
      answer = Answer.CLASSES;
      names = rules.classes();
    }
    named = names.size() == outputs;
  }

  /** Whether text begins as such lines do. */
  public static boolean begins(String text) {
    return Stream.of("line,", "row,", "{\"line\":", "{\"row\":").anyMatch(text::startsWith);
  }

  /** Whether the outputs are logits of classes, and probabilities after a softmax. */
  public boolean classes() {
    return answer == Answer.CLASSES;
  }

  /** Whether each output is the logit of a label, and a probability by itself. */
  public boolean labels() {
    return answer == Answer.LABELS;
  }

  /** The line of names; empty where there is none. */
  public String heading() {
    if (form == Form.JSON) {
      return "";
    }
    List<String> cells = new ArrayList<>(List.of(place));
    cells.addAll(kept);
    if (answer == Answer.CLASSES) {
      cells.add("prediction");
      cells.add("probability");
    } else {
      cells.addAll(names);
    }
    StringBuilder line = new StringBuilder();
    for (String cell : cells) {
      line.append(line.isEmpty() ? "" : ",");
      quoted(line, cell);
    }
    return line.append('\n').toString();
  }

  /**
   * Adds the line of a row.
   *
   * @param number of its line
   * @param cells what passes through
   * @param values what the model gave, after softmax or sigmoid where there are classes or labels
   * @param at index of the first
   */
  void add(StringBuilder out, long number, List<String> cells, float[] values, int at) {
    switch (form) {
      case CSV -> csv(out, number, cells, values, at);
      case JSON -> json(out, number, cells, values, at);
    }
    out.append('\n');
  }

  private int best(float[] values, int at) {
    int best = 0;
    for (int k = 1; k < outputs; k++) {
      best = values[at + k] > values[at + best] ? k : best;
    }
    return best;
  }

  private void csv(StringBuilder out, long number, List<String> cells, float[] values, int at) {
    out.append(number);
    for (String cell : cells) {
      out.append(',');
      quoted(out, cell);
    }
    if (answer == Answer.CLASSES) {
      int best = best(values, at);
      out.append(',');
      if (named) {
        quoted(out, names.get(best));
      } else {
        out.append(best);
      }
      out.append(',').append(values[at + best]);
    } else {
      for (int k = 0; k < outputs; k++) {
        out.append(',').append(values[at + k]);
      }
    }
  }

  private static void quoted(StringBuilder out, String cell) {
    boolean plain = true;
    for (int i = 0; i < cell.length() && plain; i++) {
      char c = cell.charAt(i);
      plain = c != ',' && c != '"' && c != '\n' && c != '\r';
    }
    if (plain) {
      out.append(cell);
    } else {
      out.append('"').append(cell.replace("\"", "\"\"")).append('"');
    }
  }

  private void json(StringBuilder out, long number, List<String> cells, float[] values, int at) {
    out.append("{\"").append(place).append("\":").append(number);
    for (int i = 0; i < cells.size(); i++) {
      out.append(',');
      text(out, kept.get(i));
      out.append(':');
      text(out, cells.get(i));
    }
    if (answer == Answer.CLASSES) {
      int best = best(values, at);
      out.append(",\"class\":").append(best);
      if (named) {
        out.append(",\"name\":");
        text(out, names.get(best));
      }
      out.append(",\"probability\":").append(values[at + best]).append(",\"probabilities\":[");
      for (int k = 0; k < outputs; k++) {
        out.append(k == 0 ? "" : ",").append(values[at + k]);
      }
      out.append("]}");
    } else {
      out.append(answer == Answer.LABELS ? ",\"probabilities\":{" : ",\"numbers\":{");
      for (int k = 0; k < outputs; k++) {
        out.append(k == 0 ? "" : ",");
        text(out, names.get(k));
        out.append(':').append(values[at + k]);
      }
      out.append("}}");
    }
  }

  private static void text(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        out.append("\\u00")
            .append(Character.forDigit(c >> 4, 16))
            .append(Character.forDigit(c & 15, 16));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }

  /** Text as the bytes that are written. */
  static byte[] bytes(CharSequence text) {
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
