package dev.ockham.onnx.read;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OrtException;
import dev.ockham.runtime.graph.Draws;
import dev.ockham.runtime.plan.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** An imported network and ONNX Runtime give the same numbers. */
final class Agreement {
  /** Largest difference from ONNX Runtime, relative to the largest number of the output. */
  static final double TOLERANCE = 1e-5;

  private Agreement() {}

  /** Compares a model on random inputs, one example at a time, and gives the import. */
  static ImportedNetwork check(byte[] model, ImportOptions options, int examples)
      throws IOException, OrtException {
    ImportedNetwork network = OnnxImport.read(model, "test.onnx", options);
    try (var reference = new OnnxReference(model)) {
      compare(network, ModelProto.parseFrom(model), reference, options, examples);
    }
    return network;
  }

  /** Compares a file on random inputs. */
  static ImportedNetwork check(Path file, ImportOptions options, int examples)
      throws IOException, OrtException {
    ImportedNetwork network = OnnxImport.read(file, options);
    try (var reference = new OnnxReference(file)) {
      ModelProto proto = ModelProto.parseFrom(Files.readAllBytes(file));
      compare(network, proto, reference, options, examples);
    }
    return network;
  }

  private static void compare(
      ImportedNetwork network,
      ModelProto proto,
      OnnxReference reference,
      ImportOptions options,
      int examples)
      throws OrtException {
    Plan plan = Plan.of(network.model());
    for (int example = 0; example < examples; example++) {
      Map<String, float[]> given = new HashMap<>();
      Map<String, float[]> ours = new HashMap<>();
      Map<String, long[]> shapes = new HashMap<>();
      int count = 1;
      for (ImportedValue input : network.inputs()) {
        ValueInfoProto declared = declared(proto, input.name());
        long[] shape = shape(declared, options);
        int axis = input.batchAxis();
        count = axis < 0 ? count : (int) shape[axis];
        int type = declared.getType().getTensorType().getElemType();
        float[] values = new float[input.shape().size() * (axis < 0 ? 1 : count)];
        var draws = Draws.of(example, input.name());
        for (int i = 0; i < values.length; i++) {
          values[i] =
              switch (type) {
                case DataType.FLOAT_VALUE -> (float) draws.normal();
                // A mask that lets nothing through is no question to ask.
                case DataType.BOOL_VALUE -> i % 5 == 0 ? 1 : draws.below(2);
                default -> 1 + draws.below(4);
              };
        }
        given.put(input.name(), values);
        ours.put(input.name(), batchFirst(values, input, count));
        shapes.put(input.name(), shape);
      }
      Map<String, float[]> wanted = reference.run(given, shapes);
      Map<String, float[]> found = plan.run(ours, count, 1);
      assertThat(found.keySet()).containsExactlyElementsOf(wanted.keySet());
      for (ImportedValue output : network.outputs()) {
        float[] values = Objects.requireNonNull(wanted.get(output.name()));
        close(
            output.name(),
            batchFirst(values, output, count),
            Objects.requireNonNull(found.get(output.name())));
      }
    }
  }

  /** Numbers of a value with its axis of examples moved to the front. */
  private static float[] batchFirst(float[] values, ImportedValue value, int count) {
    if (value.batchAxis() < 0 || count == 1) {
      return values;
    }
    int inner = value.shape().product(value.batchAxis(), value.shape().rank());
    float[] moved = new float[values.length];
    int outer = values.length / inner / count;
    for (int o = 0; o < outer; o++) {
      for (int e = 0; e < count; e++) {
        System.arraycopy(values, (o * count + e) * inner, moved, (e * outer + o) * inner, inner);
      }
    }
    return moved;
  }

  private static ValueInfoProto declared(ModelProto proto, String name) {
    return proto.getGraph().getInputList().stream()
        .filter(input -> input.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static long[] shape(ValueInfoProto input, ImportOptions options) {
    List<Integer> said = options.shapes().get(input.getName());
    List<Dimension> dims = input.getType().getTensorType().getShape().getDimList();
    long[] shape = new long[dims.size()];
    for (int axis = 0; axis < shape.length; axis++) {
      long declared = Math.max(1, dims.get(axis).getDimValue());
      shape[axis] = said == null ? declared : said.get(axis);
    }
    return shape;
  }

  private static void close(String name, float[] wanted, float[] found) {
    assertThat(found).hasSameSizeAs(wanted);
    double scale = 0;
    double largest = 0;
    for (int i = 0; i < wanted.length; i++) {
      scale = Math.max(scale, Math.abs(wanted[i]));
      double difference = Math.abs(wanted[i] - found[i]);
      largest = Double.isNaN(difference) ? Double.NaN : Math.max(largest, difference);
    }
    assertThat(largest)
        .as("output %s of scale %s", name, scale)
        .isLessThanOrEqualTo(TOLERANCE * scale + 1e-30);
  }
}
