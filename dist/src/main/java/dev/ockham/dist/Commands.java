package dev.ockham.dist;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Programs that the archive is made by. */
final class Commands {

  private Commands() {}

  /**
   * Runs one to its end.
   *
   * @throws IOException if it fails; with all that it said
   */
  static void run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(command.getFirst() + " failed: " + said);
    }
  }
}
