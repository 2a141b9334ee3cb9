package dev.ockham.onnx.read;

import dev.ockham.runtime.model.Model;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A network that came from an ONNX file.
 *
 * @param model graph and numbers; inputs and outputs have the file's names, in its order
 * @param inputs what comes in, as the file has it
 * @param outputs what it gives, as the file has it
 * @param notes what else there is to say, a sentence each
 * @param metadata text pairs that the file carries, such as its author's
 * @param counts how many nodes the file had, and how many became of them
 * @param beside other files whose bytes are a part of it, in order
 */
public record ImportedNetwork(
    Model model,
    List<ImportedValue> inputs,
    List<ImportedValue> outputs,
    List<String> notes,
    Map<String, String> metadata,
    Counts counts,
    List<Path> beside) {
  /** Copies lists and map. */
  public ImportedNetwork {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    notes = List.copyOf(notes);
    metadata = Map.copyOf(metadata);
    beside = List.copyOf(beside);
  }

  /**
   * What became of the file's nodes.
   *
   * @param read nodes of the file, functions inlined
   * @param folded nodes that only computed constants, or passed a value on
   * @param fused nodes that became part of another
   * @param mapped nodes of our graph
   */
  public record Counts(int read, int folded, int fused, int mapped) {}
}
