package dev.ockham.bench.inference;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import dev.ockham.onnx.OnnxMetadata;
import dev.ockham.onnx.write.OnnxWriter;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.model.Model;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * ONNX Runtime on what {@code export} writes, at its best: every graph optimisation, the batch's
 * size fixed, inputs and outputs in native memory that is allocated before time is taken. Needs
 * ONNX Runtime on the class path.
 */
final class OnnxRuntimeContestant implements Contestant {

  private final OrtSession session;
  private final String input;
  private final String output;
  private final List<OnnxTensor> inputs = new ArrayList<>();
  private final FloatBuffer result;
  private final OnnxTensor pinned;

  private OnnxRuntimeContestant(OrtSession session, Model model, List<float[]> batches, int count)
      throws OrtException {
    this.session = session;
    this.input = model.graph().inputs().getFirst().name();
    this.output = model.graph().outputs().getFirst();
    NodeInfo info = session.getInputInfo().values().iterator().next();
    for (float[] batch : batches) {
      inputs.add(tensor(batch, (TensorInfo) info.getInfo(), model.input().withBatch(count)));
    }
    Shape given = model.graph().shape(output);
    result = direct(count * given.size() * Float.BYTES).asFloatBuffer();
    pinned = OnnxTensor.createTensor(environment(), result, given.withBatch(count));
  }

  /**
   * Loads a model.
   *
   * @throws RaceException if ONNX Runtime refuses it
   */
  static OnnxRuntimeContestant of(Model model, List<float[]> batches, int count, int threads)
      throws RaceException {
    byte[] bytes = OnnxWriter.write(model, OnnxMetadata.NONE, false).toByteArray();
    try (SessionOptions options = new SessionOptions()) {
      options.setOptimizationLevel(SessionOptions.OptLevel.ALL_OPT);
      options.setExecutionMode(SessionOptions.ExecutionMode.SEQUENTIAL);
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setSymbolicDimensionValue(OnnxWriter.BATCH, count);
      OrtSession session = environment().createSession(bytes, options);
      return new OnnxRuntimeContestant(session, model, batches, count);
    } catch (OrtException e) {
      throw new RaceException("ONNX Runtime refuses the model: " + e.getMessage(), e);
    }
  }

  /** Its version, such as {@code 1.29.0}. */
  static String version() {
    return environment().getVersion();
  }

  private static OrtEnvironment environment() {
    return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
  }

  private static ByteBuffer direct(int bytes) {
    return ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder());
  }

  private static OnnxTensor tensor(float[] values, TensorInfo info, long[] shape)
      throws OrtException {
    if (info.type != OnnxJavaType.INT64) {
      FloatBuffer floats = direct(values.length * Float.BYTES).asFloatBuffer();
      floats.put(values).rewind();
      return OnnxTensor.createTensor(environment(), floats, shape);
    }
    LongBuffer longs = direct(values.length * Long.BYTES).asLongBuffer();
    for (float value : values) {
      longs.put((long) value);
    }
    longs.rewind();
    return OnnxTensor.createTensor(environment(), longs, shape);
  }

  @Override
  public void predict(int batch) {
    try {
      session.run(Map.of(input, inputs.get(batch)), Set.of(), Map.of(output, pinned)).close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime: " + e.getMessage(), e);
    }
  }

  @Override
  public float[] output() {
    float[] copy = new float[result.capacity()];
    result.get(0, copy);
    return copy;
  }

  @Override
  public void close() {
    inputs.forEach(OnnxTensor::close);
    pinned.close();
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime: " + e.getMessage(), e);
    }
  }
}
