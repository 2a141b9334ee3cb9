package dev.ockham.runtime.file;

import dev.ockham.runtime.model.Bias;
import dev.ockham.runtime.model.CsrMatrix;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.ModelLayer;
import dev.ockham.runtime.model.SparseModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns the content of a safetensors file into a model. One reader reads one file; it crosses off
 * each tensor that it uses, and what is left over at the end is an error.
 */
final class ModelReader {
  private final Path path;
  private final SafetensorsFile content;
  private final Map<String, Long> offsets;
  private final SortedMap<String, StoredTensor> unused;

  ModelReader(Path path, Safetensors.Located located) {
    this.path = path;
    this.content = located.content();
    this.offsets = located.offsets();
    this.unused = new TreeMap<>(located.content().tensors());
  }

  ModelFile read() throws MalformedFileException {
    SortedMap<String, String> provenance = new TreeMap<>(content.metadata());
    expect("format", ModelFile.FORMAT, provenance.remove("format"));
    expect("version", ModelFile.VERSION, provenance.remove("version"));
    String text = provenance.remove("graph");
    if (text == null) {
      throw wrongMetadata("graph", "is missing");
    }
    ModelGraph graph;
    try {
      graph = ModelGraph.read(text);
    } catch (IllegalArgumentException e) {
      throw wrongMetadata("graph", message(e));
    }
    List<ModelLayer> layers = new ArrayList<>();
    for (ModelGraph.Node node : graph.nodes()) {
      layers.add(layer(node, graph.input().size()));
    }
    if (!unused.isEmpty()) {
      throw wrong(unused.firstKey(), "no layer of the graph uses this tensor");
    }
    try {
      return new ModelFile(
          new SparseModel(graph.architecture(), graph.input(), graph.classes(), layers),
          provenance);
    } catch (IllegalArgumentException e) {
      throw wrongMetadata("graph", message(e));
    }
  }

  private ModelLayer layer(ModelGraph.Node node, int features) throws MalformedFileException {
    return switch (node) {
      case ModelGraph.Plain(ModelLayer layer) -> layer;
      case ModelGraph.FeatureScalingNode() -> {
        List<Long> shape = List.of((long) features);
        yield new ModelLayer.FeatureScaling(
            Bias.of(floats(ModelFile.FEATURE_MEAN, shape)),
            Bias.of(floats(ModelFile.FEATURE_SCALE, shape)));
      }
      case ModelGraph.GateNode(String name, int units, float cut) -> {
        Bias scale = perUnit(name + ModelFile.SCALE, units);
        Bias shift = perUnit(name + ModelFile.SHIFT, units);
        Bias factor = perUnit(name + ModelFile.FACTOR, units);
        try {
          yield new ModelLayer.DependentGate(name, scale, shift, factor, cut);
        } catch (IllegalArgumentException e) {
          throw wrongMetadata("graph", message(e));
        }
      }
      case ModelGraph.AffineNode(String name, int units) -> {
        Bias scale = perUnit(name + ModelFile.SCALE, units);
        Bias shift = perUnit(name + ModelFile.SHIFT, units);
        try {
          yield new ModelLayer.Affine(name, scale, shift);
        } catch (IllegalArgumentException e) {
          throw wrongMetadata("graph", message(e));
        }
      }
      case ModelGraph.DenseNode(String name, int inputs, int outputs) -> {
        Matrix weights = matrix(name + ".weight", outputs, inputs);
        Bias bias = Bias.of(floats(name + ".bias", List.of((long) outputs)));
        try {
          yield new ModelLayer.Dense(name, weights, bias);
        } catch (IllegalArgumentException e) {
          throw wrongMetadata("graph", message(e));
        }
      }
      case ModelGraph.ConvNode(String name, int inputs, int outputs, int height, int width) -> {
        int cols;
        try {
          cols = Math.multiplyExact(inputs, Math.multiplyExact(height, width));
        } catch (ArithmeticException e) {
          throw wrongMetadata(
              "graph",
              "convolution '%s' of %s inputs with a %s×%s kernel is too large"
                  .formatted(name, inputs, height, width));
        }
        Matrix weights = matrix(name + ".weight", outputs, cols);
        Bias bias = Bias.of(floats(name + ".bias", List.of((long) outputs)));
        try {
          yield new ModelLayer.Conv2d(name, height, width, weights, bias);
        } catch (IllegalArgumentException e) {
          throw wrongMetadata("graph", message(e));
        }
      }
    };
  }

  private Bias perUnit(String name, int units) throws MalformedFileException {
    return Bias.of(floats(name, List.of((long) units)));
  }

  private Matrix matrix(String name, int rows, int cols) throws MalformedFileException {
    if (unused.containsKey(name)) {
      return DenseMatrix.of(rows, cols, floats(name, List.of((long) rows, (long) cols)));
    }
    if (!unused.containsKey(name + ".values")) {
      throw wrongMetadata(
          "graph", "tensor '%s' is missing, and so is '%s.values'".formatted(name, name));
    }
    int[] rowOffsets = indices(name + ".row_offsets", rows + 1L);
    long stored = rowOffsets[rowOffsets.length - 1];
    float[] values = floats(name + ".values", List.of(stored));
    int[] columns = indices(name + ".columns", stored);
    try {
      return CsrMatrix.of(cols, rowOffsets, columns, values);
    } catch (IllegalArgumentException e) {
      // The message starts with the part that is wrong.
      String part = message(e).startsWith("columns") ? ".columns" : ".row_offsets";
      throw wrong(name + part, message(e));
    }
  }

  private float[] floats(String name, List<Long> shape) throws MalformedFileException {
    StoredTensor tensor = take(name, shape);
    if (tensor.dtype() != DType.F32) {
      throw wrong(name, "dtype is " + tensor.dtype() + ", not F32");
    }
    float[] values = tensor.toFloats();
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new MalformedFileException(
            path,
            offsets.getOrDefault(name, 0L) + (long) i * Float.BYTES,
            "tensor '" + name + "'",
            "element %s = %s is not finite".formatted(i, values[i]));
      }
    }
    return values;
  }

  private int[] indices(String name, long length) throws MalformedFileException {
    try {
      return take(name, List.of(length)).toIndices();
    } catch (IllegalArgumentException e) {
      throw wrong(name, message(e));
    }
  }

  private StoredTensor take(String name, List<Long> shape) throws MalformedFileException {
    StoredTensor tensor = unused.remove(name);
    if (tensor == null) {
      throw wrongMetadata("graph", "tensor '" + name + "' is missing");
    }
    if (!tensor.shape().equals(shape)) {
      throw wrong(name, "shape is %s, the graph needs %s".formatted(tensor.shape(), shape));
    }
    return tensor;
  }

  private void expect(String key, String wanted, @Nullable String found)
      throws MalformedFileException {
    if (found == null) {
      throw wrongMetadata(key, "is missing; this is not an Ockham model");
    }
    if (!wanted.equals(found)) {
      throw wrongMetadata(key, "is '%s', this reader knows '%s'".formatted(found, wanted));
    }
  }

  private MalformedFileException wrong(String tensor, String problem) {
    return new MalformedFileException(
        path, offsets.getOrDefault(tensor, 0L), "tensor '" + tensor + "'", problem);
  }

  private MalformedFileException wrongMetadata(String key, String problem) {
    return new MalformedFileException(
        path, offsets.getOrDefault(Safetensors.METADATA, 0L), "metadata '" + key + "'", problem);
  }

  private static String message(IllegalArgumentException e) {
    return String.valueOf(e.getMessage());
  }
}
