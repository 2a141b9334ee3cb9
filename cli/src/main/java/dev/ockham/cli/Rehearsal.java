package dev.ockham.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import picocli.CommandLine;

/**
 * Some commands one after another, for what learns from them which classes a start needs. What they
 * print is not shown but for the last one, which starts as a program.
 */
public final class Rehearsal {

  private Rehearsal() {}

  /**
   * Runs them.
   *
   * @param lines at least one; a command each, its words parted by one blank
   */
  public static void main(String[] lines) {
    for (String line : Arrays.copyOf(lines, lines.length - 1)) {
      StringWriter said = new StringWriter();
      PrintWriter writer = new PrintWriter(said);
      String[] arguments = line.split(" ", -1);
      CommandLine command = Ockham.commandLine(arguments).setOut(writer).setErr(writer);
      if (command.execute(arguments) != CommandLine.ExitCode.OK) {
        System.err.println("ockham: the rehearsal of '" + line + "' failed: " + said);
        System.exit(CommandLine.ExitCode.SOFTWARE);
      }
    }
    Ockham.main(lines[lines.length - 1].split(" ", -1));
  }
}
