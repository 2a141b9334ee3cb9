package dev.ockham.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/**
 * What {@code --help} prints, as files that the launcher shows without starting Java: {@code ockham
 * train.txt} for a pipe, {@code ockham train.ansi} for a terminal.
 */
final class HelpPages {

  private HelpPages() {}

  /**
   * Writes two for each command.
   *
   * @param program the command line, with all below it
   * @param folder where they go
   */
  static void write(CommandLine program, Path folder) throws IOException {
    Files.createDirectories(folder);
    for (CommandLine command : ManualPages.withThoseBelow(program)) {
      String name = command.getCommandSpec().qualifiedName(" ");
      Files.writeString(folder.resolve(name + ".txt"), command.getUsageMessage(Ansi.OFF));
      Files.writeString(folder.resolve(name + ".ansi"), command.getUsageMessage(Ansi.ON));
    }
  }
}
