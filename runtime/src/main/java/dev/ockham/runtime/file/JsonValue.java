package dev.ockham.runtime.file;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A JSON value (RFC 8259). Objects keep the order of their members. */
sealed interface JsonValue {
  /** The member that says which kind of record an object is. */
  String OP = "op";

  /** An object; names are unique. */
  record JsonObject(Map<String, JsonValue> members) implements JsonValue {
    /** Copies the members. */
    public JsonObject {
      members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }
  }

  /** An array. */
  record JsonArray(List<JsonValue> items) implements JsonValue {
    /** Copies the items. */
    public JsonArray {
      items = List.copyOf(items);
    }

    static JsonArray of(long... numbers) {
      List<JsonValue> items = new ArrayList<>();
      for (long number : numbers) {
        items.add(JsonNumber.of(number));
      }
      return new JsonArray(items);
    }
  }

  /** A string. */
  record JsonString(String text) implements JsonValue {}

  /** A number, kept as it was written so that nothing is rounded before its type is known. */
  record JsonNumber(String text) implements JsonValue {
    static JsonNumber of(long value) {
      return new JsonNumber(Long.toString(value));
    }

    /** The shortest decimal that reads back as the same float, which must be finite. */
    static JsonNumber of(float value) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException("JSON has no number " + value);
      }
      return new JsonNumber(Float.toString(value));
    }
  }

  /** {@code true} or {@code false}. */
  record JsonBoolean(boolean value) implements JsonValue {}

  /** {@code null}. */
  record JsonNull() implements JsonValue {}
}
