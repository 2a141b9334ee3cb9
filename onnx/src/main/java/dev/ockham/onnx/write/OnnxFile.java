package dev.ockham.onnx.write;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.ockham.runtime.file.AtomicFile;
import dev.ockham.runtime.file.ForeignFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** ONNX files on disk. */
public final class OnnxFile {
  private OnnxFile() {}

  /**
   * Saves atomically, see {@link AtomicFile#writeBytes}.
   *
   * @param model bytes of the file
   * @throws IOException if writing fails; an older file is then untouched
   */
  public static void save(Path path, byte[] model) throws IOException {
    AtomicFile.writeBytes(path, model);
  }

  /**
   * Whether a file is a model in ONNX.
   *
   * @throws IOException if it cannot be read
   */
  public static boolean isModel(Path path) throws IOException {
    ForeignFormat.requireFile(path);
    if (Files.size(path) > Integer.MAX_VALUE - 8) {
      return false;
    }
    try {
      ModelProto model = ModelProto.parseFrom(Files.readAllBytes(path));
      return model.getIrVersion() > 0 && model.hasGraph() && model.getOpsetImportCount() > 0;
    } catch (InvalidProtocolBufferException e) {
      return false;
    }
  }
}
