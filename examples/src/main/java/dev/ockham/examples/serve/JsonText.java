package dev.ockham.examples.serve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads what clients send as JSON: arrays of numbers, or objects whose members are texts, numbers,
 * booleans or null; one of these or an array of them. Numbers go into one array at once.
 */
final class JsonText {
  private static final String NUMBER = "-?[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?";
  private static final double[] TENS = new double[23];

  static {
    TENS[0] = 1;
    for (int i = 1; i < TENS.length; i++) {
      TENS[i] = 10 * TENS[i - 1];
    }
  }

  private final String text;
  private int at;
  private float[] numbers = new float[1024];
  private int count;

  private JsonText(String text) {
    this.text = text;
  }

  /** What a text held: rows of named cells, or numbers, of which some were in each array. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Rows(List<Map<String, String>> named, float[] numbers, List<Integer> lengths) {}

  /**
   * Reads a text.
   *
   * @throws RequestException saying where it is not what is read here
   */
  static Rows read(String text) throws RequestException {
    return new JsonText(text).rows();
  }

  private Rows rows() throws RequestException {
    List<Map<String, String>> named = new ArrayList<>();
    List<Integer> lengths = new ArrayList<>();
    if (next() == '{') {
      named.add(object());
    } else {
      expect('[');
      char first = next();
      if (first == '[' || first == '{') {
        do {
          if (next() == '{') {
            named.add(object());
          } else {
            expect('[');
            lengths.add(array());
          }
        } while (more(']'));
      } else {
        lengths.add(array());
      }
    }
    if (next() != 0) {
      throw wrong("more text after the end");
    }
    return new Rows(named, Arrays.copyOf(numbers, count), lengths);
  }

  /** Numbers of an array whose bracket was read. */
  private int array() throws RequestException {
    int before = count;
    if (next() == ']') {
      at++;
      return 0;
    }
    do {
      if (count == numbers.length) {
        numbers = Arrays.copyOf(numbers, 2 * count);
      }
      numbers[count++] = number();
    } while (more(']'));
    return count - before;
  }

  private Map<String, String> object() throws RequestException {
    expect('{');
    Map<String, String> cells = new LinkedHashMap<>();
    if (next() == '}') {
      at++;
      return cells;
    }
    do {
      String name = string();
      expect(':');
      if (cells.put(name, cell()) != null) {
        throw wrong("'" + name + "' is there twice");
      }
    } while (more('}'));
    return cells;
  }

  private String cell() throws RequestException {
    if (next() == '"') {
      return string();
    }
    int begin = at;
    while (at < text.length() && ",}] \t\r\n".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String word = text.substring(begin, at);
    if (!word.matches("true|false|null|" + NUMBER)) {
      at = begin;
      throw wrong("a cell is a text, a number, true, false or null");
    }
    return word.equals("null") ? "" : word;
  }

  private String string() throws RequestException {
    expect('"');
    StringBuilder out = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        return out.toString();
      }
      out.append(c == '\\' ? escaped() : c);
    }
    throw wrong("a text does not end");
  }

  private char escaped() throws RequestException {
    char c = at < text.length() ? text.charAt(at++) : 0;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        try {
          char unit = (char) Integer.parseInt(text, at, at + 4, 16);
          at += 4;
          yield unit;
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
          throw wrong("four hexadecimal digits are missing");
        }
      }
      default -> throw wrong("a text has a wrong \\");
    };
  }

  /** Short decimals are exact in double, which is fast; others take the long way. */
  private float number() throws RequestException {
    next();
    int begin = at;
    boolean negative = at < text.length() && text.charAt(at) == '-';
    at += negative ? 1 : 0;
    long digits = 0;
    int some = 0;
    int fraction = -1;
    for (; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c >= '0' && c <= '9' && some < 15) {
        digits = 10 * digits + (c - '0');
        some++;
        fraction += fraction >= 0 ? 1 : 0;
      } else if (c == '.' && fraction < 0) {
        fraction = 0;
      } else {
        break;
      }
    }
    boolean ends = at == text.length() || ",] \t\r\n".indexOf(text.charAt(at)) >= 0;
    if (ends && some > 0) {
      double value = fraction > 0 ? digits / TENS[fraction] : digits;
      return (float) (negative ? -value : value);
    }
    while (at < text.length() && ",] \t\r\n".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    String word = text.substring(begin, at);
    if (word.matches(NUMBER)) {
      float value = (float) Double.parseDouble(word);
      if (Float.isFinite(value)) {
        return value;
      }
    }
    at = begin;
    throw wrong("not a number of 32 bits");
  }

  /** Whether a comma follows, and not the end. */
  private boolean more(char end) throws RequestException {
    char c = next();
    at++;
    if (c != ',' && c != end) {
      at--;
      throw wrong("',' or '" + end + "' is missing");
    }
    return c == ',';
  }

  private void expect(char wanted) throws RequestException {
    if (next() != wanted) {
      throw wrong("'" + wanted + "' is missing");
    }
    at++;
  }

  /** The next character that is no white space; 0 at the end. */
  private char next() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    return at < text.length() ? text.charAt(at) : 0;
  }

  private RequestException wrong(String problem) {
    return new RequestException(400, "JSON, character %s: %s".formatted(at + 1, problem));
  }
}
