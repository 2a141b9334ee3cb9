package dev.ockham.cli.process;

import dev.ockham.core.run.RunFolder;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import java.nio.file.Path;

/**
 * One run that a process of its own is to train.
 *
 * @param title what it is, in a few words, for progress and errors
 * @param spec what to do; its number of threads is fixed, because another one gives other last bits
 * @param folder where it lives
 */
public record PlannedRun(String title, RunSpec spec, RunFolder folder) {

  /** Checks that the number of threads is fixed. */
  public PlannedRun {
    if (spec.training().threads() == 0) {
      throw new SpecException(
          "training.threads is 0 (all cores) for '%s', one of several runs at once: give it a number"
              .formatted(title));
    }
  }

  /** Its settings as a recipe. It stands beside the folder, which has to be empty at first. */
  Path recipe() {
    return beside(".yaml");
  }

  /** What its process says, of all attempts. */
  Path log() {
    return beside(".log");
  }

  private Path beside(String ending) {
    Path root = folder.root().toAbsolutePath().normalize();
    return root.resolveSibling(root.getFileName() + ending);
  }
}
