package dev.ockham.train.run;

import ai.onnxruntime.OrtException;
import dev.ockham.onnx.OnnxMetadata;
import dev.ockham.onnx.check.Batch;
import dev.ockham.onnx.check.OnnxSession;
import dev.ockham.onnx.read.ImportOptions;
import dev.ockham.onnx.read.OnnxImport;
import dev.ockham.onnx.write.OnnxWriter;
import dev.ockham.runtime.graph.Parity;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** What becomes of a model that is exported as ONNX. */
final class ExportedForms {
  private ExportedForms() {}

  /**
   * Fails unless a model is the same function when it is read back, by the reference and by its
   * plan, and to ONNX Runtime.
   *
   * @param expected each output, in double
   */
  static void requireSame(
      String what, Model model, Map<String, float[]> inputs, int count, List<double[]> expected)
      throws IOException, OrtException {
    byte[] onnx = OnnxWriter.write(model, OnnxMetadata.NONE, false).toByteArray();
    Model back = OnnxImport.read(onnx, "model.onnx", ImportOptions.NONE).model();
    Parity.require(what + ", exported", expected, Parity.reference(back, inputs, count));
    Parity.require(what + ", exported, planned", expected, Parity.plan(back, inputs, count));
    try (OnnxSession session = OnnxSession.of(onnx)) {
      Parity.require(
          what + ", ONNX Runtime",
          expected,
          Parity.widened(model.graph(), session.run(new Batch(inputs, count))));
    }
  }
}
