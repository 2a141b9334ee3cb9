package dev.ockham.cli.process;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** Runs commands of this program, wherever that is. What one computes does not depend on where. */
public interface CommandRunner {

  /**
   * Runs several, and waits for all.
   *
   * @param ended is told of each that has ended
   * @return how each ended, in the order of the commands
   * @throws IOException if they cannot be started
   */
  List<CommandProcess.End> run(List<CommandProcess> commands, Consumer<CommandProcess.End> ended)
      throws IOException;
}
