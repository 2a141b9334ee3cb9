package dev.ockham.dist;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * What a shell may complete behind a command.
 *
 * @param path the command's names with slashes between, such as {@code ockham/spark/predict}
 * @param below the commands below it
 * @param options of it, without those that are hidden
 * @param arguments what stands there without an option's name
 */
record Completed(String path, List<Name> below, List<Option> options, Values arguments) {

  /** Copies the lists. */
  Completed {
    below = List.copyOf(below);
    options = List.copyOf(options);
  }

  /**
   * The name of a command with what it does.
   *
   * @param name as it is typed
   * @param description a sentence without its end
   */
  record Name(String name, String description) {}

  /**
   * An option.
   *
   * @param names all of them, with dashes
   * @param takesValue whether a value follows
   * @param values what that may be
   * @param description a sentence without its end
   */
  record Option(List<String> names, boolean takesValue, Values values, String description) {

    /** Copies the list. */
    Option {
      names = List.copyOf(names);
    }
  }

  /**
   * What may be typed in one place.
   *
   * @param words that are known
   * @param orFile whether a file's name may stand there, too
   */
  record Values(List<String> words, boolean orFile) {
    static final Values NONE = new Values(List.of(), false);
    static final Values FILES = new Values(List.of(), true);

    /** Copies the list. */
    Values {
      words = List.copyOf(words);
    }
  }

  /** A program's commands, those below behind those above. */
  static List<Completed> of(CommandLine program) {
    List<Completed> all = new ArrayList<>();
    add(program, "", all);
    return all;
  }

  private static void add(CommandLine command, String above, List<Completed> all) {
    CommandSpec spec = command.getCommandSpec();
    String path = above + spec.name();
    List<Name> below = new ArrayList<>();
    for (CommandLine each : command.getSubcommands().values()) {
      CommandSpec sub = each.getCommandSpec();
      below.add(new Name(sub.name(), first(sub.usageMessage().description())));
    }
    List<Option> options = new ArrayList<>();
    for (OptionSpec each : spec.options()) {
      if (!each.hidden()) {
        boolean takesValue = each.arity().max() > 0;
        options.add(
            new Option(
                List.of(each.names()),
                takesValue,
                takesValue ? values(path, each.longestName(), each) : Values.NONE,
                first(each.description())));
      }
    }
    Values arguments = Values.NONE;
    for (PositionalParamSpec each : spec.positionalParameters()) {
      arguments = values(path, each.paramLabel(), each);
    }
    all.add(new Completed(path, below, options, arguments));
    command.getSubcommands().values().forEach(each -> add(each, path + "/", all));
  }

  private static Values values(String path, String name, ArgSpec argument) {
    if (argument.completionCandidates() != null) {
      List<String> words = new ArrayList<>();
      argument.completionCandidates().forEach(words::add);
      return new Values(words, false);
    }
    Values known = KnownWords.of(path, name);
    if (known != null) {
      return known;
    }
    // A number is no file's name; of a text nobody knows.
    return Number.class.isAssignableFrom(argument.type()) || argument.type().isPrimitive()
        ? Values.NONE
        : Values.FILES;
  }

  /** The first sentence of a description, without its end. */
  private static String first(String[] description) {
    String text = description.length == 0 ? "" : description[0].replace("%%", "%");
    int end = text.indexOf(". ");
    // A stop may be what the sentence speaks of.
    return (end < 0 || text.startsWith(". or ", end) ? text : text.substring(0, end))
        .replaceFirst("[.:;,]$", "");
  }
}
