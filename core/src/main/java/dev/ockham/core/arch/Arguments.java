package dev.ockham.core.arch;

import dev.ockham.core.name.Nearest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Values of the arguments of one named network. */
final class Arguments {

  private final List<Argument> known;
  private final Map<String, Integer> values = new LinkedHashMap<>();

  /** The values that are usual. */
  Arguments(List<Argument> known) {
    this.known = known;
    known.forEach(argument -> values.put(argument.name(), argument.usual()));
  }

  /**
   * The values of a text such as {@code size=96,classes=1000}.
   *
   * @param family name of the network, for messages
   * @throws IllegalArgumentException naming the part that is wrong, and what is known
   */
  static Arguments parse(String family, List<Argument> known, String text) {
    Arguments arguments = new Arguments(known);
    Map<String, String> said = new LinkedHashMap<>();
    for (String part : text.split(",", -1)) {
      int equals = part.indexOf('=');
      String name = equals < 0 ? part : part.substring(0, equals);
      Argument argument = arguments.known(family, name);
      if (equals < 0) {
        throw new IllegalArgumentException(
            "'" + part + "' lacks its value, as in " + argument.text(argument.usual()));
      }
      if (said.put(name, part) != null) {
        throw new IllegalArgumentException("says '" + name + "' twice");
      }
      arguments.values.put(name, value(argument, part.substring(equals + 1)));
    }
    return arguments;
  }

  private Argument known(String family, String name) {
    List<String> names = known.stream().map(Argument::name).toList();
    if (names.contains(name)) {
      return known.get(names.indexOf(name));
    }
    String all = String.join(", ", known.stream().map(each -> each.text(each.usual())).toList());
    throw new IllegalArgumentException(
        family
            + " has no argument '"
            + name
            + "'"
            + Nearest.hint(name, names)
            + (all.isEmpty() ? "; it takes none" : "; arguments are " + all));
  }

  private static int value(Argument argument, String text) {
    int value = text.matches("\\d{1,9}") ? Integer.parseInt(text) : -1;
    if (value < argument.least() || value > argument.most()) {
      throw new IllegalArgumentException(
          "'%s' of %s is not a whole number from %s to %s"
              .formatted(
                  text,
                  argument.name(),
                  String.valueOf(argument.least()),
                  String.valueOf(argument.most())));
    }
    return value;
  }

  /** Value of an argument that is known. */
  int of(String name) {
    return Objects.requireNonNull(values.get(name), name);
  }

  /** The values that are not usual, in the order of the arguments; empty without any. */
  String text() {
    return String.join(
        ",",
        known.stream()
            .filter(argument -> of(argument.name()) != argument.usual())
            .map(argument -> argument.text(of(argument.name())))
            .toList());
  }
}
