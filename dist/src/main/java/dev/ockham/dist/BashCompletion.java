package dev.ockham.dist;

import dev.ockham.dist.Completed.Option;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The completion of bash, also of the old one that macOS has. */
final class BashCompletion {

  private static final String SCRIPT =
      """
      # What bash completes behind PROGRAM: commands, options, known values; else names of files.
      _PROGRAM() {
        local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
        local at=PROGRAM word below= options= known=
        # "--data=x" comes in three words.
        if [ "$current" = = ]; then
          current=
        elif [ "$before" = = ]; then
          before=${COMP_WORDS[COMP_CWORD - 2]}
        fi
        for word in "${COMP_WORDS[@]:1:COMP_CWORD - 1}"; do
          case $at/$word in
            COMMANDS) at=$at/$word ;;
          esac
        done
        case $at:$before in
      VALUES
          *)
            case $at in
      WORDS
            esac
            known=$below
            case $current in
              -*) known=$options ;;
            esac
            ;;
        esac
        COMPREPLY=($(compgen -W "$known" -- "$current"))
      }
      complete -o bashdefault -o default -F _PROGRAM PROGRAM
      """;

  private BashCompletion() {}

  /** The script. */
  static String of(String program, List<Completed> commands) {
    List<String> values = new ArrayList<>();
    List<String> words = new ArrayList<>();
    for (Completed command : commands) {
      for (Option option : command.options()) {
        if (option.takesValue()) {
          values.add(
              "    %s) known='%s' ;;"
                  .formatted(
                      option.names().stream()
                          .map(name -> command.path() + ":" + name)
                          .collect(Collectors.joining("|")),
                      String.join(" ", option.values().words())));
        }
      }
      List<String> below = new ArrayList<>();
      command.below().forEach(each -> below.add(each.name()));
      below.addAll(command.arguments().words());
      List<String> options = new ArrayList<>();
      command.options().forEach(each -> options.addAll(each.names()));
      words.add(
          "        %s) below='%s' options='%s' ;;"
              .formatted(command.path(), String.join(" ", below), String.join(" ", options)));
    }
    return SCRIPT
        .replace("PROGRAM", program)
        .replace("COMMANDS", ZshCompletion.paths(commands))
        .replace("\nVALUES\n", "\n" + String.join("\n", values) + "\n")
        .replace("\nWORDS\n", "\n" + String.join("\n", words) + "\n");
  }
}
