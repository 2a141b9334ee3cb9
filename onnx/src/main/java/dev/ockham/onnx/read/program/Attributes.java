package dev.ockham.onnx.read.program;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a node: whole numbers as {@link Long}, floats as {@link Float}, texts, lists of
 * these, and tensors.
 *
 * @param values by name
 */
public record Attributes(Map<String, Object> values) {
  /** A node's attributes where it has none. */
  public static final Attributes NONE = new Attributes(Map.of());

  /** Copies the map. */
  public Attributes {
    values = Map.copyOf(values);
  }

  /** Whether there is one of the name. */
  public boolean has(String name) {
    return values.containsKey(name);
  }

  /** A whole number, or what it is where the file does not say. */
  public long integer(String name, long otherwise) {
    Long found = get(name, Long.class, "a whole number");
    return found == null ? otherwise : found;
  }

  /** A float, or what it is where the file does not say. */
  public float real(String name, float otherwise) {
    Float found = get(name, Float.class, "a float");
    return found == null ? otherwise : found;
  }

  /** A text, or what it is where the file does not say. */
  public String text(String name, String otherwise) {
    String found = get(name, String.class, "a text");
    return found == null ? otherwise : found;
  }

  /** A tensor; null where the file does not say. */
  public @Nullable Tensor tensor(String name) {
    return get(name, Tensor.class, "a tensor");
  }

  /** Whole numbers; null where the file does not say. */
  public long @Nullable [] integers(String name) {
    List<?> found = get(name, List.class, "a list");
    return found == null
        ? null
        : found.stream().mapToLong(each -> element(name, each, Long.class)).toArray();
  }

  /** Floats; null where the file does not say. */
  public float @Nullable [] reals(String name) {
    List<?> found = get(name, List.class, "a list");
    if (found == null) {
      return null;
    }
    float[] reals = new float[found.size()];
    for (int i = 0; i < reals.length; i++) {
      reals[i] = element(name, found.get(i), Float.class);
    }
    return reals;
  }

  /** Texts; null where the file does not say. */
  public @Nullable List<String> texts(String name) {
    List<?> found = get(name, List.class, "a list");
    return found == null
        ? null
        : found.stream().map(each -> element(name, each, String.class)).toList();
  }

  private static <T> T element(String name, Object value, Class<T> type) {
    if (!type.isInstance(value)) {
      throw new IllegalArgumentException("attribute '" + name + "' is a list of another type");
    }
    return type.cast(value);
  }

  private <T> @Nullable T get(String name, Class<T> type, String called) {
    Object found = values.get(name);
    if (found != null && !type.isInstance(found)) {
      throw new IllegalArgumentException("attribute '" + name + "' is not " + called);
    }
    return type.cast(found);
  }
}
