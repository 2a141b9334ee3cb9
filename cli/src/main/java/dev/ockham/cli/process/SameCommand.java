package dev.ockham.cli.process;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The command of this process once more, in a process that has a library beside all others. */
public final class SameCommand {

  /**
   * ONNX Runtime tells its maker of the machine and the model where nothing forbids it; 1.29 dies
   * where it cannot.
   */
  private static final String NO_TELEMETRY = "ORT_DISABLE_TELEMETRY";

  /** The JVM's line about the vector module, which the launcher drops as well. */
  private static final String INCUBATOR = "WARNING: Using incubator modules";

  private SameCommand() {}

  /** Whether ONNX Runtime is forbidden to tell its maker anything in this process. */
  public static boolean isSilent() {
    return System.getenv(NO_TELEMETRY) != null;
  }

  /**
   * Runs it to its end.
   *
   * @param jar the library
   * @param arguments of {@code ockham}
   * @param out takes what it prints as its result
   * @param err takes what it says meanwhile, where nobody watches
   * @param watched whether its standard error is this one's, so that a bar moves
   * @return its exit code
   * @throws IOException if it cannot be started, or this thread is interrupted
   */
  public static int run(
      Path jar, List<String> arguments, PrintWriter out, PrintWriter err, boolean watched)
      throws IOException {
    String classPath = System.getProperty("java.class.path") + File.pathSeparator + jar;
    ProcessBuilder builder = new ProcessBuilder(JavaCommand.of(classPath, arguments));
    builder.environment().put(NO_TELEMETRY, "1");
    builder.redirectError(watched ? Redirect.INHERIT : Redirect.PIPE);
    Process process = builder.start();
    Thread end = new Thread(process::destroy, "ends the race");
    Runtime.getRuntime().addShutdownHook(end);
    try {
      process.getOutputStream().close();
      Thread said = Thread.ofPlatform().start(() -> passOn(process.errorReader(), err));
      passOn(
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)),
          out);
      said.join();
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } finally {
      process.destroyForcibly();
      forget(end);
    }
  }

  private static void passOn(BufferedReader from, PrintWriter to) {
    from.lines().filter(line -> !line.startsWith(INCUBATOR)).forEach(to::println);
    to.flush();
  }

  private static void forget(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM ends already, and runs it.
    }
  }
}
