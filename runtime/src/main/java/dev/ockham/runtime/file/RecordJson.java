package dev.ockham.runtime.file;

import dev.ockham.runtime.file.JsonValue.JsonArray;
import dev.ockham.runtime.file.JsonValue.JsonBoolean;
import dev.ockham.runtime.file.JsonValue.JsonNumber;
import dev.ockham.runtime.file.JsonValue.JsonObject;
import dev.ockham.runtime.file.JsonValue.JsonString;
import dev.ockham.runtime.graph.Operator;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Usually;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Records as JSON and back, by reflection: a record is an object with a member for each component,
 * {@code countPadding} as {@code count_padding}; an enum's constant is its name in lower case; a
 * {@link Shape} is the array of its sizes; a list is an array; a map is an object with its keys in
 * order. A record of a sealed interface says which one it is in the member {@code op}, its class in
 * lower case, {@link Operator#kind(Class)}.
 *
 * <p>Reading is exact: all members, no others, each of its type. Only a component that is {@link
 * Usually} something is left out where it is that.
 */
final class RecordJson {
  static final String OP = "op";

  /** Classes of a sealed interface by what {@code op} calls them. */
  private static final ClassValue<Map<String, Class<?>>> KINDS =
      new ClassValue<>() {
        @Override
        protected Map<String, Class<?>> computeValue(Class<?> type) {
          Map<String, Class<?>> kinds = new TreeMap<>();
          collect(type, kinds);
          return kinds;
        }
      };

  private static final ClassValue<RecordComponent[]> COMPONENTS =
      new ClassValue<>() {
        @Override
        protected RecordComponent[] computeValue(Class<?> type) {
          return type.getRecordComponents();
        }
      };

  private RecordJson() {}

  private static void collect(Class<?> type, Map<String, Class<?>> kinds) {
    if (!type.isSealed()) {
      kinds.put(Operator.kind(type), type);
      return;
    }
    for (Class<?> permitted : type.getPermittedSubclasses()) {
      collect(permitted, kinds);
    }
  }

  /**
   * A value as JSON; equal values give equal JSON.
   *
   * @throws IllegalArgumentException if it holds something that is not of the class's list, or a
   *     float that is not finite
   */
  static JsonValue write(Object value) {
    return switch (value) {
      case String text -> new JsonString(text);
      case Integer number -> JsonNumber.of(number.longValue());
      case Float number -> JsonNumber.of(number.floatValue());
      case Boolean bool -> new JsonBoolean(bool);
      case Enum<?> constant -> new JsonString(word(constant));
      case Shape shape -> write(shape.dims());
      case List<?> items -> new JsonArray(items.stream().map(RecordJson::write).toList());
      case Map<?, ?> entries -> writeMap(entries);
      case Record record -> writeRecord(record);
      default -> throw new IllegalArgumentException("no JSON for " + value.getClass());
    };
  }

  private static JsonValue writeMap(Map<?, ?> entries) {
    Map<String, JsonValue> members = new TreeMap<>();
    entries.forEach((key, item) -> members.put((String) key, write(item)));
    return new JsonObject(members);
  }

  private static JsonValue writeRecord(Record record) {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    if (record instanceof Operator operator) {
      members.put(OP, new JsonString(operator.kind()));
    }
    for (RecordComponent component : COMPONENTS.get(record.getClass())) {
      try {
        JsonValue value = write(component.getAccessor().invoke(record));
        if (!value.equals(usual(component))) {
          members.put(member(component), value);
        }
      } catch (ReflectiveOperationException e) {
        throw new LinkageError(component + " has a public accessor that throws nothing", e);
      }
    }
    return new JsonObject(members);
  }

  /**
   * The value of a type that JSON stands for.
   *
   * @param path what messages call the place, such as {@code nodes[3].operator}
   * @throws IllegalArgumentException naming place and value where it is no such value
   */
  static <T> T read(Class<T> type, JsonValue json, String path) {
    return type.cast(read((Type) type, json, path));
  }

  private static Object read(Type type, JsonValue json, String path) {
    if (type instanceof ParameterizedType container) {
      Type[] of = container.getActualTypeArguments();
      return container.getRawType() == List.class
          ? readList(of[0], json, path)
          : readMap(of[1], json, path);
    }
    Class<?> plain = (Class<?>) type;
    if (plain == String.class) {
      return json instanceof JsonString(String text) ? text : wrong(path, json, "a string");
    }
    if (plain == boolean.class) {
      return json instanceof JsonBoolean(boolean bool) ? bool : wrong(path, json, "true or false");
    }
    if (plain == int.class || plain == Integer.class) {
      return readInt(json, path);
    }
    if (plain == float.class || plain == Float.class) {
      return json instanceof JsonNumber(String digits)
          ? (Object) Float.valueOf(digits)
          : wrong(path, json, "a number");
    }
    if (plain == Shape.class) {
      return readShape(json, path);
    }
    if (plain.isEnum()) {
      return readEnum(plain, json, path);
    }
    return plain.isRecord()
        ? readRecord(plain, members(json, path), path)
        : readKind(plain, members(json, path), path);
  }

  private static Object readInt(JsonValue json, String path) {
    if (json instanceof JsonNumber(String digits)) {
      try {
        return Integer.valueOf(digits);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            path + " is " + shown(json) + ", not a whole number of 32 bits", e);
      }
    }
    return wrong(path, json, "a whole number");
  }

  private static Object readShape(JsonValue json, String path) {
    if (!(json instanceof JsonArray(List<JsonValue> sizes))) {
      return wrong(path, json, "an array of sizes");
    }
    if (sizes.size() > Shape.MOST_AXES) {
      return wrong(path, json, "an array of at most " + Shape.MOST_AXES + " sizes");
    }
    List<Integer> dims = new ArrayList<>();
    for (JsonValue size : sizes) {
      dims.add((Integer) readInt(size, path + "[" + dims.size() + "]"));
    }
    try {
      return new Shape(dims);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
    }
  }

  private static Object readEnum(Class<?> type, JsonValue json, String path) {
    List<String> words = new ArrayList<>();
    for (Object constant : type.getEnumConstants()) {
      String word = word((Enum<?>) constant);
      if (json instanceof JsonString(String text) && text.equals(word)) {
        return constant;
      }
      words.add(word);
    }
    return wrong(path, json, "one of " + String.join(", ", words));
  }

  private static List<?> readList(Type of, JsonValue json, String path) {
    if (!(json instanceof JsonArray(List<JsonValue> items))) {
      throw new IllegalArgumentException(path + " is " + shown(json) + ", not an array");
    }
    List<Object> list = new ArrayList<>();
    for (JsonValue item : items) {
      list.add(read(of, item, path + "[" + list.size() + "]"));
    }
    return list;
  }

  private static Map<String, ?> readMap(Type of, JsonValue json, String path) {
    Map<String, Object> map = new LinkedHashMap<>();
    members(json, path).forEach((name, item) -> map.put(name, read(of, item, inside(path, name))));
    return map;
  }

  /** A record of a sealed interface, which its member {@code op} names. */
  private static Object readKind(Class<?> type, Map<String, JsonValue> members, String path) {
    if (!(members.get(OP) instanceof JsonString(String op))) {
      throw new IllegalArgumentException(path + " lacks '" + OP + "', a string");
    }
    Map<String, Class<?>> kinds = KINDS.get(type);
    Class<?> kind = kinds.get(op);
    if (kind == null) {
      throw new IllegalArgumentException(
          inside(path, OP)
              + " is "
              + shown(new JsonString(op))
              + ", which is not known; nearest is '"
              + Spelling.nearest(op, kinds.keySet())
              + "'");
    }
    Map<String, JsonValue> settings = new LinkedHashMap<>(members);
    settings.remove(OP);
    return readRecord(kind, settings, path);
  }

  private static Object readRecord(Class<?> type, Map<String, JsonValue> members, String path) {
    RecordComponent[] components = COMPONENTS.get(type);
    Class<?>[] types = new Class<?>[components.length];
    Object[] values = new Object[components.length];
    List<String> known = new ArrayList<>();
    for (int i = 0; i < components.length; i++) {
      String name = member(components[i]);
      known.add(name);
      JsonValue value = members.get(name);
      if (value == null) {
        value = usual(components[i]);
      }
      if (value == null) {
        throw new IllegalArgumentException(named(path) + " lacks '" + name + "'");
      }
      types[i] = components[i].getType();
      values[i] = read(components[i].getGenericType(), value, inside(path, name));
    }
    for (Map.Entry<String, JsonValue> member : members.entrySet()) {
      if (!known.contains(member.getKey())) {
        throw new IllegalArgumentException(
            named(path)
                + " has an unknown member "
                + shown(new JsonString(member.getKey()))
                + " = "
                + shown(member.getValue()));
      }
    }
    return made(type, types, values, path);
  }

  private static Object made(Class<?> type, Class<?>[] types, Object[] values, String path) {
    try {
      return type.getDeclaredConstructor(types).newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException
          || e.getCause() instanceof ArithmeticException) {
        throw new IllegalArgumentException(
            named(path) + ": " + e.getCause().getMessage(), e.getCause());
      }
      throw new AssertionError(type + " throws what it should not", e);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(type + " has a canonical constructor", e);
    }
  }

  private static Map<String, JsonValue> members(JsonValue json, String path) {
    if (json instanceof JsonObject(Map<String, JsonValue> members)) {
      return members;
    }
    throw new IllegalArgumentException(named(path) + " is " + shown(json) + ", not an object");
  }

  private static Object wrong(String path, JsonValue json, String wanted) {
    throw new IllegalArgumentException(path + " is " + shown(json) + ", not " + wanted);
  }

  private static String inside(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private static String named(String path) {
    return path.isEmpty() ? "the text" : path;
  }

  /** A value for a message: one line, not too long. */
  static String shown(JsonValue json) {
    return switch (json) {
      case JsonArray array -> "an array of " + array.items().size();
      case JsonObject object -> "an object of " + object.members().size();
      case JsonString string -> "'" + Spelling.shortened(string.text()) + "'";
      case JsonNumber number -> Spelling.shortened(number.text());
      case JsonBoolean bool -> String.valueOf(bool.value());
      case JsonValue.JsonNull nothing -> "null";
    };
  }

  /** What a component is where files leave it out; null for one that they always have. */
  private static @Nullable JsonValue usual(RecordComponent component) {
    Usually usually = component.getAnnotation(Usually.class);
    return usually == null ? null : new JsonString(usually.value());
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static String member(RecordComponent component) {
    StringBuilder name = new StringBuilder();
    for (char c : component.getName().toCharArray()) {
      if (Character.isUpperCase(c)) {
        name.append('_');
      }
      name.append(Character.toLowerCase(c));
    }
    return name.toString();
  }
}
