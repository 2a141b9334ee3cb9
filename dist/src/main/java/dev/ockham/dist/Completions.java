package dev.ockham.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;

/** What shells complete commands, options and their values by, in the folders where they look. */
final class Completions {

  private Completions() {}

  /**
   * Writes those of bash, zsh and fish.
   *
   * @param command the program
   * @param share the folder that corresponds to {@code /usr/share}
   */
  static void write(CommandLine command, Path share) throws IOException {
    String name = command.getCommandName();
    List<Completed> commands = Completed.of(command);
    write(share.resolve("bash-completion/completions"), name, BashCompletion.of(name, commands));
    write(share.resolve("zsh/site-functions"), "_" + name, ZshCompletion.of(name, commands));
    write(
        share.resolve("fish/vendor_completions.d"),
        name + ".fish",
        FishCompletion.of(name, commands));
  }

  private static void write(Path folder, String name, String text) throws IOException {
    Files.writeString(Files.createDirectories(folder).resolve(name), text);
  }
}
