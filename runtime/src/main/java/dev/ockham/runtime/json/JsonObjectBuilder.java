package dev.ockham.runtime.json;

import dev.ockham.runtime.json.JsonValue.JsonArray;
import dev.ockham.runtime.json.JsonValue.JsonBoolean;
import dev.ockham.runtime.json.JsonValue.JsonNumber;
import dev.ockham.runtime.json.JsonValue.JsonObject;
import dev.ockham.runtime.json.JsonValue.JsonString;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** A JSON object that is made member by member, the reverse of {@link JsonMembers}. */
public final class JsonObjectBuilder {
  private final Map<String, JsonValue> members = new LinkedHashMap<>();

  /** What was put in so far. */
  public JsonObject done() {
    return new JsonObject(members);
  }

  /** A member of any kind. */
  public JsonObjectBuilder put(String name, JsonValue value) {
    members.put(name, value);
    return this;
  }

  /** Adds a member whose value is a text. */
  public JsonObjectBuilder put(String name, String text) {
    return put(name, new JsonString(text));
  }

  /** A whole number. */
  public JsonObjectBuilder put(String name, int number) {
    return put(name, JsonNumber.of((long) number));
  }

  /** A number that must be finite. */
  public JsonObjectBuilder put(String name, float number) {
    return put(name, JsonNumber.of(number));
  }

  /** True or false. */
  public JsonObjectBuilder put(String name, boolean flag) {
    return put(name, new JsonBoolean(flag));
  }

  /** A constant of an enum, in lower case. */
  public JsonObjectBuilder put(String name, Enum<?> constant) {
    return put(name, JsonMembers.word(constant));
  }

  /** A list of texts. */
  public JsonObjectBuilder texts(String name, List<String> texts) {
    return put(name, texts(texts));
  }

  /** A list of whole numbers. */
  public JsonObjectBuilder wholes(String name, List<Integer> numbers) {
    return put(name, wholes(numbers));
  }

  /** A list of numbers, which must be finite. */
  public JsonObjectBuilder numbers(String name, List<Float> numbers) {
    return list(name, numbers, JsonNumber::of);
  }

  /** A list of anything. */
  public <T> JsonObjectBuilder list(String name, List<T> items, Function<T, JsonValue> writer) {
    return put(name, new JsonArray(items.stream().map(writer).toList()));
  }

  /** An array of texts. */
  public static JsonArray texts(List<String> texts) {
    return new JsonArray(texts.stream().<JsonValue>map(JsonString::new).toList());
  }

  /** An array of whole numbers. */
  public static JsonArray wholes(List<Integer> numbers) {
    return new JsonArray(
        numbers.stream().<JsonValue>map(n -> JsonNumber.of(n.longValue())).toList());
  }

  /** Texts by name, in the order of the names. */
  public static JsonObject named(Map<String, String> texts) {
    Map<String, JsonValue> members = new TreeMap<>();
    texts.forEach((name, text) -> members.put(name, new JsonString(text)));
    return new JsonObject(members);
  }
}
