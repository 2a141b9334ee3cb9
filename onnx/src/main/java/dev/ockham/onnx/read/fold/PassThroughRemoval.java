package dev.ockham.onnx.read.fold;

import dev.ockham.onnx.read.program.MalformedOnnxException;
import dev.ockham.onnx.read.program.OnnxNode;
import dev.ockham.onnx.read.program.Program;
import dev.ockham.onnx.read.program.ProgramOutput;
import dev.ockham.onnx.read.program.Tensor;
import dev.ockham.runtime.graph.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes out nodes that only pass a value on, and makes constants of those that only hold one. */
public final class PassThroughRemoval {
  private static final Set<String> PASSING = Set.of("Identity", "Dropout");

  private PassThroughRemoval() {}

  /** The program without Identity, Dropout and Constant. */
  public static Program apply(Program program) {
    Map<String, String> passed = new HashMap<>();
    Map<String, Tensor> constants = new LinkedHashMap<>(program.constants());
    Set<String> reads = program.reads().keySet();
    List<OnnxNode> nodes = new ArrayList<>();
    for (OnnxNode node : program.nodes()) {
      OnnxNode read =
          node.reading(
              node.inputs().stream().map(name -> passed.getOrDefault(name, name)).toList());
      if (read.operator().equals("Constant")) {
        constants.put(read.output(0), value(read));
      } else if (PASSING.contains(read.operator())) {
        check(read, constants.get(read.input(2)), reads);
        passed.put(read.output(0), read.input(0));
      } else {
        nodes.add(read);
      }
    }
    List<ProgramOutput> outputs = new ArrayList<>();
    for (ProgramOutput output : program.outputs()) {
      outputs.add(
          new ProgramOutput(output.name(), passed.getOrDefault(output.value(), output.value())));
    }
    return new Program(program.inputs(), constants, program.learnt(), nodes, outputs);
  }

  private static void check(OnnxNode node, @Nullable Tensor training, Set<String> reads) {
    if (node.input(0).isEmpty()) {
      throw new MalformedOnnxException(node, "it lacks its input");
    }
    if (!node.output(1).isEmpty() && reads.contains(node.output(1))) {
      throw node.unsupported("its mask is used; export the model for inference, by model.eval()");
    }
    if (training != null && (training.size() != 1 || !training.all(0))) {
      throw node.unsupported("it is in training mode; call model.eval() before the export");
    }
  }

  private static Tensor value(OnnxNode node) {
    var attributes = node.attributes();
    Tensor tensor = attributes.tensor("value");
    if (tensor != null) {
      return tensor;
    }
    Tensor sparse = attributes.tensor("sparse_value");
    if (sparse != null) {
      return sparse;
    }
    if (attributes.has("value_float")) {
      return Tensor.reals(Shape.of(), attributes.real("value_float", 0));
    }
    if (attributes.has("value_int")) {
      return Tensor.integers(Shape.of(), attributes.integer("value_int", 0));
    }
    float[] reals = attributes.reals("value_floats");
    if (reals != null) {
      return Tensor.reals(Shape.of(reals.length), reals);
    }
    long[] integers = attributes.integers("value_ints");
    if (integers != null) {
      return Tensor.vector(integers);
    }
    throw node.unsupported("its value is a text or missing; a network of ours has numbers only");
  }
}
