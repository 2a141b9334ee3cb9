package dev.ockham.cli.command;

import dev.ockham.cli.console.ClassesOption;
import dev.ockham.cli.console.CommonOptions;
import dev.ockham.cli.console.ReplaceableModel;
import dev.ockham.cli.console.ScalingOptions;
import dev.ockham.cli.console.UnfoldOptions;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.evaluate.ModelWork;
import dev.ockham.core.run.RunException;
import dev.ockham.core.spec.SpecException;
import dev.ockham.core.start.Match;
import dev.ockham.core.start.TrainedWeights;
import dev.ockham.onnx.OnnxMetadata;
import dev.ockham.onnx.UnsupportedOnnxException;
import dev.ockham.onnx.read.ImportOptions;
import dev.ockham.onnx.read.ImportedNetwork;
import dev.ockham.onnx.read.OnnxImport;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ockham import}. */
@Command(
    name = "import",
    description =
        "Read a trained network from an ONNX file, or weights of another tool, and write a model.",
    footer = {
      "",
      "The model computes of one example what the file's network does of a batch of one. Sizes",
      "other than the batch are fixed: say those that the file leaves open with --shape.",
      "Tensors in files beside the ONNX file (model.onnx.data) are read too.",
      "",
      "Weights alone (safetensors, or an index of several) need the network that they are of:",
      "ockham import weights.safetensors --arch resnet-20 --out model.safetensors"
    })
public final class ImportCommand implements Callable<Integer> {

  @Mixin private CommonOptions common = new CommonOptions();

  @Mixin private ScalingOptions scaling = new ScalingOptions();

  @Mixin private UnfoldOptions norms = new UnfoldOptions();

  @Mixin private ClassesOption classes = new ClassesOption();

  @Parameters(
      paramLabel = "FILE",
      description = "An ONNX file; with --arch, a safetensors file of another tool or its index.")
  private Path file = Path.of("");

  @Option(
      names = "--out",
      required = true,
      paramLabel = "MODEL",
      description = "File to write, such as model.safetensors; an older model there is replaced.")
  private Path out = Path.of("");

  @Option(
      names = "--shape",
      paramLabel = "INPUT=SIZES",
      description =
          "All sizes of an input, with 1 for the batch, such as image=1x3x224x224; may be"
              + " repeated.")
  private Map<String, String> shapes = new LinkedHashMap<>();

  @Option(
      names = "--unbatched",
      description = "The inputs have no axis for a batch: each is one example as it is.")
  private boolean unbatched;

  @Option(
      names = "--arch",
      paramLabel = "A",
      description = "The network of weights alone, as 'train' takes it.")
  private @Nullable String arch;

  @Override
  public Integer call() throws IOException {
    ReplaceableModel.require(out);
    if (Files.exists(out) && Files.exists(file) && Files.isSameFile(out, file)) {
      throw new SpecException("--out %s is the file to import; name another".formatted(out));
    }
    if (arch != null) {
      return ofWeights(arch);
    }
    ImportedNetwork network = read();
    OnnxMetadata metadata = metadata(network);
    SortedMap<String, String> provenance = new TreeMap<>(metadata.provenance());
    provenance.put("imported_from", String.valueOf(file.getFileName()));
    Model model = norms.over(scaling.over(network.model(), file), file, common.err());
    DataRules rules = classes.over(metadata.rules(), norms.classes(), model, file);
    new ModelFile(model, provenance, rules).save(out);
    report(network, model);
    return 0;
  }

  /** Numbers of another tool for a network of ours. */
  private int ofWeights(String network) throws IOException {
    if (!shapes.isEmpty() || unbatched) {
      throw new SpecException("--shape and --unbatched are for an ONNX file, not beside --arch");
    }
    TrainedWeights weights;
    try {
      weights = TrainedWeights.read(file, Architectures.parse(network), Map.of());
    } catch (IllegalArgumentException e) {
      throw new SpecException(String.valueOf(e.getMessage()));
    }
    Match.table(weights.matches()).forEach(line -> common.err().printf("  %s%n", line));
    Model model = norms.over(scaling.over(weights.model(), file), file, common.err());
    SortedMap<String, String> provenance = new TreeMap<>();
    provenance.put("imported_from", String.valueOf(file.getFileName()));
    ModelFile.of(model, provenance).save(out);
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("model", out.toString());
    result.put("tensors", weights.matches().size());
    result.put("weights", model.weightCount());
    result.put("file_bytes", Files.size(out));
    result.put("notes", weights.notes());
    common.print(
        result,
        () -> {
          common
              .out()
              .printf(
                  "%s: %s tensors, %s weights%n",
                  out, weights.matches().size(), String.valueOf(model.weightCount()));
          weights.notes().forEach(note -> common.out().printf("note: %s%n", note));
        });
    return 0;
  }

  private ImportedNetwork read() throws IOException {
    try {
      return OnnxImport.read(file, new ImportOptions(sizes(), !unbatched));
    } catch (UnsupportedOnnxException e) {
      String line = "%s: %s".formatted(file, e.getMessage());
      if (e.byOptions()) {
        throw new SpecException(line);
      }
      throw new RunException(line);
    }
  }

  /** What one of our own exports says beside the network; nothing of others. */
  private OnnxMetadata metadata(ImportedNetwork network) throws RunException {
    try {
      return OnnxMetadata.ofPairs(network.metadata());
    } catch (IllegalArgumentException e) {
      throw new RunException("%s: metadata: %s".formatted(file, e.getMessage()));
    }
  }

  private Map<String, List<Integer>> sizes() {
    Map<String, List<Integer>> sizes = new LinkedHashMap<>();
    shapes.forEach((input, text) -> {
      List<Integer> each = new ArrayList<>();
      for (String size : text.split("x", -1)) {
        if (!size.matches("[1-9][0-9]{0,8}")) {
          throw new SpecException(
              "--shape %s=%s: '%s' is no size; write them as 1x3x224x224"
                  .formatted(input, text, size));
        }
        each.add(Integer.parseInt(size));
      }
      sizes.put(input, List.copyOf(each));
    });
    return sizes;
  }

  private void report(ImportedNetwork network, Model model) throws IOException {
    Graph graph = model.graph();
    Map<String, Object> inputs = new LinkedHashMap<>();
    graph.inputs().forEach(input -> inputs.put(input.name(), input.shape().dims()));
    Map<String, Object> outputs = new LinkedHashMap<>();
    graph.outputs().forEach(output -> outputs.put(output, graph.shape(output).dims()));
    ImportedNetwork.Counts counts = network.counts();
    long parameters = graph.parameters().stream().mapToLong(each -> each.shape().size()).sum();
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("model", out.toString());
    result.put("inputs", inputs);
    result.put("outputs", outputs);
    result.put("nodes_read", counts.read());
    result.put("nodes_folded", counts.folded());
    result.put("nodes_fused", counts.fused());
    result.put("nodes", graph.nodes().size());
    result.put("parameters", parameters);
    result.put("weights", model.weightCount());
    result.put("multiply_adds", ModelWork.of(model).denseMultiplyAdds());
    result.put("file_bytes", Files.size(out));
    result.put("notes", network.notes());
    common.print(result, () -> text(network, model, parameters));
  }

  private void text(ImportedNetwork network, Model model, long parameters) {
    Graph graph = model.graph();
    ImportedNetwork.Counts counts = network.counts();
    graph.inputs().forEach(input -> value("input", input.name(), input.shape().toString()));
    graph.outputs().forEach(output -> value("output", output, graph.shape(output).toString()));
    common
        .out()
        .printf(
            Locale.ROOT,
            "%s: %d nodes read, %d folded, %d fused; %d nodes, %d parameters%n",
            out,
            counts.read(),
            counts.folded(),
            counts.fused(),
            graph.nodes().size(),
            parameters);
    network.notes().forEach(note -> common.out().printf("note: %s%n", note));
  }

  private void value(String what, String name, String shape) {
    common.out().printf("%-8s%s of %s%n", what, name, shape);
  }
}
