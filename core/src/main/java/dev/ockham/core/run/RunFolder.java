package dev.ockham.core.run;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.NetworkSource;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.file.CheckedText;
import dev.ockham.runtime.file.GraphJson;
import dev.ockham.runtime.file.MalformedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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

  /** The network, as a graph. */
  public Path network() {
    return root.resolve("network.json");
  }

  /**
   * The network of the run: the one that is kept here, else the one that its spec names, as in
   * folders of older builds.
   *
   * @throws MalformedFileException if what is kept here is no graph
   * @throws IllegalArgumentException if nothing is kept and the spec names no network
   */
  public Architecture architecture(RunSpec spec) throws IOException {
    return Files.exists(network())
        ? NetworkSource.read(spec.architecture(), network())
        : NetworkSource.read(spec.architecture());
  }

  /** Keeps the network of the run, where it is not kept already. */
  public void keep(Architecture architecture) throws IOException {
    if (!Files.exists(network())) {
      CheckedText.write(network(), GraphJson.writeReadable(architecture.graph()));
    }
  }

  /**
   * Checks that a network is the one of the run.
   *
   * @throws RunException if another is kept here
   */
  public void requireSame(Architecture architecture) throws IOException {
    if (Files.exists(network())
        && !NetworkSource.read(architecture.name(), network())
            .graph()
            .equals(architecture.graph())) {
      throw new RunException(
          root + " holds a run of another network, see " + network().getFileName());
    }
  }

  /** One line of JSON per epoch. */
  public Path metrics() {
    return root.resolve("metrics.jsonl");
  }

  /** The checkpoint after the best epoch so far, of a run that may end early. */
  public Path bestCheckpoint() {
    return checkpoints().resolve("best.safetensors");
  }

  /** The checkpoint after the last stage of fine-tuning that counts, of a run that has several. */
  public Path stageCheckpoint() {
    return checkpoints().resolve("stage.safetensors");
  }

  /**
   * How wrong the best network before noise is on each validation example, of a run that compares
   * with it.
   */
  public Path mistakesBefore() {
    return checkpoints().resolve("mistakes-before.safetensors");
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

  /** The checkpoint before the last one, for a run whose last one is damaged. */
  public Path checkpointBefore() {
    return checkpoints().resolve("previous.safetensors");
  }

  /** Whether there is a checkpoint, be it the one before the last. */
  public boolean hasCheckpoint() {
    return Files.exists(checkpoint()) || Files.exists(checkpointBefore());
  }

  /** Training examples to estimate the statistics of batch norms from, where there are any. */
  public Path calibration() {
    return root.resolve("calibration.safetensors");
  }

  /** The finished network, pruned at the run's threshold. */
  public Path model() {
    return root.resolve("model.safetensors");
  }

  /** How good the finished network is, class by class, on the validation examples. */
  public Path quality() {
    return root.resolve("quality.json");
  }

  /** The run at many sizes, where that was measured. */
  public Path tradeOff() {
    return root.resolve("tradeoff.json");
  }

  /** How long each of these networks takes, where that was measured. */
  public Path latencies() {
    return root.resolve("latency.json");
  }

  /** One layer at a time pruned further, where that was measured. */
  public Path sensitivity() {
    return root.resolve("sensitivity.json");
  }

  /** The network whose outputs the run learns, where it learns those of one. */
  public Path teacher() {
    return root.resolve("teacher.safetensors");
  }

  /** Held by the process that is training here, and says which that is, see {@link RunOwner}. */
  public Path lock() {
    return root.resolve("run.lock");
  }

  /** There while somebody wishes that the training here stops, see {@link StopRequest}. */
  public Path stop() {
    return root.resolve("stop");
  }

  /**
   * Checks that no file of the run is a symbolic link: what is saved there would replace a file
   * somewhere else, chosen by whoever made the folder. The folder itself may be one.
   *
   * @throws RunException naming the first that is
   */
  public void requireNoLinks() throws RunException {
    for (Path file : files()) {
      if (Files.isSymbolicLink(file)) {
        throw new RunException(
            "%s is a symbolic link; a run's files are its own, so put the file itself there"
                .formatted(file));
      }
    }
  }

  private List<Path> files() {
    return List.of(
        record(),
        network(),
        metrics(),
        checkpoints(),
        bestCheckpoint(),
        stageCheckpoint(),
        mistakesBefore(),
        checkpoint(),
        checkpointBefore(),
        report(),
        calibration(),
        model(),
        quality(),
        tradeOff(),
        latencies(),
        sensitivity(),
        teacher(),
        lock(),
        stop());
  }

  /** Whether a run has been recorded here. */
  public boolean holdsRun() {
    return Files.exists(record());
  }
}
