package dev.ockham.core.run;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;

/**
 * The wish of another process that a run stops: the empty file {@code stop} in its folder. Training
 * looks for it between steps, saves and ends, as by Ctrl-C. A file and no signal, since it names
 * the run and not a process number, which may be another program's by then.
 */
public final class StopRequest {

  private StopRequest() {}

  /**
   * Asks the training in a folder to stop; asking again changes nothing.
   *
   * @throws RunException if the folder holds no run, so that nobody would ever look
   * @throws IOException if nothing can be written there
   */
  public static void make(RunFolder folder) throws IOException {
    if (!folder.holdsRun()) {
      throw new RunException("%s holds no run to stop".formatted(folder.root()));
    }
    try {
      Files.createFile(folder.stop());
    } catch (FileAlreadyExistsException e) {
      // It has been asked already.
    }
  }

  /** Whether the run is asked to stop. */
  public static boolean isMade(RunFolder folder) {
    return Files.exists(folder.stop());
  }

  /** Forgets the wish, when training begins and when it ends. */
  public static void forget(RunFolder folder) throws IOException {
    if (isMade(folder)) {
      Files.deleteIfExists(folder.stop());
    }
  }
}
