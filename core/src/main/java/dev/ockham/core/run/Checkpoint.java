package dev.ockham.core.run;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.prune.UnitSelection;
import dev.ockham.core.spec.SpecTree;
import dev.ockham.runtime.file.DType;
import dev.ockham.runtime.file.MalformedFileException;
import dev.ockham.runtime.file.Safetensors;
import dev.ockham.runtime.file.SafetensorsFile;
import dev.ockham.runtime.file.StoredTensor;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;

/**
 * Parameters and optimiser state at a {@link Position}.
 *
 * @param file where it was read from, for messages
 * @param position how far the run was
 * @param content all tensors by name
 * @param checked whether its checksum held; older builds wrote none
 */
public record Checkpoint(Path file, Position position, SafetensorsFile content, boolean checked) {

  private static final String SEED = "seed";

  /** Writes a checkpoint of a network that is whole and of no run in particular. */
  public static void write(RunFolder folder, Position position, Map<String, StoredTensor> tensors)
      throws IOException {
    write(folder, position.toMetadata(), tensors);
  }

  /** Writes a checkpoint of no run in particular. */
  public static void write(
      RunFolder folder, Position position, UnitSelection live, Map<String, StoredTensor> tensors)
      throws IOException {
    SortedMap<String, String> metadata = position.toMetadata();
    metadata.putAll(live.toMetadata());
    write(folder, metadata, tensors);
  }

  /**
   * Writes a checkpoint, whole or not at all, in place of the last one, which becomes the one
   * before.
   *
   * @param run whose it is; a note says what products of variances it chose, which nothing reads
   * @param live the part of the network whose tensors these are
   */
  public static void write(
      RunFolder folder,
      RunRecord run,
      Position position,
      UnitSelection live,
      Map<String, StoredTensor> tensors)
      throws IOException {
    SortedMap<String, String> metadata = position.toMetadata();
    metadata.put("variance_products", SpecTree.enumName(run.spec().training().varianceProducts()));
    if (run.id() != null) {
      metadata.put(RunRecord.OWNER, run.id());
    }
    metadata.put(SEED, Long.toString(run.spec().training().seed()));
    metadata.putAll(live.toMetadata());
    write(folder, metadata, tensors);
  }

  private static void write(
      RunFolder folder, Map<String, String> metadata, Map<String, StoredTensor> tensors)
      throws IOException {
    Files.createDirectories(folder.checkpoints());
    keepBefore(folder);
    Safetensors.writeChecked(folder.checkpoint(), SafetensorsFile.of(metadata, tensors));
  }

  /**
   * Gives the last checkpoint a second name, which it keeps when the next one takes its own. A
   * whole one is there at every moment.
   */
  private static void keepBefore(RunFolder folder) throws IOException {
    Path last = folder.checkpoint();
    if (!Files.exists(last)) {
      return;
    }
    Files.deleteIfExists(folder.checkpointBefore());
    try {
      Files.createLink(folder.checkpointBefore(), last);
    } catch (UnsupportedOperationException | FileSystemException e) {
      if (!Files.exists(last)) {
        throw new RunException(last + " was deleted while the run went on");
      }
      // No file system of links: for a moment there is only the one before.
      Files.move(last, folder.checkpointBefore(), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /**
   * Reads a run's last checkpoint.
   *
   * @throws RunException if the run has none yet
   * @throws MalformedFileException naming file, byte and field
   */
  public static Checkpoint read(RunFolder folder) throws IOException {
    if (!Files.exists(folder.checkpoint())) {
      throw new RunException(
          "%s has no checkpoint yet (%s)".formatted(folder.root(), folder.checkpoint()));
    }
    return read(folder.checkpoint());
  }

  /**
   * Reads a checkpoint by its name.
   *
   * @throws MalformedFileException naming file, byte and field
   */
  public static Checkpoint read(Path file) throws IOException {
    Safetensors.Checked read = Safetensors.readChecked(file);
    Map<String, String> metadata = read.content().metadata();
    return new Checkpoint(
        file, Position.of(metadata, read.checked(), file), read.content(), read.checked());
  }

  /**
   * Checks that this is of a run. One that an older build wrote does not say whose it is.
   *
   * @throws RunException naming both
   */
  public void requireOf(RunRecord run) throws RunException {
    String seed = content.metadata().get(SEED);
    String ours = Long.toString(run.spec().training().seed());
    if (seed != null && !seed.equals(ours)) {
      throw new RunException(
          "%s is the checkpoint of another run: its seed is %s, not %s"
              .formatted(file, seed, ours));
    }
    run.requireOwn(file, "the checkpoint", content.metadata().get(RunRecord.OWNER));
  }

  /**
   * The part of a network whose tensors are here.
   *
   * @throws MalformedFileException if it is part of another network
   */
  public UnitSelection live(Architecture architecture) throws MalformedFileException {
    try {
      return UnitSelection.of(architecture.graph(), content.metadata());
    } catch (IllegalArgumentException e) {
      throw new MalformedFileException(
          file, 8, "__metadata__", Objects.requireNonNull(e.getMessage()));
    }
  }

  /**
   * A float32 tensor.
   *
   * @throws MalformedFileException if it is missing or of another shape
   */
  public StoredTensor tensor(String name, long... shape) throws MalformedFileException {
    StoredTensor tensor = content.tensors().get(name);
    List<Long> wanted = Arrays.stream(shape).boxed().toList();
    if (tensor == null) {
      throw new MalformedFileException(file, 8, name, "tensor is missing");
    }
    if (tensor.dtype() != DType.F32 || !tensor.shape().equals(wanted)) {
      throw new MalformedFileException(
          file, 8, name, "expected F32%s, found %s".formatted(wanted, tensor));
    }
    return tensor;
  }
}
