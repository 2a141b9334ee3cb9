package dev.ockham.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/**
 * Some commands one after another, for what learns from them which classes a start needs. They
 * print nothing.
 */
public final class Rehearsal {

  private Rehearsal() {}

  /**
   * Runs them.
   *
   * @param lines a command each, its words parted by one blank
   */
  public static void main(String[] lines) {
    for (String line : lines) {
      StringWriter said = new StringWriter();
      PrintWriter writer = new PrintWriter(said);
      String[] arguments = line.split(" ", -1);
      CommandLine command = Ockham.commandLine(arguments).setOut(writer).setErr(writer);
      if (command.execute(arguments) != CommandLine.ExitCode.OK) {
        System.err.println("ockham: the rehearsal of '" + line + "' failed: " + said);
        System.exit(CommandLine.ExitCode.SOFTWARE);
      }
    }
    System.exit(CommandLine.ExitCode.OK);
  }
}
