package dev.ockham.dist;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.asciidoctor.Asciidoctor;
import org.asciidoctor.Options;
import org.asciidoctor.SafeMode;
import picocli.CommandLine;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/** The manual pages of a program: one for each command, from its help. */
final class ManualPages {

  private ManualPages() {}

  /**
   * Writes them.
   *
   * @param program the command line, with all below it
   * @param folder of section 1
   */
  static void write(CommandLine program, Path folder) throws IOException {
    Files.createDirectories(folder);
    Options options =
        Options.builder()
            .backend("manpage")
            .standalone(true)
            .toFile(false)
            .safe(SafeMode.SAFE)
            .build();
    try (Asciidoctor converter = Asciidoctor.Factory.create()) {
      for (CommandLine command : withThoseBelow(program)) {
        StringWriter text = new StringWriter();
        try (PrintWriter writer = new PrintWriter(text)) {
          ManPageGenerator.writeSingleManPage(writer, command.getCommandSpec());
        }
        String name = command.getCommandSpec().qualifiedName("-");
        Files.writeString(folder.resolve(name + ".1"), converter.convert(text.toString(), options));
      }
    }
  }

  /** A command and all below it. */
  static List<CommandLine> withThoseBelow(CommandLine command) {
    List<CommandLine> all = new ArrayList<>();
    all.add(command);
    command.getSubcommands().values().forEach(sub -> all.addAll(withThoseBelow(sub)));
    return all;
  }
}
