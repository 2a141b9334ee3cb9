package dev.ockham.onnx.read;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** What ONNX Runtime computes. */
final class OnnxReference implements AutoCloseable {
  private final OrtSession session;

  OnnxReference(byte[] model) throws OrtException {
    session = environment().createSession(model, options());
  }

  /** The one of the process, as the class that checks exports asks for it. */
  private static OrtEnvironment environment() {
    return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
  }

  private static OrtSession.SessionOptions options() throws OrtException {
    var options = new OrtSession.SessionOptions();
    options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
    options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
    options.setIntraOpNumThreads(1);
    return options;
  }

  OnnxReference(java.nio.file.Path model) throws OrtException {
    session = environment().createSession(model.toString(), options());
  }

  /** Outputs by name, of inputs that are given as floats whatever their type. */
  Map<String, float[]> run(Map<String, float[]> inputs, Map<String, long[]> shapes)
      throws OrtException {
    OrtEnvironment environment = environment();
    Map<String, OnnxTensor> tensors = new HashMap<>();
    for (NodeInfo info : session.getInputInfo().values()) {
      float[] values = inputs.get(info.getName());
      long[] shape = shapes.get(info.getName());
      if (values != null && shape != null) {
        var type = ((TensorInfo) info.getInfo()).type;
        tensors.put(info.getName(), tensor(environment, type, values, shape));
      }
    }
    try (OrtSession.Result result = session.run(tensors)) {
      Map<String, float[]> outputs = new LinkedHashMap<>();
      for (var entry : result) {
        FloatBuffer values = ((OnnxTensor) entry.getValue()).getFloatBuffer();
        float[] copy = new float[values.remaining()];
        values.get(copy);
        outputs.put(entry.getKey(), copy);
      }
      return outputs;
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }

  private static OnnxTensor tensor(
      OrtEnvironment environment, OnnxJavaType type, float[] values, long[] shape)
      throws OrtException {
    return switch (type) {
      case BOOL -> {
        ByteBuffer truths = ByteBuffer.allocateDirect(values.length);
        for (float each : values) {
          truths.put((byte) (each == 0 ? 0 : 1));
        }
        yield OnnxTensor.createTensor(environment, truths.flip(), shape, type);
      }
      case INT64 -> {
        long[] whole = new long[values.length];
        for (int i = 0; i < whole.length; i++) {
          whole[i] = (long) values[i];
        }
        yield OnnxTensor.createTensor(environment, LongBuffer.wrap(whole), shape);
      }
      case INT32 -> {
        int[] whole = new int[values.length];
        for (int i = 0; i < whole.length; i++) {
          whole[i] = (int) values[i];
        }
        yield OnnxTensor.createTensor(environment, IntBuffer.wrap(whole), shape);
      }
      default -> OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape);
    };
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
