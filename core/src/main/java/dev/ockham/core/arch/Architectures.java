package dev.ockham.core.arch;

import dev.ockham.core.name.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The architectures that Ockham knows by name, and those that a text describes. */
public final class Architectures {

  private static final List<Family> FAMILIES =
      Stream.of(
              LeNets.families(),
              ResNets.families(),
              VggNets.families(),
              MobileNets.families(),
              SequenceNets.families())
          .flatMap(List::stream)
          .toList();

  private Architectures() {}

  /**
   * A named network with one line about it.
   *
   * @param architecture with its usual sizes
   * @param description what it is, and where it comes from
   * @param arguments what may stand behind a colon, as in {@code resnet-20:classes=100}
   */
  public record Entry(Architecture architecture, String description, List<Argument> arguments) {}

  /** The named networks, in the order in which they are listed. */
  public static List<Entry> catalog() {
    return FAMILIES.stream()
        .map(family -> new Entry(family.usual(), family.description(), family.arguments()))
        .toList();
  }

  /**
   * The architecture of a name: one of {@link #catalog()}, with arguments behind a colon or
   * without; {@code mlp:IN-HIDDEN-…-OUT} of any widths; or a {@link NetworkText}, such as {@code
   * net:1x28x28-conv20x5-relu-pool2-flatten-dense10}. The name of what is returned is the shortest
   * one, and gives an equal value.
   *
   * @throws IllegalArgumentException naming what is wrong and, for a misspelt name, the nearest one
   */
  public static Architecture parse(String name) {
    if (name.startsWith(NetworkText.PREFIX)) {
      return NetworkText.parse(name);
    }
    if (name.startsWith(LeNets.MLP)) {
      return LeNets.mlp(name);
    }
    List<String> known = new ArrayList<>();
    for (Family family : FAMILIES) {
      if (family.claims(name)) {
        return family.parse(name);
      }
      known.add(family.name());
    }
    known.add("mlp:784-300-100-10");
    if (NetworkSource.isFile(name)) {
      throw new IllegalArgumentException(
          "'%s' is a file by its name, which NetworkSource.read takes; architectures by name: %s"
              .formatted(name, String.join(", ", known)));
    }
    if (name.contains("/")) {
      throw new IllegalArgumentException(
          "'%s' is no file of a network, which ends with .json, .safetensors or .onnx; architectures by name: %s"
              .formatted(name, String.join(", ", known)));
    }
    String family = name.contains("=") ? name.replaceFirst(":.*", "") : name;
    throw new IllegalArgumentException(
        "unknown architecture '%s'%s; known: %s (any widths), or net: with any layers"
            .formatted(name, Nearest.hint(family, known), String.join(", ", known)));
  }

  /**
   * A name with the sizes of some data, where it does not say others; any other text as it is.
   *
   * @param sizes by the name of the argument
   */
  static String fitted(String name, Map<String, Integer> sizes) {
    return FAMILIES.stream()
        .filter(family -> family.claims(name))
        .findFirst()
        .map(family -> family.fitted(name, sizes))
        .orElse(name);
  }

  /** Whether a name is one that {@link #parse} knows, or would refuse as one that is wrong. */
  static boolean claims(String name) {
    return name.startsWith(NetworkText.PREFIX)
        || name.startsWith(LeNets.MLP)
        || FAMILIES.stream().anyMatch(family -> family.claims(name));
  }
}
