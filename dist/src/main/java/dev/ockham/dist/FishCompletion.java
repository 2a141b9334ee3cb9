package dev.ockham.dist;

import dev.ockham.dist.Completed.Name;
import dev.ockham.dist.Completed.Option;
import dev.ockham.dist.Completed.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The completion of fish: a line for each command and each option. */
final class FishCompletion {

  private static final String START =
      """
      # What fish completes behind PROGRAM: commands, options, values, files.
      function __PROGRAM_at --description 'Whether the words so far lead to this command'
          set --local at PROGRAM
          for word in (commandline --tokenize --current-process --cut-at-cursor)[2..-1]
              if contains -- $at/$word COMMANDS
                  set at $at/$word
              end
          end
          test $at = $argv[1]
      end
      """;

  private FishCompletion() {}

  /** The script. */
  static String of(String program, List<Completed> commands) {
    List<String> lines = new ArrayList<>();
    for (Completed command : commands) {
      String start = "complete -c " + program + " -n '__" + program + "_at " + command.path() + "'";
      Values arguments = command.arguments();
      if (!arguments.orFile()) {
        lines.add(start + " -f");
      }
      if (!arguments.words().isEmpty()) {
        lines.add(start + " -a " + quoted(String.join(" ", arguments.words())));
      }
      for (Name each : command.below()) {
        lines.add(start + " -a " + each.name() + " -d " + quoted(each.description()));
      }
      for (Option option : command.options()) {
        lines.add(start + of(option));
      }
    }
    String paths = commands.stream().map(Completed::path).collect(Collectors.joining(" "));
    return START.replace("PROGRAM", program).replace("COMMANDS", paths)
        + String.join("\n", lines)
        + "\n";
  }

  private static String of(Option option) {
    StringBuilder line = new StringBuilder();
    for (String name : option.names()) {
      line.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
    }
    if (option.takesValue()) {
      line.append(" -r").append(option.values().orFile() ? " -F" : " -f");
      if (!option.values().words().isEmpty()) {
        line.append(" -a ").append(quoted(String.join(" ", option.values().words())));
      }
    }
    return line.append(" -d ").append(quoted(option.description())).toString();
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
