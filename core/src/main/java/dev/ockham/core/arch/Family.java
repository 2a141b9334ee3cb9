package dev.ockham.core.arch;

import dev.ockham.runtime.graph.Graph;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Networks of one name, which differ by their arguments.
 *
 * @param name before the colon
 * @param description one line about it
 * @param arguments what it takes, in the order in which names have them
 * @param graph makes the network
 */
record Family(
    String name, String description, List<Argument> arguments, Function<Arguments, Graph> graph) {

  /** A network without arguments. */
  static Family of(String name, String description, Graph graph) {
    return new Family(name, description, List.of(), none -> graph);
  }

  /** Whether a name is this one, with arguments or without. */
  boolean claims(String text) {
    return text.equals(name) || text.startsWith(name + ":");
  }

  /**
   * A name with the sizes of some data, where it does not say others.
   *
   * @param text the whole name
   * @param sizes by the name of the argument; those that the network does not take are left out
   */
  String fitted(String text, Map<String, Integer> sizes) {
    List<String> said = new ArrayList<>();
    if (text.length() > name.length() + 1) {
      said.addAll(List.of(text.substring(name.length() + 1).split(",", -1)));
    }
    for (Argument argument : arguments) {
      Integer size = sizes.get(argument.name());
      if (size != null && said.stream().noneMatch(part -> part.startsWith(argument.name() + "="))) {
        said.add(argument.text(size));
      }
    }
    return said.isEmpty() ? text : parse(name + ":" + String.join(",", said)).name();
  }

  /** The network whose arguments are as usual. */
  Architecture usual() {
    return of(new Arguments(arguments));
  }

  /**
   * The network of a name.
   *
   * @param text the whole name
   */
  Architecture parse(String text) {
    try {
      return text.equals(name)
          ? usual()
          : of(Arguments.parse(name, arguments, text.substring(name.length() + 1)));
    } catch (IllegalArgumentException | ArithmeticException e) {
      String reason = e instanceof ArithmeticException ? "its sizes are too large" : e.getMessage();
      throw new IllegalArgumentException("architecture '" + text + "': " + reason, e);
    }
  }

  private Architecture of(Arguments values) {
    String said = values.text();
    return new Architecture(said.isEmpty() ? name : name + ":" + said, graph.apply(values));
  }
}
