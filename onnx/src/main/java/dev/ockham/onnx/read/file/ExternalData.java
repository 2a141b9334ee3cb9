package dev.ockham.onnx.read.file;

import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.ockham.onnx.read.program.MalformedOnnxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Tensors that stand in files of their own beside the model, or beside what a link to it and to
 * them leads to, as in caches of downloads.
 */
final class ExternalData {
  private final @Nullable Path model;
  private final SortedSet<Path> files = new TreeSet<>();

  /**
   * Data beside a model.
   *
   * @param model the model's file; null if it came from memory and nothing is beside it
   */
  ExternalData(@Nullable Path model) {
    this.model = model;
  }

  /**
   * The bytes of a tensor, mapped and not read.
   *
   * @param wanted how many it must have
   * @throws MalformedOnnxException if its place is outside of that folder, or has too few bytes
   */
  ByteBuffer bytes(TensorProto tensor, long wanted) {
    String name = "tensor '" + tensor.getName() + "'";
    Map<String, String> entries = new HashMap<>();
    for (StringStringEntryProto entry : tensor.getExternalDataList()) {
      entries.put(entry.getKey(), entry.getValue());
    }
    String location = entries.getOrDefault("location", "");
    long offset = number(name, "offset", entries.getOrDefault("offset", "0"));
    long length = number(name, "length", entries.getOrDefault("length", Long.toString(wanted)));
    if (length != wanted) {
      throw new MalformedOnnxException(
          name, "its external data are of " + length + " bytes, its shape needs " + wanted);
    }
    Path file = file(name, location);
    if (Files.isDirectory(file)) {
      throw new MalformedOnnxException(
          name, "its external data are in '" + location + "', which is a folder");
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (offset > channel.size() || length > channel.size() - offset) {
        throw new MalformedOnnxException(
            name,
            "its external data are bytes %s to %s of '%s', which has %s"
                .formatted(offset, offset + length, location, channel.size()));
      }
      return channel.map(FileChannel.MapMode.READ_ONLY, offset, length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The files that were read, as the model names them, in order. */
  List<Path> files() {
    return List.copyOf(files);
  }

  private Path file(String name, String location) {
    if (model == null) {
      throw new MalformedOnnxException(
          name, "its data stand in '" + location + "', but only the bytes of the model are given");
    }
    try {
      Path real = model.toRealPath();
      Path home = Objects.requireNonNull(model.toAbsolutePath().getParent()).toRealPath();
      Path file = home.resolve(location).normalize();
      if (location.isBlank() || Path.of(location).isAbsolute() || !file.startsWith(home)) {
        throw outside(name, location);
      }
      if (!Files.isRegularFile(file)) {
        throw new MalformedOnnxException(
            name, "its data stand in '" + location + "', which is not beside the model");
      }
      Path data = file.toRealPath();
      if (!data.startsWith(home) && !Objects.equals(data.getParent(), real.getParent())) {
        throw new MalformedOnnxException(
            name,
            "its data stand in '"
                + location
                + "', a link to a file outside of the model's folder; copy both into one folder,"
                + " such as by cp -L");
      }
      files.add(file);
      return file;
    } catch (InvalidPathException e) {
      throw outside(name, location);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MalformedOnnxException outside(String name, String location) {
    return new MalformedOnnxException(
        name, "its data stand in '" + location + "', which is not in the model's folder");
  }

  private static long number(String name, String what, String text) {
    try {
      long value = Long.parseLong(text.strip());
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new MalformedOnnxException(
        name, "the " + what + " of its external data is '" + text + "'");
  }
}
