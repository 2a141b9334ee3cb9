package dev.ockham.examples.serve;

import java.util.ArrayList;
import java.util.List;

/** Reads what clients send as CSV (RFC 4180): rows of cells with commas between. */
final class CsvText {
  private CsvText() {}

  /**
   * The rows of a text; empty lines are none.
   *
   * @throws RequestException if a quote does not end
   */
  static List<List<String>> rows(String text) throws RequestException {
    List<List<String>> rows = new ArrayList<>();
    List<String> row = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (quoted) {
        if (c != '"') {
          cell.append(c);
        } else if (at + 1 < text.length() && text.charAt(at + 1) == '"') {
          cell.append('"');
          at++;
        } else {
          quoted = false;
        }
      } else if (c == '"' && cell.isEmpty()) {
        quoted = true;
      } else if (c == ',') {
        row.add(cell.toString());
        cell.setLength(0);
      } else if (c == '\n') {
        end(rows, row, cell);
        row = new ArrayList<>();
      } else if (c != '\r') {
        cell.append(c);
      }
    }
    if (quoted) {
      throw new RequestException(400, "CSV: a quote does not end");
    }
    end(rows, row, cell);
    return rows;
  }

  private static void end(List<List<String>> rows, List<String> row, StringBuilder cell) {
    if (!row.isEmpty() || !cell.isEmpty()) {
      row.add(cell.toString());
      cell.setLength(0);
      rows.add(row);
    }
  }
}
