package dev.ockham.onnx.read;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.ockham.onnx.read.file.ProgramReader;
import dev.ockham.onnx.read.fold.ConstantFolding;
import dev.ockham.onnx.read.fold.DeadNodes;
import dev.ockham.onnx.read.fold.OneExample;
import dev.ockham.onnx.read.fold.PassThroughRemoval;
import dev.ockham.onnx.read.fuse.Fusions;
import dev.ockham.onnx.read.map.GraphMapping;
import dev.ockham.onnx.read.program.MalformedOnnxException;
import dev.ockham.onnx.read.program.Program;
import dev.ockham.onnx.read.program.TypedProgram;
import dev.ockham.runtime.file.MalformedFileException;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
    ByteBuffer bytes;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() > Integer.MAX_VALUE) {
        throw new MalformedFileException(
            file, 0, "model", "it has " + channel.size() + " bytes; an ONNX file is below 2 GB");
      }
      bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
    }
    Path folder = file.toAbsolutePath().getParent();
    return read(bytes, file, folder, options);
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
      ByteBuffer bytes, Path file, @Nullable Path folder, ImportOptions options)
      throws IOException {
    try {
      long memory = Runtime.getRuntime().maxMemory() / 4;
      return compile(ProgramReader.parse(bytes, memory), name(file), folder, options);
    } catch (MalformedOnnxException e) {
      throw new MalformedFileException(file, 0, e.field(), String.valueOf(e.getMessage()));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static ImportedNetwork compile(
      ModelProto message, String name, @Nullable Path folder, ImportOptions options) {
    List<String> notes = new ArrayList<>();
    Program read = ProgramReader.read(message, folder, notes::add);
    Program plain = PassThroughRemoval.apply(read);
    Program one = OneExample.apply(plain, options.shapes(), options.batched());
    TypedProgram folded = DeadNodes.apply(ConstantFolding.apply(one));
    TypedProgram fused = Fusions.apply(folded);
    Model model = GraphMapping.apply(fused, name);
    int before = folded.program().nodes().size();
    return new ImportedNetwork(
        model,
        notes,
        metadata(message),
        new ImportedNetwork.Counts(
            read.nodes().size(),
            read.nodes().size() - before,
            before - fused.program().nodes().size(),
            model.graph().nodes().size()));
  }

  private static Map<String, String> metadata(ModelProto message) {
    Map<String, String> metadata = new LinkedHashMap<>();
    message.getMetadataPropsList().forEach(each -> metadata.put(each.getKey(), each.getValue()));
    return metadata;
  }

  /** Name of the architecture: that of the file without its ending. */
  private static String name(Path file) {
    Path last = file.getFileName();
    String name = last == null ? "" : last.toString().replaceFirst("\\.onnx$", "");
    return name.isBlank() ? "imported" : name;
  }
}
