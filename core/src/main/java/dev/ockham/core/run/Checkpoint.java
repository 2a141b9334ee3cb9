package dev.ockham.core.run;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.prune.UnitSelection;
import dev.ockham.core.spec.SpecTree;
import dev.ockham.core.spec.TrainingSpec.VarianceProducts;
import dev.ockham.runtime.file.DType;
import dev.ockham.runtime.file.MalformedFileException;
import dev.ockham.runtime.file.Safetensors;
import dev.ockham.runtime.file.SafetensorsFile;
import dev.ockham.runtime.file.StoredTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
 */
public record Checkpoint(Path file, Position position, SafetensorsFile content) {

  /** As the other, of a network that is whole, without a note of the precision. */
  public static void write(RunFolder folder, Position position, Map<String, StoredTensor> tensors)
      throws IOException {
    write(folder, position.toMetadata(), tensors);
  }

  /**
   * Writes a checkpoint, whole or not at all, in place of the last one.
   *
   * @param live the part of the network whose tensors these are
   * @param precision what the run chose; a note, which nothing reads
   */
  public static void write(
      RunFolder folder,
      Position position,
      UnitSelection live,
      VarianceProducts precision,
      Map<String, StoredTensor> tensors)
      throws IOException {
    SortedMap<String, String> metadata = position.toMetadata();
    metadata.put("variance_products", SpecTree.enumName(precision));
    metadata.putAll(live.toMetadata());
    write(folder, metadata, tensors);
  }

  private static void write(
      RunFolder folder, Map<String, String> metadata, Map<String, StoredTensor> tensors)
      throws IOException {
    Files.createDirectories(folder.checkpoints());
    Safetensors.write(folder.checkpoint(), SafetensorsFile.of(metadata, tensors));
  }

  /**
   * Reads a run's last checkpoint.
   *
   * @throws RunException if the run has none yet
   * @throws MalformedFileException naming file, byte and field
   */
  public static Checkpoint read(RunFolder folder) throws IOException {
    Path file = folder.checkpoint();
    if (!Files.exists(file)) {
      throw new RunException("%s has no checkpoint yet (%s)".formatted(folder.root(), file));
    }
    SafetensorsFile content = Safetensors.read(file);
    return new Checkpoint(file, Position.of(content.metadata(), file), content);
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
