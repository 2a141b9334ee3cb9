package dev.ockham.examples.serve;

import dev.ockham.runtime.Predictor;
import dev.ockham.runtime.data.CellException;
import dev.ockham.runtime.data.NumberGrammar;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Turns the body of a request into examples of a model. */
final class RequestExamples {
  private final Predictor predictor;
  private final int most;

  /** Of a model, at most so many. */
  RequestExamples(Predictor predictor, int most) {
    this.predictor = predictor;
    this.most = most;
  }

  /**
   * The examples of a body.
   *
   * @param type its media type: {@code application/json} for numbers or rows, {@code text/csv} for
   *     rows, {@code application/octet-stream} for pictures of a byte a number
   * @return {@code [count, inputs]}
   * @throws RequestException naming row, column and what is wrong
   */
  float[] read(String type, byte[] body) throws RequestException {
    String bare = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    float[] examples =
        switch (bare) {
          case "application/json" -> json(new String(body, StandardCharsets.UTF_8));
          case "text/csv" -> csv(CsvText.rows(new String(body, StandardCharsets.UTF_8)));
          case "application/octet-stream" -> octets(body);
          default ->
              throw new RequestException(
                  415, "send application/json, text/csv or application/octet-stream");
        };
    if (examples.length == 0) {
      throw new RequestException(400, "there are no examples");
    }
    return examples;
  }

  private float[] octets(byte[] body) throws RequestException {
    if (body.length % predictor.inputs() != 0) {
      throw new RequestException(
          400, "%s bytes are no whole examples of %s".formatted(body.length, predictor.inputs()));
    }
    requireFew(body.length / predictor.inputs());
    float[] values = new float[body.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = Byte.toUnsignedInt(body[i]);
    }
    return values;
  }

  private float[] json(String text) throws RequestException {
    JsonText.Rows rows = JsonText.read(text);
    if (!rows.named().isEmpty() && !rows.lengths().isEmpty()) {
      throw new RequestException(400, "some examples are objects and some are arrays");
    }
    if (!rows.named().isEmpty()) {
      return encoded(rows.named());
    }
    requireFew(rows.lengths().size());
    for (int row = 0; row < rows.lengths().size(); row++) {
      requireNumbers(row, rows.lengths().get(row));
    }
    return rows.numbers();
  }

  private float[] csv(List<List<String>> rows) throws RequestException {
    if (predictor.file().rules().table().isEmpty()) {
      return numbers(rows);
    }
    List<Map<String, String>> named = new ArrayList<>();
    for (int row = 1; row < rows.size(); row++) {
      if (rows.get(row).size() != rows.get(0).size()) {
        throw new RequestException(
            400,
            "row %s has %s cells, the first line names %s"
                .formatted(row, rows.get(row).size(), rows.get(0).size()));
      }
      Map<String, String> cells = new LinkedHashMap<>();
      for (int column = 0; column < rows.get(row).size(); column++) {
        cells.put(rows.get(0).get(column), rows.get(row).get(column));
      }
      named.add(cells);
    }
    return encoded(named);
  }

  private float[] numbers(List<List<String>> rows) throws RequestException {
    requireFew(rows.size());
    int width = predictor.inputs();
    for (int row = 0; row < rows.size(); row++) {
      requireNumbers(row, rows.get(row).size());
    }
    float[] values = new float[rows.size() * width];
    for (int i = 0; i < values.length; i++) {
      String cell = rows.get(i / width).get(i % width).strip();
      values[i] = (float) NumberGrammar.parse(cell.toCharArray(), 0, cell.length(), '.');
      if (!Float.isFinite(values[i])) {
        throw new RequestException(
            400,
            "row %s, column %s: '%s' is not a number of 32 bits"
                .formatted(i / width + 1, i % width + 1, CellException.shown(cell)));
      }
    }
    return values;
  }

  private float[] encoded(List<Map<String, String>> rows) throws RequestException {
    if (predictor.file().rules().table().isEmpty()) {
      throw new RequestException(400, "this model takes numbers, not rows of a table");
    }
    requireFew(rows.size());
    float[] values = new float[rows.size() * predictor.inputs()];
    for (int row = 0; row < rows.size(); row++) {
      try {
        float[] example = predictor.encode(rows.get(row));
        System.arraycopy(example, 0, values, row * example.length, example.length);
      } catch (CellException e) {
        throw new RequestException(400, "row %s, %s".formatted(row + 1, e.getMessage()));
      }
    }
    return values;
  }

  private void requireNumbers(int row, int found) throws RequestException {
    if (found != predictor.inputs()) {
      throw new RequestException(
          400,
          "row %s has %s numbers, an example has %s".formatted(row + 1, found, predictor.inputs()));
    }
  }

  private void requireFew(int count) throws RequestException {
    if (count > most) {
      throw new RequestException(
          413, "%s examples are more than the %s of a request".formatted(count, most));
    }
  }
}
