package dev.ockham.cli.command;

import dev.ockham.cli.console.BitsOption;
import dev.ockham.cli.console.CommonOptions;
import dev.ockham.cli.console.LaplaceOptions;
import dev.ockham.cli.console.PruneTarget;
import dev.ockham.cli.console.ReplaceableModel;
import dev.ockham.cli.console.Terminal;
import dev.ockham.core.evaluate.ModelSize;
import dev.ockham.core.evaluate.UnitsLeft;
import dev.ockham.core.method.Method;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.prune.NormFolding;
import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.EvidenceChoice;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.spec.SpecException;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ockham prune}. */
@Command(
    name = "prune",
    description =
        "Remove the weights that a run's posterior does not need, and write what is left.",
    footer = {
      "",
      "'ockham methods' says what a method's score is.",
      "'prune model.safetensors --bits auto --out small.safetensors' compresses a model file.",
      "Without --threshold, --sparsity and --evidence, the run's own threshold is used.",
      "Choose either on validation data, never on test data.",
      "'prune model.onnx --laplace --data D --sparsity 0.5' needs no posterior and no training."
    })
public final class PruneCommand implements Callable<Integer> {

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(
      paramLabel = "RUN|MODEL",
      description =
          "Folder of a run; or a model file, which --laplace prunes and --bits writes in fewer"
              + " bytes.")
  private Path run = Path.of("");

  @Option(
      names = "--out",
      required = true,
      paramLabel = "MODEL",
      description = "File to write, such as model.safetensors; an older model there is replaced.")
  private Path out = Path.of("");

  @Mixin private BitsOption bits = new BitsOption();

  @Option(
      names = "--keep-variance",
      description =
          "Keep the posterior's variances of the weights beside them, for 'predict --uncertainty'"
              + " and predictDistribution in Java; units that do not matter then stay.")
  private boolean keepVariance;

  @ArgGroup(exclusive = true)
  private PruneTarget target = new PruneTarget();

  @Mixin private LaplaceOptions laplace = new LaplaceOptions();

  /** What the evidence gains by what it removed. */
  private double gainNats;

  @Override
  public Integer call() throws IOException {
    if (laplace.given()) {
      withoutPosterior();
      return 0;
    }
    if (Files.isRegularFile(run)) {
      rewrite();
      return 0;
    }
    RunFolder folder = new RunFolder(run);
    RunRecord record = RunRecord.read(folder);
    Snapshot snapshot = Snapshot.of(folder, record, Checkpoint.read(folder));
    Mask.Selection selection =
        target.byEvidence() ? byEvidence(record, snapshot, folder) : target.select(snapshot);
    if (Files.exists(out) && Files.isSameFile(out, folder.model())) {
      throw new SpecException(
          "--out %s is the run's own model, pruned at its threshold; name another file"
              .formatted(out));
    }
    ReplaceableModel.require(out);
    bits.require();
    if (keepVariance && bits.given()) {
      throw new SpecException(
          "--keep-variance: a compact file keeps no variances; leave --bits out, or this");
    }
    NormFolding.Spread spread = keepVariance ? snapshot.spread(selection.masks()) : null;
    Model model = spread == null ? snapshot.pruned(selection.masks()) : spread.model();
    // By its shortest text, as files have always said it.
    double threshold = Double.parseDouble(Float.toString(selection.threshold()));
    BitsOption.@Nullable Kept kept = null;
    if (bits.given()) {
      kept = bits.apply(folder, record, snapshot, model, common.err());
      model = kept.chosen().model();
      record.modelFile(model, threshold).saveCompact(out, kept.chosen().steps());
    } else {
      ModelFile file = record.modelFile(model, threshold);
      if (spread != null) {
        file = new ModelFile(model, file.provenance(), file.rules(), spread.variances());
      }
      file.save(out);
    }
    report(snapshot, model, selection, kept);
    return 0;
  }

  /** Prunes a network of any training, see {@link LaplacePruning}. */
  private void withoutPosterior() throws IOException {
    String given = target.given();
    if (!given.isEmpty() && !given.equals("--sparsity")) {
      throw new SpecException(
          "--laplace has no %s; name a --sparsity, or none for what the evidence says"
              .formatted(given));
    }
    if (keepVariance || bits.given()) {
      throw new SpecException(
          "%s is not for --laplace; prune first, then 'prune %s --bits auto --out small.safetensors'"
              .formatted(keepVariance ? "--keep-variance" : "--bits", out));
    }
    ReplaceableModel.require(out);
    new LaplacePruning(common, laplace).run(run, out, target.sparsity());
  }

  /** Says layer by layer what the evidence chose. */
  private Mask.Selection byEvidence(RunRecord record, Snapshot snapshot, RunFolder folder)
      throws IOException {
    EvidenceChoice choice = EvidenceChoice.of(record, snapshot, Checkpoint.read(folder));
    if (EvidenceChoice.replacesPrior(record.spec().method())) {
      common
          .err()
          .printf(
              "the prior of '%s' is improper; each layer gets a Gaussian one, fitted to it%n",
              snapshot.method().name());
    }
    for (EvidenceChoice.Layer layer : choice.layers()) {
      common
          .err()
          .printf(
              Locale.ROOT,
              "  %s: %d of %d %s stay%s%n",
              layer.name(),
              layer.kept(),
              layer.count(),
              layer.what(),
              Double.isNaN(layer.priorDeviation())
                  ? ""
                  : String.format(Locale.ROOT, ", prior deviation %.3g", layer.priorDeviation()));
    }
    gainNats = choice.gainNats();
    return new Mask.Selection(choice.masks(), Float.POSITIVE_INFINITY);
  }

  /** Writes a model file in fewer bytes. */
  private void rewrite() throws IOException {
    if (!bits.given()) {
      throw new SpecException(
          "%s is a model file; --laplace prunes it, --bits writes it in fewer bytes, and other pruning needs its run"
              .formatted(run));
    }
    if (keepVariance || !target.given().isEmpty()) {
      throw new SpecException(
          "%s needs a RUN; a model file has only its weights"
              .formatted(keepVariance ? "--keep-variance" : target.given()));
    }
    bits.require();
    ReplaceableModel.require(out);
    ModelFile file = ModelFile.load(run);
    long before = Files.size(run);
    BitsOption.Rewritten kept = bits.apply(run, file, common.err());
    Model model = kept.chosen().model();
    new ModelFile(model, file.provenance(), file.rules()).saveCompact(out, kept.chosen().steps());
    long bytes = Files.size(out);
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("model", out.toString());
    result.put("nonzero_weights", model.nonZeroWeights());
    result.put("file_bytes", bytes);
    result.put("file_bytes_before", before);
    Double changed = kept.changedPercent();
    if (changed != null) {
      result.put("training_answers_changed_percent", changed);
    }
    common.print(
        result,
        () -> {
          common.out().printf(Locale.ROOT, "%s: %d bytes, %d before%n", out, bytes, before);
          if (changed != null) {
            common
                .out()
                .printf(
                    Locale.ROOT,
                    "rounding changes its answers to %.2f %% of training examples%n",
                    changed);
          }
        });
  }

  private void report(
      Snapshot snapshot, Model model, Mask.Selection selection, BitsOption.@Nullable Kept bitsKept)
      throws IOException {
    ModelSize size = ModelSize.of(snapshot.architecture().graph(), model, Files.size(out));
    List<Mask> masks = selection.masks();
    long kept = masks.stream().mapToLong(Mask::kept).sum();
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("model", out.toString());
    if (target.byEvidence()) {
      result.put("evidence_gain_nats", gainNats);
    } else {
      result.put("threshold", (double) selection.threshold());
    }
    result.put("weights", size.weights());
    result.put("kept_by_mask", kept);
    result.put("nonzero_weights", size.nonzeroWeights());
    result.put("sparsity", 1 - (double) size.nonzeroWeights() / size.weights());
    result.put("compression", size.compression());
    result.put("file_bytes", size.fileBytes());
    result.put("dense_bytes", size.denseBytes());
    result.put("file_ratio", size.fileRatio());
    UnitsLeft units = UnitsLeft.of(snapshot.architecture().graph(), model);
    result.put("units", units.after());
    result.put("units_before", units.before());
    result.put("multiply_adds", units.multiplyAdds());
    result.put("multiply_adds_before", units.multiplyAddsBefore());
    if (bitsKept != null) {
      result.putAll(BitsOption.toMap(bitsKept));
    }
    common.print(result, () -> say(size, units, kept, snapshot.method(), bitsKept));
  }

  private void say(
      ModelSize size, UnitsLeft units, long kept, Method method, BitsOption.@Nullable Kept bits) {
    PrintWriter to = common.out();
    to.printf(
        Locale.ROOT,
        "%s: %d of %d weights left (%s), %d bytes (dense: %d, %.1fx)%n",
        out,
        size.nonzeroWeights(),
        size.weights(),
        Terminal.times(size.compression()),
        size.fileBytes(),
        size.denseBytes(),
        size.fileRatio());
    if (units.multiplyAdds() < units.multiplyAddsBefore()) {
      to.println(units.line());
    }
    if (bits != null) {
      BitsOption.say(bits, to);
    } else if (kept > size.nonzeroWeights()) {
      to.printf(
          "%s further weights led to or came from units that nothing else reaches; they are gone,"
              + " and the function is the same%n",
          kept - size.nonzeroWeights());
    }
    if (!method.prunes()) {
      to.printf(
          "method '%s' prunes nothing: this is its network without the noise%n", method.name());
    }
  }
}
