package dev.ockham.examples.serve;

import dev.ockham.runtime.Answer;
import dev.ockham.runtime.Predictor;
import java.util.HexFormat;

/** What a model says, as JSON. */
final class AnswerText {
  private AnswerText() {}

  /**
   * The answer to a request.
   *
   * @param model which model answers
   * @param values {@code [count, outputs]}
   */
  static String of(String model, Predictor predictor, float[] values) {
    StringBuilder out = new StringBuilder(64 + 16 * values.length);
    out.append("{\"model\":");
    text(out, model);
    out.append(",\"predictions\":[");
    int outputs = predictor.outputs();
    for (int at = 0; at < values.length; at += outputs) {
      out.append(at == 0 ? "{" : ",{");
      if (predictor.answer() == Answer.CLASSES) {
        int best = best(values, at, outputs);
        out.append("\"class\":").append(best - at).append(",\"name\":");
        text(out, predictor.names().get(best - at));
        out.append(",\"probability\":").append(values[best]).append(',');
      }
      out.append(predictor.answer() == Answer.NUMBERS ? "\"numbers\":{" : "\"probabilities\":{");
      for (int k = 0; k < outputs; k++) {
        out.append(k == 0 ? "" : ",");
        text(out, predictor.names().get(k));
        out.append(':').append(Float.isFinite(values[at + k]) ? values[at + k] : null);
      }
      out.append("}}");
    }
    return out.append("]}\n").toString();
  }

  /** What went wrong, as JSON. */
  static String error(String message) {
    StringBuilder out = new StringBuilder("{\"error\":");
    text(out, message);
    return out.append("}\n").toString();
  }

  private static int best(float[] values, int at, int outputs) {
    int best = at;
    for (int k = at + 1; k < at + outputs; k++) {
      best = values[k] > values[best] ? k : best;
    }
    return best;
  }

  private static void text(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ') {
        out.append("\\u").append(HexFormat.of().toHexDigits(c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
