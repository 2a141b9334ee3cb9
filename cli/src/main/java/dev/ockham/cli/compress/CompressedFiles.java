package dev.ockham.cli.compress;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.ockham.cli.console.DownloadProgress;
import dev.ockham.cli.export.OnnxRuntimeJar;
import dev.ockham.core.name.BareName;
import dev.ockham.core.run.RunException;
import dev.ockham.onnx.OnnxMetadata;
import dev.ockham.onnx.check.Agreement;
import dev.ockham.onnx.check.Batch;
import dev.ockham.onnx.check.RandomInputs;
import dev.ockham.onnx.check.ReferenceRuntime;
import dev.ockham.onnx.check.RefusedModelException;
import dev.ockham.onnx.write.OnnxFile;
import dev.ockham.onnx.write.OnnxWriter;
import dev.ockham.report.page.ReportPage;
import dev.ockham.report.page.ReportedRun;
import dev.ockham.runtime.file.AtomicFile;
import dev.ockham.runtime.file.CheckedText;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.model.Model;
import dev.ockham.train.compress.Compression;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The files of a compression that is done.
 *
 * @param folder where they go
 */
public record CompressedFiles(Path folder) {

  private static final List<Integer> BATCHES = List.of(1, 3);

  /** The network in Ockham's form. */
  public Path model() {
    return folder.resolve("model.safetensors");
  }

  /** The file for other runtimes. */
  public Path onnx() {
    return folder.resolve("model.onnx");
  }

  /** The page about the round that was chosen. */
  public Path report() {
    return folder.resolve("report.html");
  }

  /** All numbers, for programs. */
  public Path summary() {
    return folder.resolve("summary.json");
  }

  /** A program that loads the network. */
  public Path program() {
    return folder.resolve("Predict.java");
  }

  /**
   * Writes all of them.
   *
   * @param json a map as JSON
   * @return what the summary says
   * @throws RunException if the file does not give back the network that was measured
   */
  public Map<String, Object> write(
      Compression.Result result,
      Map<String, Object> more,
      java.util.function.Function<Map<String, Object>, String> json,
      PrintWriter err)
      throws IOException {
    result.chosen().deployment().save(model());
    ModelFile read = ModelFile.load(model());
    if (!read.weightsSha256().equals(result.chosen().deployment().file().weightsSha256())) {
      throw new RunException(
          "%s does not hold the network that was measured; please report it".formatted(model()));
    }
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("model", model().toString());
    summary.put("holds", result.holds());
    summary.put("chosen", result.chosen().name());
    summary.put("dense", result.dense().toMap());
    summary.putAll(result.chosen().toMap());
    summary.putAll(more);
    summary.put("weights_sha256", read.weightsSha256());
    summary.put("onnx", exported(read, err));
    summary.put("rounds", result.rounds().stream().map(round -> round.toMap()).toList());
    ReportPage.write(
        List.of(ReportedRun.read(result.chosen().name(), result.chosen().run())), report());
    AtomicFile.writeString(program(), snippet(read));
    CheckedText.write(summary(), json.apply(summary));
    return summary;
  }

  /** Writes the ONNX file; what became of it in a word or a line. */
  private String exported(ModelFile file, PrintWriter err) throws IOException {
    Model model = file.model();
    Map<String, String> bare = new TreeMap<>(file.provenance());
    bare.computeIfPresent("data", (_, name) -> BareName.of(name));
    byte[] bytes;
    try {
      ModelProto proto =
          OnnxWriter.write(model, OnnxMetadata.of(model.architecture(), file.rules(), bare), false);
      bytes = proto.toByteArray();
    } catch (IllegalArgumentException e) {
      return "not written: " + e.getMessage();
    }
    String checked = "not checked: no ONNX Runtime is here";
    Path jar = jar(err);
    if (jar != null) {
      List<Batch> batches = new ArrayList<>();
      for (int count : BATCHES) {
        batches.add(RandomInputs.draw(model, count, count));
      }
      try {
        Agreement agreement = Agreement.require(model, bytes, batches, new ReferenceRuntime(jar));
        checked = "ONNX Runtime agrees on %s examples".formatted(agreement.examples());
      } catch (RefusedModelException e) {
        return "not written: " + e.getMessage();
      }
    }
    OnnxFile.save(onnx(), bytes);
    return checked;
  }

  private static @Nullable Path jar(PrintWriter err) {
    try (DownloadProgress progress = new DownloadProgress(err)) {
      return OnnxRuntimeJar.ofProcess(null).find(progress);
    } catch (IOException e) {
      return null; // The export is not worth less for it, and says that nothing has checked it.
    }
  }

  /** Ten lines that load the network and ask it. */
  private static String snippet(ModelFile file) {
    boolean table = file.rules().table().isPresent();
    String example =
        table
            ? "java.util.Map.of(\"COLUMN\", \"VALUE\")); // the columns of a row"
            : "new float[predictor.inputs()]); // raw values, as the data have them";
    return """
    import dev.ockham.runtime.Predictor;
    import java.io.IOException;
    import java.nio.file.Path;

    public class Predict {
      public static void main(String[] arguments) throws IOException {
        Predictor predictor = Predictor.load(Path.of("model.safetensors"));
        var answer = predictor.predict(%s
        System.out.println(answer);
      }
    }
    """
        .formatted(example);
  }
}
