package dev.ockham.onnx.read.program;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An ONNX model between two stages of its import.
 *
 * @param inputs what comes from outside
 * @param constants numbers that are known, by the name of their value
 * @param learnt names of the constants that are the file's initialisers, not results of folding
 * @param nodes in the order in which they run
 * @param outputs what it gives
 */
public record Program(
    List<ProgramInput> inputs,
    Map<String, Tensor> constants,
    Set<String> learnt,
    List<OnnxNode> nodes,
    List<ProgramOutput> outputs) {
  /** Copies lists; the map is kept as it is and not to be written afterwards. */
  public Program {
    inputs = List.copyOf(inputs);
    constants = Collections.unmodifiableMap(constants);
    learnt = Collections.unmodifiableSet(learnt);
    nodes = List.copyOf(nodes);
    outputs = List.copyOf(outputs);
  }

  /** The same program with other nodes and constants. */
  public Program with(List<OnnxNode> others, Map<String, Tensor> numbers) {
    return new Program(inputs, numbers, learnt, others, outputs);
  }

  /** The same program with other nodes. */
  public Program with(List<OnnxNode> others) {
    return new Program(inputs, constants, learnt, others, outputs);
  }

  /** The same program with other inputs and constants. */
  public Program with(List<ProgramInput> others, List<OnnxNode> same, Map<String, Tensor> numbers) {
    return new Program(others, numbers, learnt, same, outputs);
  }

  /** The node that gives each value. */
  public Map<String, OnnxNode> givers() {
    Map<String, OnnxNode> givers = new HashMap<>();
    for (OnnxNode node : nodes) {
      node.outputs().forEach(output -> givers.put(output, node));
    }
    return givers;
  }

  /** How often each value is read, by nodes or as an output. */
  public Map<String, Integer> reads() {
    Map<String, Integer> reads = new LinkedHashMap<>();
    for (OnnxNode node : nodes) {
      node.inputs().forEach(input -> reads.merge(input, 1, Integer::sum));
    }
    outputs.forEach(output -> reads.merge(output.value(), 1, Integer::sum));
    return reads;
  }
}
