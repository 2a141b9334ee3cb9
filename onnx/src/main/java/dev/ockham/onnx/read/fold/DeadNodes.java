package dev.ockham.onnx.read.fold;

import dev.ockham.onnx.read.program.OnnxNode;
import dev.ockham.onnx.read.program.Program;
import dev.ockham.onnx.read.program.ProgramOutput;
import dev.ockham.onnx.read.program.Tensor;
import dev.ockham.onnx.read.program.TypedProgram;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Takes out nodes, outputs of nodes and constants that no output of the program depends on. */
public final class DeadNodes {
  private DeadNodes() {}

  /** The program without them. */
  public static TypedProgram apply(TypedProgram typed) {
    Program program = typed.program();
    Set<String> read = new HashSet<>();
    for (ProgramOutput output : program.outputs()) {
      read.add(output.value());
    }
    List<OnnxNode> alive = new ArrayList<>();
    for (OnnxNode node : program.nodes().reversed()) {
      if (node.outputs().stream().anyMatch(read::contains)) {
        alive.add(wanted(node, read));
        read.addAll(node.inputs());
      }
    }
    Collections.reverse(alive);
    Map<String, Tensor> constants = new LinkedHashMap<>(program.constants());
    constants.keySet().retainAll(read);
    return new TypedProgram(program.with(alive, constants), typed.types());
  }

  /** The node without names of outputs that nothing reads. */
  private static OnnxNode wanted(OnnxNode node, Set<String> read) {
    return node.giving(
        node.outputs().stream().map(output -> read.contains(output) ? output : "").toList());
  }
}
