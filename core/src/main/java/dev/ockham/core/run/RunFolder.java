package dev.ockham.core.run;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Names of the files of a run.
 *
 * @param root the folder
 */
public record RunFolder(Path root) {

  /** What was asked for and what came out. */
  public Path record() {
    return root.resolve("run.json");
  }

  /** One line of JSON per epoch. */
  public Path metrics() {
    return root.resolve("metrics.jsonl");
  }

  /** The page about the run. */
  public Path report() {
    return root.resolve("report.html");
  }

  /** Folder of the checkpoints. */
  public Path checkpoints() {
    return root.resolve("checkpoints");
  }

  /** Parameters and optimiser state as of the last save. */
  public Path checkpoint() {
    return checkpoints().resolve("last.safetensors");
  }

  /** Training examples to estimate the statistics of batch norms from, where there are any. */
  public Path calibration() {
    return root.resolve("calibration.safetensors");
  }

  /** The finished network, pruned at the run's threshold. */
  public Path model() {
    return root.resolve("model.safetensors");
  }

  /** Held by the process that is training here. */
  public Path lock() {
    return root.resolve("run.lock");
  }

  /** Whether a run has been recorded here. */
  public boolean holdsRun() {
    return Files.exists(record());
  }
}
