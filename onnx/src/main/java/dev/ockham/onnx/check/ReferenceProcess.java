package dev.ockham.onnx.check;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The process that has ONNX Runtime: runs a folder's model on the folder's batches. */
public final class ReferenceProcess {
  private ReferenceProcess() {}

  /**
   * Runs the model; what goes wrong is written into the folder too.
   *
   * @param arguments the folder
   */
  public static void main(String[] arguments) throws IOException {
    ReferenceFiles files = new ReferenceFiles(Path.of(arguments[0]));
    try (OnnxSession session = OnnxSession.ofFile(files.model().toString())) {
      for (int number = 0; files.hasBatch(number); number++) {
        files.writeOutputs(number, session.run(files.readBatch(number)));
      }
    } catch (OrtException e) {
      Files.writeString(files.failure(), String.valueOf(e.getMessage()));
    }
  }
}
