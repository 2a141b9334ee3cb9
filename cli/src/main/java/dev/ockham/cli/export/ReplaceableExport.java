package dev.ockham.cli.export;

import dev.ockham.core.run.RunException;
import dev.ockham.onnx.write.OnnxFile;
import dev.ockham.onnx.write.TorchStateDict;
import dev.ockham.runtime.file.MalformedFileException;
import dev.ockham.runtime.file.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** What an export may replace: earlier exports of the same format, and nothing else. */
public final class ReplaceableExport {
  private ReplaceableExport() {}

  /**
   * Refuses a file that is there and is no ONNX model, or that lies in a folder that is not there.
   *
   * @throws RunException naming the file
   */
  public static void requireOnnx(Path file) throws IOException {
    if (isThere(file) && !OnnxFile.isModel(file)) {
      throw new RunException(
          "%s exists and is not an ONNX model; name another file, or delete it".formatted(file));
    }
  }

  /**
   * Refuses a file that is there and is no state dict of an earlier export, or that lies in a
   * folder that is not there.
   *
   * @throws RunException naming the file
   */
  public static void requireStateDict(Path file) throws IOException {
    if (isThere(file) && !isStateDict(file)) {
      throw new RunException(
          "%s exists and is not a state dict that 'export' wrote; name another file, or delete it"
              .formatted(file));
    }
  }

  private static boolean isStateDict(Path file) throws IOException {
    try {
      return TorchStateDict.made(Safetensors.read(file));
    } catch (MalformedFileException e) {
      return false;
    }
  }

  /** Whether there is anything in the file that could be lost. */
  private static boolean isThere(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      if (Files.exists(folder)) {
        throw new NotDirectoryException(folder.toString());
      }
      throw new NoSuchFileException(folder.toString());
    }
    if (Files.isDirectory(file)) {
      throw new RunException("%s is a folder, not the name of a file".formatted(file));
    }
    return Files.isRegularFile(file) && Files.size(file) > 0;
  }
}
