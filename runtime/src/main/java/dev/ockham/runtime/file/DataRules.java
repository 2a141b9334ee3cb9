package dev.ockham.runtime.file;

import dev.ockham.runtime.file.JsonValue.JsonArray;
import dev.ockham.runtime.file.JsonValue.JsonObject;
import dev.ockham.runtime.file.JsonValue.JsonString;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a model's numbers mean in the data it is for, as a JSON object. The one member that is known
 * today is {@code classes}, an array of the names of the classes in the order of the model's
 * outputs. Members that are not known stay as they are, in their order, when a file is read and
 * written again, so that rules of a later build do not get lost in an earlier one.
 *
 * @param json the object's text; white space between its parts is dropped
 */
public record DataRules(String json) {
  /** Nothing is said. */
  public static final DataRules NONE = new DataRules("{}");

  private static final String CLASSES = "classes";
  private static final String LABELS = "labels";
  private static final String NUMBERS = "numbers";

  /**
   * Checks that the text is an object, and its classes names that differ.
   *
   * @throws IllegalArgumentException naming the member and the value
   */
  public DataRules {
    JsonObject object = object(json);
    for (String member : List.of(CLASSES, LABELS, NUMBERS)) {
      checkNames(member, object);
    }
    json = Json.write(object);
  }

  /** Rules that only say what classes are called; {@link #NONE} if they have no names. */
  public static DataRules ofClasses(List<String> classes) {
    return classes.isEmpty() ? NONE : NONE.withClasses(classes);
  }

  /** The same rules with other names of classes. */
  public DataRules withClasses(List<String> classes) {
    return with(CLASSES, classes);
  }

  /** The same rules with other names of labels, of which an example may have several. */
  public DataRules withLabels(List<String> labels) {
    return with(LABELS, labels);
  }

  /** The same rules with other names of the numbers that a model gives. */
  public DataRules withNumbers(List<String> numbers) {
    return with(NUMBERS, numbers);
  }

  private DataRules with(String member, List<String> names) {
    Map<String, JsonValue> members = new LinkedHashMap<>(object(json).members());
    members.put(member, RecordJson.write(names));
    return new DataRules(Json.write(new JsonObject(members)));
  }

  /** Names of the classes, in the order of the model's outputs; none where that is not said. */
  public List<String> classes() {
    return names(CLASSES);
  }

  /** Names of several labels at once, in the order of the model's outputs; none if not said. */
  public List<String> labels() {
    return names(LABELS);
  }

  /** Names of the numbers that a model gives, in its order; none where that is not said. */
  public List<String> numbers() {
    return names(NUMBERS);
  }

  private List<String> names(String member) {
    List<String> names = new ArrayList<>();
    if (object(json).members().get(member) instanceof JsonArray(List<JsonValue> items)) {
      for (JsonValue item : items) {
        names.add(((JsonString) item).text());
      }
    }
    return List.copyOf(names);
  }

  /** Whether nothing is said. */
  public boolean isEmpty() {
    return object(json).members().isEmpty();
  }

  private static JsonObject object(String text) {
    try {
      if (Json.parse(text).root() instanceof JsonObject object) {
        return object;
      }
    } catch (JsonSyntaxException e) {
      throw new IllegalArgumentException("rules of data are not valid JSON: " + e.getMessage(), e);
    }
    throw new IllegalArgumentException(
        "rules of data are '" + Spelling.shortened(text) + "', not a JSON object");
  }

  private static void checkNames(String member, JsonObject object) {
    JsonValue value = object.members().get(member);
    if (value == null) {
      return;
    }
    if (!(value instanceof JsonArray(List<JsonValue> items))) {
      throw new IllegalArgumentException(
          member + " is " + RecordJson.shown(value) + ", not an array of names");
    }
    HashSet<String> names = new HashSet<>();
    int index = 0;
    for (JsonValue item : items) {
      if (!(item instanceof JsonString(String name)) || name.isBlank()) {
        throw new IllegalArgumentException(
            member + "[" + index + "] is " + RecordJson.shown(item) + ", not a name");
      }
      if (!names.add(name)) {
        throw new IllegalArgumentException(
            member + "[" + index + "] is " + RecordJson.shown(item) + ", which is there before");
      }
      index++;
    }
  }
}
