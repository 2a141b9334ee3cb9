package dev.ockham.runtime.file;

import dev.ockham.runtime.file.JsonValue.JsonArray;
import dev.ockham.runtime.file.JsonValue.JsonBoolean;
import dev.ockham.runtime.file.JsonValue.JsonNumber;
import dev.ockham.runtime.file.JsonValue.JsonObject;
import dev.ockham.runtime.file.JsonValue.JsonString;
import dev.ockham.runtime.graph.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** A JSON object that is made member by member, the reverse of {@link JsonMembers}. */
final class JsonObjectBuilder {
  private final Map<String, JsonValue> members = new LinkedHashMap<>();

  /** What was put in so far. */
  JsonObject done() {
    return new JsonObject(members);
  }

  JsonObjectBuilder put(String name, JsonValue value) {
    members.put(name, value);
    return this;
  }

  JsonObjectBuilder put(String name, String text) {
    return put(name, new JsonString(text));
  }

  JsonObjectBuilder put(String name, int number) {
    return put(name, JsonNumber.of((long) number));
  }

  /** A number that must be finite. */
  JsonObjectBuilder put(String name, float number) {
    return put(name, JsonNumber.of(number));
  }

  JsonObjectBuilder put(String name, boolean flag) {
    return put(name, new JsonBoolean(flag));
  }

  JsonObjectBuilder put(String name, Enum<?> constant) {
    return put(name, JsonMembers.word(constant));
  }

  JsonObjectBuilder put(String name, Shape shape) {
    return wholes(name, shape.dims());
  }

  JsonObjectBuilder texts(String name, List<String> texts) {
    return put(name, texts(texts));
  }

  JsonObjectBuilder wholes(String name, List<Integer> numbers) {
    return put(name, wholes(numbers));
  }

  JsonObjectBuilder numbers(String name, List<Float> numbers) {
    return list(name, numbers, JsonNumber::of);
  }

  <T> JsonObjectBuilder list(String name, List<T> items, Function<T, JsonValue> writer) {
    return put(name, new JsonArray(items.stream().map(writer).toList()));
  }

  /** Texts. */
  static JsonArray texts(List<String> texts) {
    return new JsonArray(texts.stream().<JsonValue>map(JsonString::new).toList());
  }

  /** Whole numbers. */
  static JsonArray wholes(List<Integer> numbers) {
    return new JsonArray(
        numbers.stream().<JsonValue>map(n -> JsonNumber.of(n.longValue())).toList());
  }

  /** Texts by name, in the order of the names. */
  static JsonObject named(Map<String, String> texts) {
    Map<String, JsonValue> members = new TreeMap<>();
    texts.forEach((name, text) -> members.put(name, new JsonString(text)));
    return new JsonObject(members);
  }
}
