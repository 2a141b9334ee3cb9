package dev.ockham.fuzz;

import dev.ockham.onnx.read.ImportOptions;
import dev.ockham.onnx.read.OnnxImport;

/** ONNX models. */
public final class OnnxTarget {

  private OnnxTarget() {}

  /** Called by Jazzer with each input. */
  public static void fuzzerTestOneInput(byte[] data) {
    Refusal.orRead(data, bytes -> OnnxImport.read(bytes, "model.onnx", ImportOptions.NONE));
  }
}
