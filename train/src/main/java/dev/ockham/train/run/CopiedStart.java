package dev.ockham.train.run;

import dev.ockham.core.run.RunFolder;
import dev.ockham.train.engine.ProcessGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The start of rank 0's run in a temporary folder of another process, which goes with this.
 *
 * @param isNothing whether rank 0 has nothing to do
 */
record CopiedStart(RunFolder folder, boolean isNothing) implements AutoCloseable {

  /** Waits for rank 0. */
  static CopiedStart receive(ProcessGroup group) throws IOException {
    Path place = Files.createTempDirectory("ockham-worker");
    RunFolder folder = new RunFolder(place);
    try {
      return new CopiedStart(folder, !Agreement.receive(group, folder));
    } catch (IOException | RuntimeException e) {
      new CopiedStart(folder, true).close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(folder.root())) {
      all = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path each : all) {
      Files.deleteIfExists(each);
    }
  }
}
