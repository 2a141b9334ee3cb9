package dev.ockham.core.table;

import dev.ockham.core.answer.Answering;
import dev.ockham.core.answer.Answers;
import dev.ockham.runtime.Answer;
import dev.ockham.runtime.file.DataRules;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
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

  /** Stands before the name of a column that passes through, where the prediction has that name. */
  private static final String KEPT = "kept_";

  private final Form form;
  private final String place;
  private final List<String> kept;
  private final Answer answer;
  private final boolean certain;
  private final List<String> names;
  private final int outputs;
  private final boolean named;

  /**
   * Lines for a model.
   *
   * @param place what the number of a row is called: {@code line}, {@code row} or {@code index}
   * @param kept names of the columns that pass through; one that the prediction itself has gets
   *     {@code kept_} before it
   * @param rules have the names of classes, labels or numbers
   * @param answering what the lines are of
   */
  public PredictionLines(
      Form form, String place, List<String> kept, DataRules rules, Answering answering) {
    this.form = form;
    this.place = place;
    this.outputs = answering.outputs();
    this.answer = answering.kind();
    this.certain = answering.certain();
    List<String> known =
        switch (answer) {
          case CLASSES -> rules.classes();
          case LABELS -> rules.labels();
          case NUMBERS -> rules.numbers();
        };
    named = known.size() == outputs;
    names =
        named || answer == Answer.CLASSES
            ? known
            : IntStream.rangeClosed(1, outputs).mapToObj(k -> "output " + k).toList();
    List<String> own = form == Form.CSV ? columns() : members();
    this.kept = kept.stream().map(name -> own.contains(name) ? KEPT + name : name).toList();
  }

  /** What CSV calls its own columns. */
  private List<String> columns() {
    List<String> columns = new ArrayList<>(List.of(place));
    if (answer == Answer.CLASSES) {
      columns.addAll(List.of("prediction", "probability"));
      columns.addAll(certain ? Answers.columns(answer) : List.of());
    } else {
      for (String name : names) {
        columns.add(name);
        if (certain) {
          Answers.columns(answer).forEach(column -> columns.add(name + "_" + column));
        }
      }
    }
    return columns;
  }

  /** What JSON calls its own members. */
  private List<String> members() {
    List<String> members = new ArrayList<>(List.of(place));
    members.addAll(
        answer == Answer.CLASSES
            ? List.of("class", "name", "probability", "probabilities")
            : List.of(answer == Answer.LABELS ? "probabilities" : "numbers"));
    members.addAll(Answers.columns(answer));
    return members;
  }

  /** Whether text begins as such lines do. */
  public static boolean begins(String text) {
    return Stream.of("line,", "row,", "index,", "{\"line\":", "{\"row\":")
        .anyMatch(text::startsWith);
  }

  /** The line of names; empty where there is none. */
  public String heading() {
    if (form == Form.JSON) {
      return "";
    }
    List<String> cells = new ArrayList<>(columns());
    cells.addAll(1, kept);
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
   * @param answers the row's are among them
   * @param row its number there
   */
  public void add(StringBuilder out, long number, List<String> cells, Answers answers, int row) {
    switch (form) {
      case CSV -> csv(out, number, cells, answers, row);
      case JSON -> json(out, number, cells, answers, row);
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

  private void csv(StringBuilder out, long number, List<String> cells, Answers answers, int row) {
    float[] values = answers.values();
    int at = row * outputs;
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
      answers.certainty().forEach(column -> out.append(',').append(column[row]));
    } else {
      for (int k = at; k < at + outputs; k++) {
        out.append(',').append(values[k]);
        for (float[] column : answers.certainty()) {
          out.append(',').append(column[k]);
        }
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

  private void json(StringBuilder out, long number, List<String> cells, Answers answers, int row) {
    float[] values = answers.values();
    int at = row * outputs;
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
      out.append(']');
      for (int i = 0; i < answers.certainty().size(); i++) {
        out.append(",\"").append(Answers.columns(answer).get(i)).append("\":");
        out.append(answers.certainty().get(i)[row]);
      }
    } else {
      byName(out, answer == Answer.LABELS ? "probabilities" : "numbers", values, at);
      for (int i = 0; i < answers.certainty().size(); i++) {
        byName(out, Answers.columns(answer).get(i), answers.certainty().get(i), at);
      }
    }
    out.append('}');
  }

  private void byName(StringBuilder out, String key, float[] values, int at) {
    out.append(",\"").append(key).append("\":{");
    for (int k = 0; k < outputs; k++) {
      out.append(k == 0 ? "" : ",");
      text(out, names.get(k));
      out.append(':').append(values[at + k]);
    }
    out.append('}');
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
