package dev.ockham.cli;

import dev.ockham.cli.console.Interrupt;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process that runs one command after another, for conditions that hold for a whole process and
 * cost more to set up than the commands take.
 */
final class ManyCommands implements AutoCloseable {

  private final Process process;
  private final DataOutputStream to;
  private final DataInputStream from;

  /**
   * Starts the process.
   *
   * @param before the words before its own command line, such as {@code setpriv} and an option
   * @param complaints takes what the JVM itself says on standard error
   */
  ManyCommands(List<String> before, File complaints) throws IOException {
    List<String> line = new ArrayList<>(before);
    line.addAll(java());
    line.add(ManyCommands.class.getName());
    process = new ProcessBuilder(line).redirectError(complaints).start();
    to = new DataOutputStream(process.getOutputStream());
    from = new DataInputStream(process.getInputStream());
  }

  /** The start of the command line of a JVM that lives for seconds; a class follows. */
  static List<String> java() {
    return List.of(
        System.getProperty("java.home") + "/bin/java",
        "-XX:+UseSerialGC",
        "-XX:-UsePerfData",
        "-XX:TieredStopAtLevel=1",
        "--add-modules=jdk.incubator.vector",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-cp",
        System.getProperty("java.class.path"));
  }

  /** Runs a command, whose standard output goes nowhere. */
  CommandLineRun run(String command) throws IOException {
    to.writeUTF(command);
    to.flush();
    return new CommandLineRun(from.readInt(), "", from.readUTF());
  }

  /** Lets the process end. */
  @Override
  public void close() throws IOException {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        throw new IOException("the process does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.destroyForcibly();
    }
  }

  public static void main(String[] arguments) throws IOException {
    DataInputStream commands = new DataInputStream(System.in);
    DataOutputStream results = new DataOutputStream(System.out);
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    while (true) {
      String command;
      try {
        command = commands.readUTF();
      } catch (EOFException e) {
        break;
      }
      ByteArrayOutputStream said = new ByteArrayOutputStream();
      System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
      int exitCode = Ockham.commandLine().execute(command.split(" "));
      results.writeInt(exitCode);
      results.writeUTF(said.toString(StandardCharsets.UTF_8));
      results.flush();
    }
    Interrupt.finished();
  }
}
