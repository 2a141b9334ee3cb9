package dev.ockham.onnx.check;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A model in ONNX Runtime, with numbers in and out as floats. Needs ONNX Runtime on the class path.
 */
public final class OnnxSession implements AutoCloseable {
  private final OrtEnvironment environment;
  private final OrtSession session;

  private OnnxSession(OrtEnvironment environment, OrtSession session) {
    this.environment = environment;
    this.session = session;
  }

  /**
   * Loads a model.
   *
   * @param model bytes of an ONNX file
   * @throws OrtException if ONNX Runtime refuses it
   */
  public static OnnxSession of(byte[] model) throws OrtException {
    OrtEnvironment environment = environment();
    return new OnnxSession(environment, environment.createSession(model));
  }

  /**
   * Loads a model from a file.
   *
   * @throws OrtException if ONNX Runtime refuses it
   */
  public static OnnxSession ofFile(String path) throws OrtException {
    OrtEnvironment environment = environment();
    return new OnnxSession(environment, environment.createSession(path));
  }

  private static OrtEnvironment environment() {
    return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
  }

  /**
   * Runs the model.
   *
   * @param batch values by the names of the model's inputs; those of an INT64 input must be whole
   * @return float values of each output by its name; the caller owns them
   * @throws OrtException if ONNX Runtime fails
   */
  public Map<String, float[]> run(Batch batch) throws OrtException {
    Map<String, OnnxTensor> given = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, NodeInfo> input : session.getInputInfo().entrySet()) {
        float[] values = Objects.requireNonNull(batch.inputs().get(input.getKey()), input.getKey());
        TensorInfo info = (TensorInfo) input.getValue().getInfo();
        given.put(input.getKey(), tensor(values, info, batch.count()));
      }
      try (OrtSession.Result result = session.run(given)) {
        Map<String, float[]> outputs = new LinkedHashMap<>();
        for (Map.Entry<String, OnnxValue> output : result) {
          FloatBuffer values = ((OnnxTensor) output.getValue()).getFloatBuffer();
          float[] copy = new float[values.remaining()];
          values.get(copy);
          outputs.put(output.getKey(), copy);
        }
        return outputs;
      }
    } finally {
      given.values().forEach(OnnxTensor::close);
    }
  }

  private OnnxTensor tensor(float[] values, TensorInfo info, int count) throws OrtException {
    long[] shape = info.getShape();
    shape[0] = count;
    if (info.type != OnnxJavaType.INT64) {
      return OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape);
    }
    long[] whole = new long[values.length];
    for (int i = 0; i < whole.length; i++) {
      whole[i] = (long) values[i];
    }
    return OnnxTensor.createTensor(environment, LongBuffer.wrap(whole), shape);
  }

  /** Gives back native memory. */
  @Override
  public void close() throws OrtException {
    session.close();
  }
}
