package dev.ockham.cli.console;

import dev.ockham.core.data.DataLocations;
import dev.ockham.core.data.DatasetListing;
import dev.ockham.core.data.DatasetResolver;
import dev.ockham.core.data.DownloadListener;
import dev.ockham.core.data.RandomInputs;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.spec.SpecException;
import dev.ockham.core.table.SampleTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a file says of the data that a network was trained on. Whoever made the file wrote it, so
 * that it names data, and orders nothing: a data set that is known and here is read, a path that
 * only a model's file names is not, and nothing is downloaded for it.
 */
public final class RecordedData {

  private RecordedData() {}

  /**
   * Checks that data which the user did not name may be read.
   *
   * @param place the model file, or the folder of a run, that names them
   * @param name of the data
   * @param instead what the user may do, as the end of a sentence
   * @throws SpecException saying why not, and what to do instead
   * @throws IOException if a folder of data cannot be looked at
   */
  public static void require(Path place, String name, String instead) throws IOException {
    if (SampleTables.named(name).isPresent() || RandomInputs.named(name).isPresent()) {
      return;
    }
    Optional<DatasetListing> known =
        new DatasetResolver(DataLocations.ofProcess(), DownloadListener.SILENT).listed(name);
    if (known.isPresent() && !known.get().present()) {
      throw new SpecException(
          "%s was trained on '%s', which is not on this machine, and no file orders a download: %s"
              .formatted(place, name, instead));
    }
    if (known.isEmpty() && !Files.isDirectory(place) && !isOfRun(place, name)) {
      throw new SpecException(
          "%s was trained on '%s', and no file chooses what is read: %s"
              .formatted(place, name, instead));
    }
  }

  /** Whether a model lies in the folder of the run that made it, which names the same data. */
  private static boolean isOfRun(Path model, String name) throws IOException {
    Path parent = model.toAbsolutePath().getParent();
    if (parent == null || !new RunFolder(parent).holdsRun()) {
      return false;
    }
    try {
      return RunRecord.read(new RunFolder(parent)).spec().data().name().equals(name);
    } catch (RunException e) {
      return false; // Somebody else's folder.
    }
  }
}
