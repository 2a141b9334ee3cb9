package dev.ockham.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.AutoComplete;
import picocli.CommandLine;

/** What shells complete commands, options and their values by, in the folders where they look. */
final class Completions {

  /** zsh has a bridge to bash's completion; the first call has to load it and then ask it. */
  private static final String ZSH =
      """
      #compdef ockham
      autoload -U +X bashcompinit && bashcompinit
      source "${functions_source[_ockham]:A:h}/../../bash-completion/completions/ockham"
      _bash_complete -o default -F _complete_ockham
      """;

  private Completions() {}

  /**
   * Writes those of bash, zsh and fish.
   *
   * @param command the program
   * @param share the folder that corresponds to {@code /usr/share}
   */
  static void write(CommandLine command, Path share) throws IOException {
    String name = command.getCommandName();
    write(share.resolve("bash-completion/completions"), name, AutoComplete.bash(name, command));
    write(share.resolve("zsh/site-functions"), "_" + name, ZSH);
    write(
        share.resolve("fish/vendor_completions.d"),
        name + ".fish",
        FishCompletion.of(command.getCommandSpec()));
  }

  private static void write(Path folder, String name, String text) throws IOException {
    Files.writeString(Files.createDirectories(folder).resolve(name), text);
  }
}
