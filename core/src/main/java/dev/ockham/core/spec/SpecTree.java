package dev.ockham.core.spec;

import dev.ockham.core.method.Method;
import dev.ockham.core.name.Nearest;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A {@link RunSpec} as a tree of named leaves, so that recipes and {@code --set} can change any
 * leaf by its path and every mistake is named by it. The records are the schema; leaf names are
 * their components in snake_case.
 */
public final class SpecTree {

  /** Java would also read {@code 1f}, {@code 0x1p3} and spaces; nobody means those. */
  static final Pattern NUMBER =
      Pattern.compile("[-+]?((\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?|Infinity|NaN)");

  private static final String METHOD = "method.name";

  private final Map<String, Object> root;

  private SpecTree(Map<String, Object> root) {
    this.root = root;
  }

  /** The tree of a spec. */
  public static SpecTree of(RunSpec spec) {
    return new SpecTree(toMap(spec));
  }

  /**
   * This tree with one leaf changed. Another method brings its own defaults of what else there is
   * to a method.
   *
   * @param path dotted path of a leaf, such as {@code training.adam.beta2}
   * @param value its new value, as text
   * @param source what to call the origin of a mistake, such as {@code --set}
   * @throws SpecException if there is no such leaf or the text is not of its type
   */
  public SpecTree with(String path, String value, String source) {
    Map<String, Object> copy = deepCopy(root);
    if (path.equals(METHOD) && !value.equals(group(copy, "method").get("name"))) {
      Method.find(value).ifPresent(method -> copy.put("method", toMap(MethodSpec.of(method))));
    }
    Map<String, Object> branch = copy;
    Class<?> type = RunSpec.class;
    String[] keys = path.split("\\.", -1);
    for (int i = 0; i < keys.length; i++) {
      RecordComponent component = component(type, keys[i], source, prefix(keys, i));
      type = component.getType();
      if (i == keys.length - 1) {
        if (type.isRecord()) {
          throw new SpecException(
              "%s: %s is a group, not a value; it has %s"
                  .formatted(source, path, String.join(", ", names(type))));
        }
        branch.put(keys[i], parse(type, value, source, path));
      } else if (type.isRecord()) {
        branch = group(branch, keys[i]);
      } else {
        throw new SpecException(
            "%s: %s is a value and has no '%s'"
                .formatted(source, String.join(".", List.of(keys).subList(0, i + 1)), keys[i + 1]));
      }
    }
    return new SpecTree(copy);
  }

  /**
   * This tree with all leaves of another laid over it, the method's name before all others.
   *
   * @param overlay nested maps and scalars, as a YAML or JSON reader gives them
   * @param source what to call the origin of a mistake, such as a file's name
   * @throws SpecException naming source, path and value of the first mistake
   */
  public SpecTree with(Map<String, Object> overlay, String source) {
    Map<String, Object> leaves = leaves(overlay, RunSpec.class, source, "");
    SpecTree tree = this;
    if (leaves.get(METHOD) instanceof String method) {
      tree = tree.with(METHOD, method, source);
    }
    for (Map.Entry<String, Object> leaf : leaves.entrySet()) {
      tree = tree.with(leaf.getKey(), String.valueOf(leaf.getValue()), source);
    }
    return tree;
  }

  /**
   * The tree of a record that must name every leaf, so that a default that changes one day does not
   * change what an old run was. Only leaves that are younger than records may be missing; they have
   * the value that {@link Doc#unrecorded} says.
   *
   * @param tree nested maps and scalars
   * @param source what to call the origin of a mistake, such as a file's name
   * @throws SpecException naming source and path of the first mistake or missing leaf
   */
  public static SpecTree whole(Map<String, Object> tree, String source) {
    SpecTree whole = of(RunSpec.defaults()).with(tree, source);
    Set<String> given = leaves(tree, RunSpec.class, source, "").keySet();
    for (String path : whole.leaves().keySet()) {
      if (!given.contains(path)) {
        String unrecorded = docAt(path).unrecorded();
        if (unrecorded.equals(Doc.ALWAYS)) {
          throw new SpecException("%s: %s is missing".formatted(source, path));
        }
        whole = whole.with(path, unrecorded, source);
      }
    }
    return whole;
  }

  private static Doc docAt(String path) {
    Class<?> type = RunSpec.class;
    Doc doc = null;
    for (String key : path.split("\\.", -1)) {
      RecordComponent component = component(type, key, path, "");
      doc = doc(component);
      type = component.getType();
    }
    return Objects.requireNonNull(doc);
  }

  /**
   * The spec of this tree.
   *
   * @throws SpecException if a value is out of range
   */
  public RunSpec toSpec() {
    return (RunSpec) toRecord(RunSpec.class, root);
  }

  /** Nested maps of plain values, in order; for JSON. */
  public Map<String, Object> toMap() {
    return deepCopy(root);
  }

  /** All leaves by path, in order. */
  public Map<String, Object> leaves() {
    return leaves(root, RunSpec.class, "spec", "");
  }

  /** The tree as YAML, each leaf with what it means. */
  public String toYaml() {
    StringBuilder yaml = new StringBuilder();
    write(yaml, RunSpec.class, root, "");
    return yaml.toString();
  }

  private static void write(
      StringBuilder yaml, Class<?> type, Map<String, Object> map, String indent) {
    for (RecordComponent component : type.getRecordComponents()) {
      String name = snake(component.getName());
      yaml.append(indent).append("# ").append(doc(component).value()).append('\n');
      yaml.append(indent).append(name).append(':');
      if (component.getType().isRecord()) {
        yaml.append('\n');
        write(yaml, component.getType(), group(map, name), indent + "  ");
      } else {
        yaml.append(' ').append(scalar(Objects.requireNonNull(map.get(name)))).append('\n');
      }
    }
  }

  private static Doc doc(RecordComponent component) {
    return Objects.requireNonNull(component.getAnnotation(Doc.class), component.getName());
  }

  /** Text is quoted where YAML would read it as something else, and escaped where it must be. */
  private static String scalar(Object value) {
    if (!(value instanceof String text)) {
      return value.toString();
    }
    boolean plain = text.matches("(\\.{0,2}/|[A-Za-z_])[A-Za-z0-9./_:-]*") && !text.endsWith(":");
    boolean keyword = text.matches("(?i)true|false|null|yes|no|on|off|y|n");
    if (plain && !keyword) {
      return text;
    }
    return text.chars().allMatch(c -> c >= ' ' && c <= '~')
        ? "'" + text.replace("'", "''") + "'"
        : escaped(text);
  }

  /** In double quotes, where YAML knows JSON's escapes; single quotes would fold line ends. */
  private static String escaped(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (Character.isLetterOrDigit(c)
          || Character.isSurrogate(c)
          || (c >= ' ' && c <= '~')) {
        quoted.append(c);
      } else {
        quoted.append("\\u%04X".formatted((int) c));
      }
    }
    return quoted.append('"').toString();
  }

  private static Map<String, Object> toMap(Record value) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (RecordComponent component : value.getClass().getRecordComponents()) {
      Object leaf;
      try {
        leaf = component.getAccessor().invoke(value);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
      map.put(
          snake(component.getName()),
          switch (leaf) {
            case Record r -> toMap(r);
            case Enum<?> e -> enumName(e);
            default -> leaf;
          });
    }
    return map;
  }

  private static Object toRecord(Class<?> type, Map<String, Object> map) {
    RecordComponent[] components = type.getRecordComponents();
    Object[] arguments = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < components.length; i++) {
      String name = snake(components[i].getName());
      types[i] = components[i].getType();
      Object value = Objects.requireNonNull(map.get(name), name);
      arguments[i] =
          types[i].isRecord()
              ? toRecord(types[i], group(map, name))
              : types[i].isEnum() ? enumConstant(types[i], (String) value) : value;
    }
    try {
      return type.getDeclaredConstructor(types).newInstance(arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof SpecException mistake) {
        throw mistake;
      }
      throw new IllegalStateException(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, Object> leaves(
      Map<String, Object> map, Class<?> type, String source, String prefix) {
    Map<String, Object> leaves = new LinkedHashMap<>();
    for (Map.Entry<String, Object> entry : map.entrySet()) {
      RecordComponent component = component(type, entry.getKey(), source, prefix);
      String path = prefix + entry.getKey();
      if (component.getType().isRecord()) {
        if (!(entry.getValue() instanceof Map<?, ?>)) {
          throw new SpecException(
              "%s: %s must be a group of values (%s), not %s"
                  .formatted(
                      source,
                      path,
                      String.join(", ", names(component.getType())),
                      quoted(entry.getValue())));
        }
        leaves.putAll(leaves(group(map, entry.getKey()), component.getType(), source, path + "."));
      } else if (entry.getValue() instanceof Map
          || (entry.getValue() instanceof List && component.getType() != List.class)) {
        throw new SpecException(
            "%s: %s must be %s, not %s"
                .formatted(source, path, expected(component.getType()), quoted(entry.getValue())));
      } else if (component.getType() != String.class && entry.getValue() == null) {
        throw new SpecException(
            "%s: %s is empty; it must be %s"
                .formatted(source, path, expected(component.getType())));
      } else if (component.getType() == String.class
          && entry.getValue() != null
          && !(entry.getValue() instanceof String)) {
        // YAML has made a number or a truth value of it, which may not print as it was written.
        throw new SpecException(
            "%s: %s must be text, not %s; put it in quotes"
                .formatted(source, path, quoted(entry.getValue())));
      } else {
        leaves.put(path, entry.getValue() == null ? "" : entry.getValue());
      }
    }
    return leaves;
  }

  private static RecordComponent component(
      Class<?> type, String key, String source, String prefix) {
    for (RecordComponent component : type.getRecordComponents()) {
      if (snake(component.getName()).equals(key)) {
        return component;
      }
    }
    List<String> names = names(type);
    throw new SpecException(
        "%s: unknown key '%s%s'%s; known here: %s"
            .formatted(source, prefix, key, Nearest.hint(key, names), String.join(", ", names)));
  }

  private static Object parse(Class<?> type, String text, String source, String path) {
    try {
      if (type == String.class) {
        return text;
      } else if (type == int.class) {
        return Integer.valueOf(text);
      } else if (type == long.class) {
        return Long.valueOf(text);
      } else if (type == double.class && NUMBER.matcher(text).matches()) {
        return Double.valueOf(text);
      } else if (type == List.class) {
        return NumberList.parse(text);
      } else if (type.isEnum() && enumNames(type).contains(text)) {
        return text;
      } else if (type == boolean.class && (text.equals("true") || text.equals("false"))) {
        return Boolean.valueOf(text);
      }
    } catch (NumberFormatException e) {
      // Said below, for every type alike.
    }
    String hint = type.isEnum() ? Nearest.hint(text, enumNames(type)) : "";
    throw new SpecException(
        "%s: %s must be %s, not %s%s".formatted(source, path, expected(type), quoted(text), hint));
  }

  private static String expected(Class<?> type) {
    if (type.isEnum()) {
      return "one of " + String.join(", ", enumNames(type));
    }
    if (type == boolean.class) {
      return "true or false";
    }
    if (type == List.class) {
      return "numbers such as 0.5 0.4 0.3";
    }
    return type == String.class ? "text" : type == double.class ? "a number" : "a whole number";
  }

  private static String quoted(Object value) {
    return "'" + value + "'";
  }

  private static String prefix(String[] keys, int depth) {
    String prefix = String.join(".", List.of(keys).subList(0, depth));
    return prefix.isEmpty() ? "" : prefix + ".";
  }

  private static List<String> names(Class<?> type) {
    List<String> names = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      names.add(snake(component.getName()));
    }
    return names;
  }

  private static List<String> enumNames(Class<?> type) {
    List<String> names = new ArrayList<>();
    for (Object constant : type.getEnumConstants()) {
      names.add(enumName((Enum<?>) constant));
    }
    return names;
  }

  /** A constant as recipes spell it. */
  public static String enumName(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Object enumConstant(Class<?> type, String name) {
    for (Object constant : type.getEnumConstants()) {
      if (enumName((Enum<?>) constant).equals(name)) {
        return constant;
      }
    }
    throw new IllegalStateException(name);
  }

  /** {@code initialLogSigma2} to {@code initial_log_sigma2}. */
  private static String snake(String camel) {
    return camel.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }

  @SuppressWarnings("unchecked") // a tree holds only maps of this type, checked where it is made
  private static Map<String, Object> group(Map<String, Object> map, String key) {
    return (Map<String, Object>) Objects.requireNonNull(map.get(key), key);
  }

  private static Map<String, Object> deepCopy(Map<String, Object> map) {
    Map<String, Object> copy = new LinkedHashMap<>(map);
    copy.replaceAll((key, value) -> value instanceof Map ? deepCopy(group(map, key)) : value);
    return copy;
  }
}
