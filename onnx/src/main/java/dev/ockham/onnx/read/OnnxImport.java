package dev.ockham.onnx.read;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.ockham.onnx.read.file.ProgramReader;
import dev.ockham.onnx.read.program.MalformedOnnxException;
import dev.ockham.runtime.file.ForeignFormat;
import dev.ockham.runtime.file.MalformedFileException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Reads ONNX files as networks of ours. The network computes of each example what the file's does
 * of a batch of one.
 */
public final class OnnxImport {
  private OnnxImport() {}

  /** Reads a file of which only the batch is open; see {@link #read(Path, ImportOptions)}. */
  public static ImportedNetwork read(Path file) throws IOException {
    return read(file, ImportOptions.NONE);
  }

  /**
   * Reads a file, and external data beside it.
   *
   * @throws MalformedFileException if it is no ONNX model, or contradicts itself
   * @throws dev.ockham.onnx.UnsupportedOnnxException if it cannot become a graph of ours; the
   *     message is one line
   * @throws IOException if it cannot be read
   */
  public static ImportedNetwork read(Path file, ImportOptions options) throws IOException {
    if (Files.isDirectory(file)) {
      throw new FileSystemException(file.toString(), null, "is a folder, not an ONNX file");
    }
    ByteBuffer bytes;
    ForeignFormat.requireFile(file);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() > Integer.MAX_VALUE) {
        throw new MalformedFileException(
            file, "model", "it has " + channel.size() + " bytes; an ONNX file is below 2 GB");
      }
      bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
    }
    return read(bytes, file, file, options);
  }

  /**
   * Reads a model from memory; external data are refused.
   *
   * @param bytes the model; not written
   * @param name what messages call it
   * @throws MalformedFileException if it is no ONNX model, or contradicts itself
   * @throws dev.ockham.onnx.UnsupportedOnnxException if it cannot become a graph of ours
   */
  public static ImportedNetwork read(byte[] bytes, String name, ImportOptions options)
      throws IOException {
    return read(ByteBuffer.wrap(bytes), Path.of(name), null, options);
  }

  private static ImportedNetwork read(
      ByteBuffer bytes, Path file, @Nullable Path stored, ImportOptions options)
      throws IOException {
    try {
      long memory = Runtime.getRuntime().maxMemory() / 4;
      ModelProto message = ProgramReader.parse(bytes, memory);
      return new Compilation(message, name(file), stored, options).run();
    } catch (MalformedOnnxException e) {
      throw new MalformedFileException(file, e.field(), String.valueOf(e.getMessage()));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** Name of the architecture: that of the file without its ending. */
  private static String name(Path file) {
    Path last = file.getFileName();
    String name = last == null ? "" : last.toString().replaceFirst("\\.onnx$", "");
    return name.isBlank() ? "imported" : name;
  }
}
