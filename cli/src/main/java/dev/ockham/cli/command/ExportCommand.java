package dev.ockham.cli.command;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.ockham.cli.console.CommonOptions;
import dev.ockham.cli.console.DataSource;
import dev.ockham.cli.console.DownloadProgress;
import dev.ockham.cli.console.PruneTarget;
import dev.ockham.cli.export.OnnxRuntimeJar;
import dev.ockham.cli.export.ReplaceableExport;
import dev.ockham.core.data.Examples;
import dev.ockham.core.evaluate.ModelInputs;
import dev.ockham.core.name.BareName;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.spec.SpecException;
import dev.ockham.onnx.OnnxMetadata;
import dev.ockham.onnx.check.Agreement;
import dev.ockham.onnx.check.Batch;
import dev.ockham.onnx.check.RandomInputs;
import dev.ockham.onnx.check.ReferenceRuntime;
import dev.ockham.onnx.check.RefusedModelException;
import dev.ockham.onnx.write.OnnxFile;
import dev.ockham.onnx.write.OnnxWriter;
import dev.ockham.onnx.write.TorchStateDict;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.file.Safetensors;
import dev.ockham.runtime.file.SafetensorsFile;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ockham export}. */
@Command(
    name = "export",
    description =
        "Write a model, or a run as 'prune' would make it, for other programs: as ONNX, or with the"
            + " names of a PyTorch state dict.",
    footer = {
      "",
      "An ONNX file is written only if ONNX Runtime, in a process of its own, makes of it what",
      "Ockham makes of the model: within 1e-5 of the output's scale, on random inputs and on those",
      "of --data. ONNX Runtime (54 MB) is taken from --onnxruntime, OCKHAM_ONNXRUNTIME, the user's",
      "cache or Maven's local repository, and fetched once where it is in none of them."
    })
public final class ExportCommand implements Callable<Integer> {

  /** What is written. */
  enum Format {
    onnx,
    safetensors
  }

  /** Sizes of the batches that the check runs; the last is of real inputs only. */
  private static final List<Integer> BATCHES = List.of(1, 3);

  private static final int REAL_BATCH = 64;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "MODEL|RUN", description = "A model file or the folder of a run.")
  private Path subject = Path.of("");

  @Option(names = "--format", paramLabel = "F", description = "${COMPLETION-CANDIDATES}.")
  private Format format = Format.onnx;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "File to write, such as model.onnx; an older export there is replaced.")
  private Path out = Path.of("");

  @ArgGroup(exclusive = true)
  private PruneTarget target = new PruneTarget();

  @Option(
      names = "--sparse-initializers",
      description =
          "Store weights that are mostly 0 without their zeros: a smaller file, no faster, and not"
              + " every runtime reads it.")
  private boolean sparse;

  @Option(
      names = "--data",
      paramLabel = "D",
      description = "Data set whose test examples the check runs on too.")
  private @Nullable String data;

  @Option(
      names = "--onnxruntime",
      paramLabel = "JAR",
      description = "ONNX Runtime's library for Java, version " + OnnxRuntimeJar.VERSION + ".")
  private @Nullable Path onnxRuntime;

  @Option(names = "--no-check", description = "Write an ONNX file that nothing has run.")
  private boolean unchecked;

  /** What is exported, however it is stored. */
  private record Subject(Model model, OnnxMetadata metadata) {}

  @Override
  public Integer call() throws IOException {
    requireFitting();
    Subject found = Files.isDirectory(subject) ? ofRun() : of(ModelFile.load(subject));
    switch (format) {
      case onnx -> writeOnnx(found);
      case safetensors -> writeStateDict(found);
    }
    return 0;
  }

  private void requireFitting() {
    if (!target.given().isEmpty() && !Files.isDirectory(subject)) {
      throw new SpecException(
          "%s needs a RUN; a model file is exported as it is".formatted(target.given()));
    }
    if (unchecked && (data != null || onnxRuntime != null)) {
      throw new SpecException(
          "--no-check goes without %s".formatted(data != null ? "--data" : "--onnxruntime"));
    }
    if (format == Format.safetensors) {
      String extra =
          sparse
              ? "--sparse-initializers"
              : unchecked
                  ? "--no-check"
                  : data != null ? "--data" : onnxRuntime != null ? "--onnxruntime" : "";
      if (!extra.isEmpty()) {
        throw new SpecException("%s needs --format onnx".formatted(extra));
      }
    }
  }

  private static Subject of(ModelFile file) {
    String architecture = file.model().architecture();
    return new Subject(
        file.model(), OnnxMetadata.of(architecture, file.rules(), published(file.provenance())));
  }

  /** Without the folders of this machine, which are nobody's business elsewhere. */
  private static Map<String, String> published(Map<String, String> provenance) {
    Map<String, String> bare = new TreeMap<>(provenance);
    bare.computeIfPresent("data", (_, name) -> BareName.of(name));
    return bare;
  }

  private Subject ofRun() throws IOException {
    RunFolder folder = new RunFolder(subject);
    RunRecord record = RunRecord.read(folder);
    Snapshot snapshot = Snapshot.of(folder, record, Checkpoint.read(folder));
    Mask.Selection selection = target.select(snapshot);
    double threshold = Double.parseDouble(Float.toString(selection.threshold()));
    return of(record.modelFile(snapshot.pruned(selection.masks()), threshold));
  }

  private void writeOnnx(Subject found) throws IOException {
    ReplaceableExport.requireOnnx(out);
    ModelProto proto;
    try {
      proto = OnnxWriter.write(found.model(), found.metadata(), sparse);
    } catch (IllegalArgumentException e) {
      throw new RunException("%s: %s".formatted(subject, e.getMessage()));
    }
    byte[] bytes = proto.toByteArray();
    Agreement agreement = unchecked ? null : check(found.model(), bytes);
    OnnxFile.save(out, bytes);
    report(bytes.length, proto.getGraph().getNodeCount(), agreement);
  }

  private Agreement check(Model model, byte[] bytes) throws IOException {
    List<Batch> batches = new ArrayList<>();
    for (int count : BATCHES) {
      batches.add(RandomInputs.draw(model, count, count));
    }
    if (data != null) {
      addReal(model, data, batches);
    }
    Path jar;
    try (DownloadProgress progress = new DownloadProgress(common.err())) {
      jar = OnnxRuntimeJar.ofProcess(onnxRuntime).find(progress);
    }
    try {
      return Agreement.require(model, bytes, batches, new ReferenceRuntime(jar));
    } catch (RefusedModelException e) {
      throw new RunException("%s: %s; nothing is written".formatted(subject, e.getMessage()));
    }
  }

  private void addReal(Model model, String name, List<Batch> batches) throws IOException {
    Examples examples = DataSource.find(name, common.err()).test();
    int size = ModelInputs.size(model);
    if (examples.shape().size() != size) {
      throw new RunException(
          "%s takes %s values (%s), the examples of %s have %s (%s)"
              .formatted(
                  subject,
                  size,
                  ModelInputs.described(model),
                  name,
                  examples.shape().size(),
                  examples.shape()));
    }
    int from = 0;
    for (int wanted : List.of(1, 3, REAL_BATCH)) {
      int count = Math.min(wanted, examples.count() - from);
      if (count > 0) {
        float[] rows = examples.values(from, from + count);
        batches.add(new Batch(ModelInputs.split(model, rows, count), count));
        from += count;
      }
    }
  }

  private void report(long bytes, int operators, @Nullable Agreement agreement) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("file", out.toString());
    result.put("format", format.name());
    result.put("file_bytes", bytes);
    result.put("opset", OnnxWriter.OPSET);
    result.put("operators", operators);
    result.put("checked", agreement != null);
    if (agreement != null) {
      result.put("checked_examples", agreement.examples());
      result.put("largest_difference", agreement.largest());
    }
    common.print(
        result,
        () -> {
          common
              .out()
              .printf(
                  Locale.ROOT,
                  "%s: %d bytes, %d operators of opset %d%n",
                  out,
                  bytes,
                  operators,
                  OnnxWriter.OPSET);
          if (agreement == null) {
            common.out().println("not checked: no runtime has run it");
          } else {
            common
                .out()
                .printf(
                    Locale.ROOT,
                    "ONNX Runtime agrees on %d examples; largest difference %.1e of the output's"
                        + " scale%n",
                    agreement.examples(),
                    agreement.largest());
          }
        });
  }

  private void writeStateDict(Subject found) throws IOException {
    ReplaceableExport.requireStateDict(out);
    SafetensorsFile file = TorchStateDict.of(found.model(), found.metadata());
    Safetensors.write(out, file);
    long bytes = Files.size(out);
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("file", out.toString());
    result.put("format", format.name());
    result.put("file_bytes", bytes);
    result.put("tensors", List.copyOf(file.tensors().keySet()));
    common.print(
        result,
        () -> {
          common
              .out()
              .printf(
                  Locale.ROOT,
                  "%s: %d bytes, %d tensors with the names of a PyTorch state dict%n",
                  out,
                  bytes,
                  file.tensors().size());
          file.tensors()
              .forEach((name, tensor) -> common.out().printf("  %-30s %s%n", name, tensor));
        });
  }
}
