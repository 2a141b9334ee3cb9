package dev.ockham.runtime.json;

import dev.ockham.runtime.json.JsonValue.JsonArray;
import dev.ockham.runtime.json.JsonValue.JsonBoolean;
import dev.ockham.runtime.json.JsonValue.JsonNull;
import dev.ockham.runtime.json.JsonValue.JsonNumber;
import dev.ockham.runtime.json.JsonValue.JsonObject;
import dev.ockham.runtime.json.JsonValue.JsonString;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A strict JSON reader and writer (RFC 8259), for the headers of files; this module has no
 * dependencies that would bring one.
 *
 * <p>Stricter than the standard where that leaves a choice: a name may occur once per object,
 * nesting ends at {@value #MAX_DEPTH}, and surrogates come in pairs.
 */
public final class Json {
  /** Deepest nesting of arrays and objects; the parser recurses, so some limit must be. */
  static final int MAX_DEPTH = 64;

  private final String text;
  private final Map<String, Integer> memberOffsets = new LinkedHashMap<>();
  private int at;

  private Json(String text) {
    this.text = text;
  }

  /**
   * A parsed text.
   *
   * @param root the value
   * @param memberOffsets if {@code root} is an object, where in the text the name of each member
   *     begins; error messages use it
   */
  public record Document(JsonValue root, Map<String, Integer> memberOffsets) {}

  /**
   * Parses a text that holds exactly one value; white space around it is allowed.
   *
   * @throws JsonSyntaxException if it does not, with the offset of the offending character
   */
  public static Document parse(String text) throws JsonSyntaxException {
    Json json = new Json(text);
    JsonValue root = json.value(0);
    json.skipWhitespace();
    if (json.at < text.length()) {
      throw json.error("unexpected text after the value");
    }
    return new Document(root, json.memberOffsets);
  }

  /** Writes a value without white space, members in their order: equal values give equal texts. */
  public static String write(JsonValue value) {
    StringBuilder out = new StringBuilder();
    value.write(out);
    return out.toString();
  }

  static void writeString(String text, StringBuilder out) {
    int lone = loneSurrogate(text);
    if (lone >= 0) {
      throw new IllegalArgumentException("text has half a surrogate pair at character " + lone);
    }
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

  /** Index of the first surrogate that is not part of a pair, or −1. */
  private static int loneSurrogate(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isHighSurrogate(text.charAt(i))
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(text.charAt(i))) {
        return i;
      }
    }
    return -1;
  }

  private JsonValue value(int depth) throws JsonSyntaxException {
    skipWhitespace();
    if (at >= text.length()) {
      throw error("the text ends where a value should be");
    }
    return switch (text.charAt(at)) {
      case '{' -> object(depth + 1);
      case '[' -> array(depth + 1);
      case '"' -> new JsonString(string());
      case 't' -> literal("true", new JsonBoolean(true));
      case 'f' -> literal("false", new JsonBoolean(false));
      case 'n' -> literal("null", new JsonNull());
      default -> number();
    };
  }

  private JsonValue object(int depth) throws JsonSyntaxException {
    checkDepth(depth);
    at++;
    Map<String, JsonValue> members = new LinkedHashMap<>();
    skipWhitespace();
    if (take('}')) {
      return new JsonObject(members);
    }
    do {
      skipWhitespace();
      int start = at;
      if (peek() != '"') {
        throw error("expected the name of a member");
      }
      String name = string();
      if (depth == 1) {
        memberOffsets.put(name, start);
      }
      skipWhitespace();
      expect(':');
      if (members.put(name, value(depth)) != null) {
        throw new JsonSyntaxException(start, "the name '" + name + "' occurs twice");
      }
      skipWhitespace();
    } while (take(','));
    expect('}');
    return new JsonObject(members);
  }

  private JsonValue array(int depth) throws JsonSyntaxException {
    checkDepth(depth);
    at++;
    List<JsonValue> items = new ArrayList<>();
    skipWhitespace();
    if (take(']')) {
      return new JsonArray(items);
    }
    do {
      items.add(value(depth));
      skipWhitespace();
    } while (take(','));
    expect(']');
    return new JsonArray(items);
  }

  private String string() throws JsonSyntaxException {
    int start = at++;
    StringBuilder out = new StringBuilder();
    while (true) {
      if (at >= text.length()) {
        throw error("the text ends inside a string");
      }
      char c = text.charAt(at);
      if (c < ' ') {
        throw error("control character U+%04X inside a string".formatted((int) c));
      }
      at++;
      if (c == '"') {
        break;
      }
      out.append(c == '\\' ? escaped() : c);
    }
    if (loneSurrogate(out) >= 0) {
      throw new JsonSyntaxException(start, "the string has half a surrogate pair");
    }
    return out.toString();
  }

  private char escaped() throws JsonSyntaxException {
    char c = peek();
    at++;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        int code = 0;
        for (int i = 0; i < 4; i++) {
          char digit = peek();
          int value = digit < 128 ? Character.digit(digit, 16) : -1;
          if (value < 0) {
            throw error("expected four hexadecimal digits after \\u");
          }
          code = code * 16 + value;
          at++;
        }
        yield (char) code;
      }
      default -> {
        at--;
        throw error("unknown escape in a string");
      }
    };
  }

  private JsonValue number() throws JsonSyntaxException {
    int start = at;
    take('-');
    if (!isDigit()) {
      at = start;
      throw error("expected a value");
    }
    if (!take('0')) {
      digits();
    }
    if (take('.')) {
      digits();
    }
    if (take('e') || take('E')) {
      if (!take('+')) {
        take('-');
      }
      digits();
    }
    return new JsonNumber(text.substring(start, at));
  }

  private void digits() throws JsonSyntaxException {
    if (!isDigit()) {
      throw error("expected a digit");
    }
    while (isDigit()) {
      at++;
    }
  }

  private boolean isDigit() {
    return at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
  }

  private JsonValue literal(String word, JsonValue value) throws JsonSyntaxException {
    if (!text.startsWith(word, at)) {
      throw error("expected " + word);
    }
    at += word.length();
    return value;
  }

  private void checkDepth(int depth) throws JsonSyntaxException {
    if (depth > MAX_DEPTH) {
      throw error("nesting is deeper than " + MAX_DEPTH);
    }
  }

  private void skipWhitespace() {
    while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private char peek() throws JsonSyntaxException {
    if (at >= text.length()) {
      throw error("the text ends early");
    }
    return text.charAt(at);
  }

  private boolean take(char c) {
    if (at < text.length() && text.charAt(at) == c) {
      at++;
      return true;
    }
    return false;
  }

  private void expect(char c) throws JsonSyntaxException {
    if (!take(c)) {
      throw error("expected '" + c + "'");
    }
  }

  private JsonSyntaxException error(String problem) {
    return new JsonSyntaxException(at, problem);
  }
}
