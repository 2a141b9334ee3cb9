package dev.ockham.onnx.read;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.ockham.onnx.UnsupportedOnnxException;
import dev.ockham.onnx.read.file.ProgramReader;
import dev.ockham.onnx.read.fold.BatchIndependence;
import dev.ockham.onnx.read.fold.ConstantFolding;
import dev.ockham.onnx.read.fold.DeadNodes;
import dev.ockham.onnx.read.fold.FixedBatch;
import dev.ockham.onnx.read.fold.PassThroughRemoval;
import dev.ockham.onnx.read.fuse.Fusions;
import dev.ockham.onnx.read.map.GraphMapping;
import dev.ockham.onnx.read.map.OperatorTable;
import dev.ockham.onnx.read.program.MalformedOnnxException;
import dev.ockham.onnx.read.program.OnnxNode;
import dev.ockham.onnx.read.program.Program;
import dev.ockham.onnx.read.program.ProgramInput;
import dev.ockham.onnx.read.program.ProgramOutput;
import dev.ockham.onnx.read.program.TypedProgram;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.model.Model;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The stages in their order, from a parsed model to a network of ours. */
final class Compilation {
  private final String name;
  private final ImportOptions options;
  private final List<String> notes = new ArrayList<>();
  private final List<Path> beside = new ArrayList<>();
  private final Program read;
  private final Program plain;
  private final Map<String, String> metadata = new LinkedHashMap<>();

  /**
   * Reads the program of a model.
   *
   * @param file its file, beside which external data are; null if there is none
   */
  Compilation(ModelProto message, String name, @Nullable Path file, ImportOptions options) {
    this.name = name;
    this.options = options;
    read = ProgramReader.read(message, file, notes::add, beside::addAll);
    plain = PassThroughRemoval.apply(read);
    message.getMetadataPropsList().forEach(each -> metadata.put(each.getKey(), each.getValue()));
  }

  /** The network. */
  ImportedNetwork run() {
    int examples = options.batched() ? FixedBatch.fixedExamples(plain) : 0;
    if (examples == 0) {
      return network(folded(FixedBatch.unbatched(plain, options.shapes())), null);
    }
    return examples == 1 ? batched() : ofFixedBatch(examples);
  }

  private static TypedProgram folded(Program program) {
    return DeadNodes.apply(ConstantFolding.apply(program, OperatorTable.mapped()));
  }

  private TypedProgram folded(int examples) {
    return folded(FixedBatch.of(plain, options.shapes(), examples));
  }

  /** A model whose batch is free, or one. */
  private ImportedNetwork batched() {
    TypedProgram one = folded(1);
    BatchIndependence batch = null;
    try {
      batch = new BatchIndependence(one, folded(2), 2);
    } catch (UnsupportedOnnxException | MalformedOnnxException e) {
      // Written for a batch of one alone, so there is nothing that could mix.
    }
    if (batch != null) {
      batch.check(OperatorTable.mapped());
    }
    return network(one, batch);
  }

  /** A model whose first size is fixed at several: a batch, or an example without a batch. */
  private ImportedNetwork ofFixedBatch(int examples) {
    UnsupportedOnnxException refusal;
    try {
      TypedProgram one = folded(1);
      var batch = new BatchIndependence(one, folded(examples), examples);
      batch.check(OperatorTable.mapped());
      batch.checkOutputs();
      return network(one, batch);
    } catch (UnsupportedOnnxException e) {
      refusal = e;
    } catch (MalformedOnnxException e) {
      refusal = new UnsupportedOnnxException(e.field() + ": " + e.getMessage());
    }
    try {
      return network(folded(FixedBatch.unbatched(plain, options.shapes())), null);
    } catch (UnsupportedOnnxException e) {
      throw refusal;
    }
  }

  private ImportedNetwork network(TypedProgram folded, @Nullable BatchIndependence batch) {
    TypedProgram fused = Fusions.apply(folded);
    Model model = GraphMapping.apply(fused, name);
    List<ImportedValue> inputs = new ArrayList<>();
    for (ProgramInput input : folded.program().inputs()) {
      inputs.add(new ImportedValue(input.name(), shape(folded, input.name()), input.batchAxis()));
    }
    List<ImportedValue> outputs = new ArrayList<>();
    for (ProgramOutput output : folded.program().outputs()) {
      int axis = batch == null ? -1 : batch.batchAxis(output.value());
      outputs.add(new ImportedValue(output.name(), shape(folded, output.value()), axis));
    }
    int before = folded.program().nodes().size();
    var counts =
        new ImportedNetwork.Counts(
            read.nodes().size(),
            gone(folded.program()),
            before - fused.program().nodes().size(),
            model.graph().nodes().size());
    return new ImportedNetwork(model, inputs, outputs, notes, metadata, counts, beside);
  }

  /** How many nodes of the file are no more; one that is written as several is still there. */
  private int gone(Program folded) {
    Set<String> left = folded.nodes().stream().map(OnnxNode::name).collect(Collectors.toSet());
    return (int) read.nodes().stream().filter(node -> !left.contains(node.name())).count();
  }

  private static Shape shape(TypedProgram typed, String value) {
    return Objects.requireNonNull(typed.types().get(value), value).shape();
  }
}
