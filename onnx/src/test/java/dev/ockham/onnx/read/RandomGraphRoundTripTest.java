package dev.ockham.onnx.read;

import dev.ockham.onnx.OnnxMetadata;
import dev.ockham.onnx.check.Batch;
import dev.ockham.onnx.check.OnnxSession;
import dev.ockham.onnx.write.OnnxWriter;
import dev.ockham.runtime.graph.GraphSample;
import dev.ockham.runtime.graph.Parity;
import dev.ockham.runtime.graph.RandomGraphs;
import dev.ockham.runtime.model.Model;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A random graph that is written as ONNX is the same function to ONNX Runtime, and when it is read
 * back: by the reference in double and by its plan.
 */
class RandomGraphRoundTripTest {
  private static final int COUNT = 3;

  static LongStream seeds() {
    return RandomGraphs.seeds(300, 16);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void goesOutAndComesBack(long seed) throws Exception {
    GraphSample sample = RandomGraphs.of(seed);
    Model model = sample.model(seed);
    Map<String, float[]> inputs = sample.inputs(seed, COUNT);
    List<double[]> expected = Parity.reference(model, inputs, COUNT);
    byte[] file = OnnxWriter.write(model, OnnxMetadata.NONE, seed % 2 == 0).toByteArray();
    Model back = OnnxImport.read(file, "model.onnx", ImportOptions.NONE).model();
    Parity.require(sample + ", read back", expected, Parity.reference(back, inputs, COUNT));
    Parity.require(sample + ", planned", expected, Parity.plan(back, inputs, COUNT));
    try (OnnxSession session = OnnxSession.of(file)) {
      Map<String, float[]> found = session.run(new Batch(inputs, COUNT));
      Parity.require(sample + ", ONNX Runtime", expected, Parity.widened(model.graph(), found));
    }
    byte[] again = OnnxWriter.write(back, OnnxMetadata.NONE, false).toByteArray();
    Model third = OnnxImport.read(again, "model.onnx", ImportOptions.NONE).model();
    Parity.require(sample + ", twice", expected, Parity.reference(third, inputs, COUNT));
  }
}
