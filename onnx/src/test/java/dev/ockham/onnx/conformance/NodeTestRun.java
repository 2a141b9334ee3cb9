package dev.ockham.onnx.conformance;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnxruntime.OrtException;
import dev.ockham.onnx.OnnxMetadata;
import dev.ockham.onnx.UnsupportedOnnxException;
import dev.ockham.onnx.check.Batch;
import dev.ockham.onnx.check.OnnxSession;
import dev.ockham.onnx.read.ImportOptions;
import dev.ockham.onnx.read.ImportedNetwork;
import dev.ockham.onnx.read.ImportedValue;
import dev.ockham.onnx.read.OnnxImport;
import dev.ockham.onnx.write.OnnxWriter;
import dev.ockham.runtime.file.MalformedFileException;
import dev.ockham.runtime.plan.Plan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A node test imported, computed, exported and computed again by ONNX Runtime. An operator of two
 * values is tried with both from outside and with either as a constant.
 */
final class NodeTestRun {
  /** Largest difference, relative to the largest number of the output. */
  private static final double TOLERANCE = 1e-5;

  /** Operators all of whose inputs may be values, none of them a weight. */
  private static final Set<String> COMBINING =
      Set.of("Add", "Sub", "Mul", "Div", "Min", "Max", "Sum", "Mean", "Pow", "MatMul", "Concat");

  private final NodeTest test;
  private final NavigableSet<String> exported = new TreeSet<>();
  private final List<String> refusals = new ArrayList<>();

  private NodeTestRun(NodeTest test) {
    this.test = test;
  }

  /**
   * What became of a test.
   *
   * @param exported operators that the network is written as; none if it was refused
   * @param refusal what the importer said where it takes no form of the test; null if it takes one
   * @param wrong how numbers differ; null if they do not
   */
  record Outcome(NavigableSet<String> exported, @Nullable String refusal, @Nullable String wrong) {
    boolean passed() {
      return refusal == null && wrong == null;
    }

    @Override
    public String toString() {
      return wrong != null ? "wrong: " + wrong : refusal != null ? refusal : "passed";
    }
  }

  /** Runs a test in all its forms. */
  static Outcome of(NodeTest test) throws IOException, OrtException {
    return new NodeTestRun(test).run();
  }

  private Outcome run() throws IOException, OrtException {
    boolean taken = false;
    for (Set<Integer> values : forms()) {
      ModelProto model = test.keeping(values);
      ImportedNetwork network;
      try {
        network = OnnxImport.read(model.toByteArray(), test.name(), ImportOptions.NONE);
      } catch (UnsupportedOnnxException | MalformedFileException e) {
        refusals.add(String.valueOf(e.getMessage()));
        continue;
      }
      taken = true;
      String wrong = compare(network);
      if (wrong != null) {
        return new Outcome(exported, null, "inputs " + values + ": " + wrong);
      }
    }
    return new Outcome(exported, taken ? null : refusals.getFirst(), null);
  }

  /** Which inputs are values, in the ways in which a network may have them. */
  private List<Set<Integer>> forms() {
    int inputs = test.model().getGraph().getInputCount();
    String operator = test.operators().size() == 1 ? test.operators().getFirst() : "";
    if (operator.equals("Where")) {
      return List.of(Set.of(1, 2), Set.of(1), Set.of(2));
    }
    List<Set<Integer>> forms = new ArrayList<>();
    if (COMBINING.contains(operator)) {
      Set<Integer> all = new TreeSet<>();
      for (int i = 0; i < inputs; i++) {
        all.add(i);
      }
      forms.add(all);
    }
    forms.add(Set.of(0));
    if (inputs == 2 && (COMBINING.contains(operator) || operator.equals("Gather"))) {
      forms.add(Set.of(1));
    }
    return forms;
  }

  private @Nullable String compare(ImportedNetwork network) throws IOException, OrtException {
    Map<String, Numbers> given = named(test.inputs(), true);
    int count = 1;
    for (ImportedValue input : network.inputs()) {
      count = Math.max(count, number(given, input.name()).dim(input.batchAxis()));
    }
    Map<String, float[]> inputs = new HashMap<>();
    for (ImportedValue input : network.inputs()) {
      Numbers numbers = number(given, input.name());
      boolean each = numbers.dim(input.batchAxis()) == count;
      float[] ordered = numbers.withFirst(input.batchAxis());
      inputs.put(input.name(), each ? ordered : Numbers.repeated(ordered, count));
    }
    Map<String, float[]> found = Plan.of(network.model()).run(inputs, count, 1);
    Map<String, Numbers> wanted = named(test.outputs(), false);
    for (ImportedValue output : network.outputs()) {
      Numbers numbers = number(wanted, output.name());
      if (numbers.dim(output.batchAxis()) != count) {
        return "output " + output.name() + " has no axis for " + count + " examples";
      }
      float[] ordered = numbers.withFirst(output.batchAxis());
      String wrong = difference(ordered, Objects.requireNonNull(found.get(output.name())));
      if (wrong != null) {
        return "output " + output.name() + ": " + wrong;
      }
    }
    return again(network, new Batch(inputs, count), found, exported);
  }

  private static Numbers number(Map<String, Numbers> all, String name) {
    return Objects.requireNonNull(all.get(name), name);
  }

  private Map<String, Numbers> named(List<TensorProto> tensors, boolean inputs) {
    Map<String, Numbers> named = new HashMap<>();
    var graph = test.model().getGraph();
    for (int i = 0; i < tensors.size(); i++) {
      named.put(
          (inputs ? graph.getInput(i) : graph.getOutput(i)).getName(), Numbers.of(tensors.get(i)));
    }
    return named;
  }

  /**
   * The network as ONNX again gives the same in ONNX Runtime.
   *
   * @param wanted what it must give
   * @param exported takes the operators it is written as
   * @return how it differs; null if it does not
   */
  static @Nullable String again(
      ImportedNetwork network, Batch batch, Map<String, float[]> wanted, Set<String> exported)
      throws OrtException {
    ModelProto written = OnnxWriter.write(network.model(), OnnxMetadata.NONE, false);
    for (NodeProto node : written.getGraph().getNodeList()) {
      exported.add(node.getOpType());
    }
    try (OnnxSession session = OnnxSession.of(written.toByteArray())) {
      String wrong = difference(wanted, session.run(batch));
      return wrong == null ? null : "exported again, " + wrong;
    }
  }

  /** How the outputs of a network differ; null if they do not. */
  static @Nullable String difference(Map<String, float[]> wanted, Map<String, float[]> found) {
    for (Map.Entry<String, float[]> output : wanted.entrySet()) {
      String name = output.getKey();
      String wrong = difference(output.getValue(), Objects.requireNonNull(found.get(name), name));
      if (wrong != null) {
        return "output " + name + ": " + wrong;
      }
    }
    return null;
  }

  /** How numbers differ; null if they do not. */
  static @Nullable String difference(float[] wanted, float[] found) {
    if (wanted.length != found.length) {
      return found.length + " numbers, not " + wanted.length;
    }
    double scale = 0;
    for (float each : wanted) {
      scale = Float.isFinite(each) ? Math.max(scale, Math.abs(each)) : scale;
    }
    for (int i = 0; i < wanted.length; i++) {
      boolean same = Float.compare(wanted[i], found[i]) == 0;
      if (!same && !(Math.abs((double) wanted[i] - found[i]) <= TOLERANCE * scale)) {
        return "number %s is %s, not %s".formatted(i, found[i], wanted[i]);
      }
    }
    return null;
  }
}
