package dev.ockham.runtime.json;

import dev.ockham.runtime.json.JsonValue.JsonArray;
import dev.ockham.runtime.json.JsonValue.JsonBoolean;
import dev.ockham.runtime.json.JsonValue.JsonNumber;
import dev.ockham.runtime.json.JsonValue.JsonObject;
import dev.ockham.runtime.json.JsonValue.JsonString;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The members of a JSON object that a record is made of. Reading is exact: all members that are
 * asked for, no others, each of its type.
 *
 * <p>What is wrong is an {@link IllegalArgumentException} in one line, naming the place, such as
 * {@code nodes[3].operator.window}, and the value.
 */
public final class JsonMembers {
  private final Map<String, JsonValue> members;
  private final String path;
  private final Set<String> asked = new HashSet<>();

  /** Says its place already. */
  private static final class PlacedException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    PlacedException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * The members of an object.
   *
   * @param path what messages call its place; empty for the whole text
   */
  public JsonMembers(JsonValue json, String path) {
    this.path = path;
    if (!(json instanceof JsonObject(Map<String, JsonValue> found))) {
      throw placed(named() + " is " + Spelling.shown(json) + ", not an object");
    }
    members = found;
  }

  private static IllegalArgumentException placed(String message) {
    return new PlacedException(message, new IllegalArgumentException(message));
  }

  /**
   * Makes something of the members, which the maker asks for, and refuses those that it did not ask
   * for. What the maker says is wrong is said of this place.
   */
  public <T> T made(Function<JsonMembers, T> maker) {
    T made;
    try {
      made = maker.apply(this);
    } catch (PlacedException e) {
      throw e;
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new PlacedException(named() + ": " + e.getMessage(), e);
    }
    end();
    return made;
  }

  /** Refuses members that were not asked for. */
  public void end() {
    for (Map.Entry<String, JsonValue> member : members.entrySet()) {
      if (!asked.contains(member.getKey())) {
        throw placed(
            named()
                + " has an unknown member "
                + Spelling.shown(new JsonString(member.getKey()))
                + " = "
                + Spelling.shown(member.getValue()));
      }
    }
  }

  /** Whether there is a member of a name. */
  public boolean has(String name) {
    return members.containsKey(name);
  }

  /** Which kind of record this is, by its member {@code op}. */
  public String kind() {
    asked.add(JsonValue.OP);
    if (members.get(JsonValue.OP) instanceof JsonString(String op)) {
      return op;
    }
    throw placed(path + " lacks '" + JsonValue.OP + "', a string");
  }

  /**
   * What is wrong with a {@link #kind} that is none.
   *
   * @param kinds what there is
   */
  public IllegalArgumentException unknown(String kind, Collection<String> kinds) {
    return placed(
        inside(JsonValue.OP)
            + " is "
            + Spelling.shown(new JsonString(kind))
            + ", which is not known; nearest is '"
            + Spelling.nearest(kind, kinds)
            + "'");
  }

  /** The text of a member, by its name. */
  public String text(String name) {
    return text(value(name), inside(name));
  }

  /** A whole number of 32 bits. */
  public int whole(String name) {
    return whole(value(name), inside(name));
  }

  /** A number, as the nearest float. */
  public float number(String name) {
    return number(value(name), inside(name));
  }

  /** True or false. */
  public boolean flag(String name) {
    JsonValue json = value(name);
    if (json instanceof JsonBoolean(boolean flag)) {
      return flag;
    }
    throw wrong(inside(name), json, "true or false");
  }

  /** A list of texts. */
  public List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (JsonValue item : items(value(name), inside(name))) {
      texts.add(text(item, place(inside(name), texts)));
    }
    return texts;
  }

  /** A list of whole numbers. */
  public List<Integer> wholes(String name) {
    return wholes(value(name), inside(name));
  }

  private static List<Integer> wholes(JsonValue json, String path) {
    List<Integer> wholes = new ArrayList<>();
    for (JsonValue item : items(json, path)) {
      wholes.add(whole(item, place(path, wholes)));
    }
    return wholes;
  }

  /** A list of numbers. */
  public List<Float> numbers(String name) {
    List<Float> numbers = new ArrayList<>();
    for (JsonValue item : items(value(name), inside(name))) {
      numbers.add(number(item, place(inside(name), numbers)));
    }
    return numbers;
  }

  /** Lists of whole numbers. */
  public List<List<Integer>> lists(String name) {
    List<List<Integer>> lists = new ArrayList<>();
    for (JsonValue item : items(value(name), inside(name))) {
      lists.add(wholes(item, place(inside(name), lists)));
    }
    return lists;
  }

  /** Texts by their names. */
  public Map<String, String> named(String name) {
    JsonValue json = value(name);
    Map<String, String> texts = new LinkedHashMap<>();
    Map<String, JsonValue> items = new JsonMembers(json, inside(name)).members;
    for (Map.Entry<String, JsonValue> item : items.entrySet()) {
      texts.put(item.getKey(), text(item.getValue(), inside(name) + "." + item.getKey()));
    }
    return texts;
  }

  /** A constant of an enum, in lower case. */
  public <E extends Enum<E>> E constant(String name, E[] constants) {
    JsonValue json = value(name);
    List<String> words = new ArrayList<>();
    for (E constant : constants) {
      String word = word(constant);
      if (json instanceof JsonString(String text) && text.equals(word)) {
        return constant;
      }
      words.add(word);
    }
    throw wrong(inside(name), json, "one of " + String.join(", ", words));
  }

  /** What files call a constant. */
  public static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /**
   * What is made of an array of sizes.
   *
   * @param most how many sizes there may be
   */
  public <T> T sizes(String name, int most, Function<List<Integer>, T> maker) {
    JsonValue json = value(name);
    if (!(json instanceof JsonArray(List<JsonValue> sizes))) {
      throw wrong(inside(name), json, "an array of sizes");
    }
    if (sizes.size() > most) {
      throw wrong(inside(name), json, "an array of at most " + most + " sizes");
    }
    List<Integer> wholes = wholes(name);
    try {
      return maker.apply(wholes);
    } catch (IllegalArgumentException e) {
      throw new PlacedException(inside(name) + ": " + e.getMessage(), e);
    }
  }

  /** A record, of its own members. */
  public <T> T record(String name, Function<JsonMembers, T> maker) {
    return new JsonMembers(value(name), inside(name)).made(maker);
  }

  /** The members of each of a list of records; each wants its {@link #end}. */
  public List<JsonMembers> each(String name) {
    List<JsonMembers> records = new ArrayList<>();
    for (JsonValue item : items(value(name), inside(name))) {
      records.add(new JsonMembers(item, place(inside(name), records)));
    }
    return records;
  }

  /** A list of records. */
  public <T> List<T> records(String name, Function<JsonMembers, T> maker) {
    List<T> records = new ArrayList<>();
    for (JsonValue item : items(value(name), inside(name))) {
      records.add(new JsonMembers(item, place(inside(name), records)).made(maker));
    }
    return records;
  }

  private JsonValue value(String name) {
    asked.add(name);
    JsonValue value = members.get(name);
    if (value == null) {
      throw placed(named() + " lacks '" + name + "'");
    }
    return value;
  }

  private static List<JsonValue> items(JsonValue json, String path) {
    if (json instanceof JsonArray(List<JsonValue> items)) {
      return items;
    }
    throw wrong(path, json, "an array");
  }

  /** What messages call the place of an array's next item. */
  private static String place(String path, List<?> before) {
    return path + "[" + before.size() + "]";
  }

  private static String text(JsonValue json, String path) {
    if (json instanceof JsonString(String text)) {
      return text;
    }
    throw wrong(path, json, "a string");
  }

  private static int whole(JsonValue json, String path) {
    if (!(json instanceof JsonNumber(String digits))) {
      throw wrong(path, json, "a whole number");
    }
    try {
      return Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      throw new PlacedException(
          path + " is " + Spelling.shown(json) + ", not a whole number of 32 bits", e);
    }
  }

  private static float number(JsonValue json, String path) {
    if (json instanceof JsonNumber(String digits)) {
      return Float.parseFloat(digits);
    }
    throw wrong(path, json, "a number");
  }

  private static IllegalArgumentException wrong(String path, JsonValue json, String wanted) {
    return placed(path + " is " + Spelling.shown(json) + ", not " + wanted);
  }

  private String inside(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private String named() {
    return path.isEmpty() ? "the text" : path;
  }
}
