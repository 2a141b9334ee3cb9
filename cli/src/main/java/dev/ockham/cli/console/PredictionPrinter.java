package dev.ockham.cli.console;

import dev.ockham.core.answer.Answers;
import dev.ockham.runtime.model.Prediction;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Writes predictions, a line an example: for people, or one JSON object a line. */
public final class PredictionPrinter {

  /** What predictions for people begin with. */
  public static final String HEADING = "index  class";

  /** What predictions as JSON begin with. */
  public static final String FIRST_KEY = "{\"index\":";

  private final int classes;
  private final List<String> names;
  private final int top;
  private final @Nullable JsonMapper json;
  private final int labelWidth;
  private final boolean certain;

  /**
   * A printer for one model.
   *
   * @param classes how many there are
   * @param names one per class, or empty where they are not known
   * @param top classes to show an example, where people read
   * @param json whether a program reads
   * @param certain whether answers say how sure they are
   */
  public PredictionPrinter(
      int classes, List<String> names, int top, boolean json, boolean certain) {
    this.certain = certain;
    this.classes = classes;
    this.names = names;
    this.top = top;
    this.json = json ? new JsonMapper() : null;
    int widest = 1;
    for (int k = 0; k < classes; k++) {
      widest = Math.max(widest, label(k).length());
    }
    this.labelWidth = widest;
  }

  /** What comes before the first prediction. */
  public void begin(Writer out) throws IOException {
    if (json == null) {
      out.write(
          String.format(
              Locale.ROOT,
              "%s%s  probability%s%n",
              HEADING,
              " ".repeat(Math.max(0, labelWidth - "class".length())),
              certain ? "  entropy   mutual" : ""));
    }
  }

  /**
   * One prediction.
   *
   * @param index number of the example, from 0
   * @param file what it was read from; empty where that says nothing
   * @param answers of the block that it is in
   * @param row its row there
   */
  public void print(Writer out, long index, String file, Answers answers, int row)
      throws IOException {
    if (json == null) {
      out.write(line(index, Prediction.top(answers.values(), row, classes, top)));
      for (float[] column : answers.certainty()) {
        out.write(String.format(Locale.ROOT, " %8.4f", column[row]));
      }
      out.write(file.isEmpty() ? "" : "  " + Terminal.word(file));
    } else {
      out.write(json.writeValueAsString(object(index, file, answers, row)));
    }
    out.write(System.lineSeparator());
  }

  private String line(long index, List<Prediction> predictions) {
    StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%5d", index));
    for (Prediction prediction : predictions) {
      String label = label(prediction.classIndex());
      int padding = Math.max(labelWidth, "class".length()) - label.length();
      line.append("  ").append(label).append(" ".repeat(padding));
      line.append(String.format(Locale.ROOT, "  %9.2f %%", 100 * prediction.probability()));
    }
    return line.toString();
  }

  private Map<String, Object> object(long index, String file, Answers answers, int row) {
    float[] probabilities = answers.values();
    Prediction best = Prediction.top(probabilities, row, classes, 1).getFirst();
    List<Float> all = new ArrayList<>();
    for (int k = 0; k < classes; k++) {
      all.add(probabilities[row * classes + k]);
    }
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("index", index);
    if (!file.isEmpty()) {
      object.put("file", file);
    }
    object.put("class", best.classIndex());
    if (!names.isEmpty()) {
      object.put("name", names.get(best.classIndex()));
    }
    object.put("probability", best.probability());
    object.put("probabilities", all);
    for (int i = 0; i < answers.certainty().size(); i++) {
      object.put(Answers.columns(answers.kind()).get(i), answers.certainty().get(i)[row]);
    }
    return object;
  }

  /** Number and name; digits are their own names. */
  private String label(int classIndex) {
    String number = Integer.toString(classIndex);
    return names.isEmpty() || names.get(classIndex).equals(number)
        ? number
        : number + " " + Terminal.word(names.get(classIndex));
  }
}
