package dev.ockham.runtime.json;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A JSON value (RFC 8259). Objects keep the order of their members. */
public sealed interface JsonValue {
  /** The member that says which kind of record an object is. */
  String OP = "op";

  /** Writes the value without white space, members in their order. */
  void write(StringBuilder out);

  /** An object; names are unique. */
  record JsonObject(Map<String, JsonValue> members) implements JsonValue {
    /** Copies the members. */
    public JsonObject {
      members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    @Override
    public void write(StringBuilder out) {
      String separator = "{";
      for (Map.Entry<String, JsonValue> member : members.entrySet()) {
        out.append(separator);
        Json.writeString(member.getKey(), out);
        out.append(':');
        member.getValue().write(out);
        separator = ",";
      }
      out.append(members.isEmpty() ? "{}" : "}");
    }
  }

  /** An array. */
  record JsonArray(List<JsonValue> items) implements JsonValue {
    /** Copies the items. */
    public JsonArray {
      items = List.copyOf(items);
    }

    @Override
    public void write(StringBuilder out) {
      String separator = "[";
      for (JsonValue item : items) {
        out.append(separator);
        item.write(out);
        separator = ",";
      }
      out.append(items.isEmpty() ? "[]" : "]");
    }

    public static JsonArray of(long... numbers) {
      List<JsonValue> items = new ArrayList<>();
      for (long number : numbers) {
        items.add(JsonNumber.of(number));
      }
      return new JsonArray(items);
    }
  }

  /** A string. */
  record JsonString(String text) implements JsonValue {
    @Override
    public void write(StringBuilder out) {
      Json.writeString(text, out);
    }
  }

  /** A number, kept as it was written so that nothing is rounded before its type is known. */
  record JsonNumber(String text) implements JsonValue {
    public static JsonNumber of(long value) {
      return new JsonNumber(Long.toString(value));
    }

    /** The shortest decimal that reads back as the same float, which must be finite. */
    public static JsonNumber of(float value) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException("JSON has no number " + value);
      }
      return new JsonNumber(Float.toString(value));
    }

    @Override
    public void write(StringBuilder out) {
      out.append(text);
    }
  }

  /** {@code true} or {@code false}. */
  record JsonBoolean(boolean value) implements JsonValue {
    @Override
    public void write(StringBuilder out) {
      out.append(value);
    }
  }

  /** {@code null}. */
  record JsonNull() implements JsonValue {
    @Override
    public void write(StringBuilder out) {
      out.append("null");
    }
  }
}
