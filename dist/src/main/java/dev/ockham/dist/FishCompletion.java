package dev.ockham.dist;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The fish shell's completion of a program: a line for each command and each option. */
final class FishCompletion {

  private final String program;
  private final List<String> lines = new ArrayList<>();

  private FishCompletion(String program) {
    this.program = program;
  }

  /** The script. */
  static String of(CommandSpec program) {
    FishCompletion completion = new FishCompletion(program.name());
    completion.add(program, List.of());
    return String.join("\n", completion.lines) + "\n";
  }

  private void add(CommandSpec command, List<String> path) {
    String condition = condition(command, path);
    for (CommandLine each : command.subcommands().values()) {
      CommandSpec sub = each.getCommandSpec();
      lines.add(
          "complete -c %s -n %s -f -a %s -d %s"
              .formatted(
                  program,
                  quoted(condition),
                  sub.name(),
                  quoted(first(sub.usageMessage().description()))));
    }
    command.options().stream()
        .filter(option -> !option.hidden())
        .forEach(option -> lines.add(line(option, condition)));
    for (CommandLine each : command.subcommands().values()) {
      List<String> below = new ArrayList<>(path);
      below.add(each.getCommandName());
      add(each.getCommandSpec(), below);
    }
  }

  private String line(OptionSpec option, String condition) {
    StringBuilder line = new StringBuilder();
    line.append("complete -c ").append(program).append(" -n ").append(quoted(condition));
    for (String name : option.names()) {
      line.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
    }
    if (option.completionCandidates() != null) {
      line.append(" -x -a ").append(quoted(String.join(" ", option.completionCandidates())));
    } else if (option.arity().max() > 0) {
      line.append(" -r");
    }
    return line.append(" -d ").append(quoted(first(option.description()))).toString();
  }

  /** Whether the words typed so far end in a command, and not yet in one below it. */
  private static String condition(CommandSpec command, List<String> path) {
    List<String> parts = new ArrayList<>();
    path.forEach(name -> parts.add("__fish_seen_subcommand_from " + name));
    if (!command.subcommands().isEmpty()) {
      parts.add(
          "not __fish_seen_subcommand_from " + String.join(" ", command.subcommands().keySet()));
    }
    return parts.isEmpty() ? "true" : String.join("; and ", parts);
  }

  /** The first sentence of a description, without its end. */
  private static String first(String[] description) {
    String text = description.length == 0 ? "" : description[0].replace("%%", "%");
    int end = text.indexOf(". ");
    return (end < 0 ? text : text.substring(0, end)).replaceFirst("[.:;,]$", "");
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
