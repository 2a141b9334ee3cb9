package dev.ockham.runtime.file;

import dev.ockham.runtime.data.AudioRules;
import dev.ockham.runtime.data.PictureRules;
import dev.ockham.runtime.data.TableRules;
import dev.ockham.runtime.data.TextRules;
import dev.ockham.runtime.json.Json;
import dev.ockham.runtime.json.JsonMembers;
import dev.ockham.runtime.json.JsonObjectBuilder;
import dev.ockham.runtime.json.JsonSyntaxException;
import dev.ockham.runtime.json.JsonValue;
import dev.ockham.runtime.json.JsonValue.JsonArray;
import dev.ockham.runtime.json.JsonValue.JsonObject;
import dev.ockham.runtime.json.JsonValue.JsonString;
import dev.ockham.runtime.json.Spelling;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a model's numbers mean in the data it is for, as a JSON object. Known members: {@code
 * classes}, {@code labels} or {@code numbers}, an array of the names of the model's outputs in
 * their order, and how raw data become examples: {@code table} for rows, {@code picture}, {@code
 * sequence} for texts, {@code audio} for sounds. Members that are not known stay as they are, in
 * their order, when a file is read and written again, so that rules of a later build do not get
 * lost in an earlier one.
 *
 * @param json the object's text; white space between its parts is dropped
 */
public record DataRules(String json) {
  /** Nothing is said. */
  public static final DataRules NONE = new DataRules("{}");

  private static final String CLASSES = "classes";
  private static final String LABELS = "labels";
  private static final String NUMBERS = "numbers";
  private static final String TABLE = "table";
  private static final String PICTURE = "picture";
  private static final String SEQUENCE = "sequence";
  private static final String AUDIO = "audio";

  /**
   * Checks that the text is an object, and its classes names that differ.
   *
   * @throws IllegalArgumentException naming the member and the value
   */
  public DataRules {
    JsonObject object = object(json);
    for (String member : List.of(CLASSES, LABELS, NUMBERS)) {
      checkNames(object, member);
    }
    table(object);
    picture(object);
    text(object);
    audio(object);
    json = Json.write(object);
  }

  /** Rules that only say what classes are called; {@link #NONE} if they have no names. */
  public static DataRules ofClasses(List<String> classes) {
    return classes.isEmpty() ? NONE : NONE.withClasses(classes);
  }

  /** The same rules with other names of classes. */
  public DataRules withClasses(List<String> classes) {
    return withNames(CLASSES, classes);
  }

  /** The same rules with other names of labels, of which an example may have several. */
  public DataRules withLabels(List<String> labels) {
    return withNames(LABELS, labels);
  }

  /** The same rules with other names of numbers to predict. */
  public DataRules withNumbers(List<String> numbers) {
    return withNames(NUMBERS, numbers);
  }

  private DataRules withNames(String member, List<String> names) {
    return with(member, JsonObjectBuilder.texts(names));
  }

  private DataRules with(String member, JsonValue value) {
    Map<String, JsonValue> members = new LinkedHashMap<>(object(json).members());
    members.put(member, value);
    return new DataRules(Json.write(new JsonObject(members)));
  }

  /** Names of the classes, in the order of the model's outputs; none where that is not said. */
  public List<String> classes() {
    return names(CLASSES);
  }

  /** Names of the labels of which an example may have several; none where that is not asked. */
  public List<String> labels() {
    return names(LABELS);
  }

  /** Names of the numbers to predict; none where that is not asked. */
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

  /** How rows of a table become examples, where the data are one. */
  public Optional<TableRules> table() {
    return table(object(json));
  }

  /** The same rules, and how rows of a table become examples. */
  public DataRules withTable(TableRules rules) {
    return with(TABLE, RulesJson.write(rules));
  }

  private static Optional<TableRules> table(JsonObject object) {
    JsonValue rules = object.members().get(TABLE);
    return rules == null
        ? Optional.empty()
        : Optional.of(new JsonMembers(rules, TABLE).made(RulesJson::table));
  }

  /** What becomes of pictures before they are a model's input, where that is said. */
  public Optional<PictureRules> picture() {
    return picture(object(json));
  }

  /** The same rules, and what becomes of pictures. */
  public DataRules withPicture(PictureRules rules) {
    return with(PICTURE, RulesJson.write(rules));
  }

  private static Optional<PictureRules> picture(JsonObject object) {
    JsonValue rules = object.members().get(PICTURE);
    return rules == null
        ? Optional.empty()
        : Optional.of(new JsonMembers(rules, PICTURE).made(RulesJson::picture));
  }

  /** How a text becomes tokens, where the data are texts. */
  public Optional<TextRules> text() {
    return text(object(json));
  }

  /** The same rules, and how a text becomes tokens. */
  public DataRules withText(TextRules rules) {
    return with(SEQUENCE, RulesJson.write(rules));
  }

  private static Optional<TextRules> text(JsonObject object) {
    JsonValue rules = object.members().get(SEQUENCE);
    return rules == null
        ? Optional.empty()
        : Optional.of(new JsonMembers(rules, SEQUENCE).made(RulesJson::text));
  }

  /** How a sound becomes numbers, where the data are sounds. */
  public Optional<AudioRules> audio() {
    return audio(object(json));
  }

  /** The same rules, and how a sound becomes numbers. */
  public DataRules withAudio(AudioRules rules) {
    return with(AUDIO, RulesJson.write(rules));
  }

  private static Optional<AudioRules> audio(JsonObject object) {
    JsonValue rules = object.members().get(AUDIO);
    return rules == null
        ? Optional.empty()
        : Optional.of(new JsonMembers(rules, AUDIO).made(RulesJson::audio));
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

  private static void checkNames(JsonObject object, String member) {
    JsonValue value = object.members().get(member);
    if (value == null) {
      return;
    }
    if (!(value instanceof JsonArray(List<JsonValue> items))) {
      throw new IllegalArgumentException(
          member + " is " + Spelling.shown(value) + ", not an array of names");
    }
    HashSet<String> names = new HashSet<>();
    int index = 0;
    for (JsonValue item : items) {
      if (!(item instanceof JsonString(String name)) || name.isBlank()) {
        throw new IllegalArgumentException(
            member + "[" + index + "] is " + Spelling.shown(item) + ", not a name");
      }
      if (!names.add(name)) {
        throw new IllegalArgumentException(
            member + "[" + index + "] is " + Spelling.shown(item) + ", which is there before");
      }
      index++;
    }
  }
}
