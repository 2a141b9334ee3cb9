package dev.ockham.dist;

import dev.ockham.dist.Completed.Option;
import dev.ockham.dist.Completed.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The completion of zsh, with what each command and option does beside it. */
final class ZshCompletion {

  private static final String SCRIPT =
      """
      #compdef PROGRAM
      # What zsh completes behind PROGRAM: commands, options, values, files.
      local at=PROGRAM before=${words[CURRENT-1]} word files= found=1
      local -a below options known expl
      for word in ${words[2,CURRENT-1]}; do
        case $at/$word in
          (COMMANDS) at=$at/$word ;;
        esac
      done
      if [[ $PREFIX == --*=* ]]; then
        before=${PREFIX%%=*}
        compset -P '*='
      fi
      case $at:$before in
      VALUES
        (*)
          case $at in
      NAMES
          esac
          ;;
      esac
      if [[ $PREFIX == -* ]]; then
        (( $#options )) && _describe -o option options && found=0
        return found
      fi
      (( $#below )) && _describe command below && found=0
      (( $#known )) && _wanted values expl value compadd -a known && found=0
      [[ -n $files ]] && _files && found=0
      return found
      """;

  private ZshCompletion() {}

  /** The function that zsh loads. */
  static String of(String program, List<Completed> commands) {
    List<String> values = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (Completed command : commands) {
      for (Option option : command.options()) {
        if (option.takesValue()) {
          values.add(
              "  (%s)%s ;;"
                  .formatted(
                      option.names().stream()
                          .map(name -> command.path() + ":" + name)
                          .collect(Collectors.joining("|")),
                      values(option.values())));
        }
      }
      List<String> options = new ArrayList<>();
      for (Option option : command.options()) {
        option.names().forEach(name -> options.add(quoted(name + ":" + option.description())));
      }
      names.add(
          "      (%s) below=(%s) options=(%s)%s ;;"
              .formatted(
                  command.path(),
                  command.below().stream()
                      .map(each -> quoted(each.name() + ":" + each.description()))
                      .collect(Collectors.joining(" ")),
                  String.join(" ", options),
                  values(command.arguments())));
    }
    return SCRIPT
        .replace("PROGRAM", program)
        .replace("COMMANDS", paths(commands))
        .replace("\nVALUES\n", "\n" + String.join("\n", values) + "\n")
        .replace("\nNAMES\n", "\n" + String.join("\n", names) + "\n");
  }

  /** The paths of all commands but the program, as a shell's pattern. */
  static String paths(List<Completed> commands) {
    return commands.stream().skip(1).map(Completed::path).collect(Collectors.joining("|"));
  }

  private static String values(Values values) {
    return (values.words().isEmpty() ? "" : " known=(" + String.join(" ", values.words()) + ")")
        + (values.orFile() ? " files=yes" : "");
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
