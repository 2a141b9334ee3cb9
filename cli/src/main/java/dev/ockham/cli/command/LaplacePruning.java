package dev.ockham.cli.command;

import dev.ockham.cli.console.CommonOptions;
import dev.ockham.cli.console.DataSource;
import dev.ockham.cli.console.LaplaceOptions;
import dev.ockham.cli.console.RecordedData;
import dev.ockham.cli.console.Terminal;
import dev.ockham.core.arch.ModelNetwork;
import dev.ockham.core.data.ClassNames;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.InputOrder;
import dev.ockham.core.data.Split;
import dev.ockham.core.prune.Compaction;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.spec.DataSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.onnx.OnnxMetadata;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.model.Model;
import dev.ockham.train.quick.QuickPruning;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** {@code ockham prune --laplace}: a trained network, pruned without training. */
record LaplacePruning(CommonOptions common, LaplaceOptions options) {

  /** A network, what it learnt from, and the file that its pruned form becomes. */
  private record Subject(Model model, Examples examples, Packing packing) {}

  /** Makes a file of a model. */
  @FunctionalInterface
  private interface Packing {
    ModelFile of(Model model);
  }

  /**
   * Prunes and reports.
   *
   * @param from a run or a file
   * @param sparsity wanted; null for what the evidence says
   */
  void run(Path from, Path out, @Nullable Double sparsity) throws IOException {
    Subject subject = Files.isRegularFile(from) ? ofFile(from) : ofRun(from);
    QuickPruning pruning;
    try {
      pruning =
          QuickPruning.of(
              subject.model(),
              subject.examples(),
              options.spec(),
              line -> common.err().printf("%s%n", line));
    } catch (IllegalArgumentException e) {
      throw new SpecException("--laplace: %s: %s".formatted(from, e.getMessage()));
    }
    QuickPruning.Result result =
        sparsity == null ? pruning.byEvidence() : pruning.toSparsity(sparsity);
    ModelFile file = subject.packing().of(Compaction.compact(result.model()));
    file.save(out);
    report(out, result, file, sparsity == null);
  }

  private Subject ofRun(Path from) throws IOException {
    if (options.data() != null || !options.scaling().areAbsent()) {
      throw new SpecException(
          "--data, --mean and --deviation are for a model file; a RUN has its own");
    }
    RunFolder folder = new RunFolder(from);
    RunRecord record = RunRecord.read(folder);
    Snapshot snapshot = Snapshot.of(folder, record, Checkpoint.read(folder));
    List<Mask> all =
        snapshot.layers().stream().map(layer -> Mask.all(layer.theta().length)).toList();
    DataSpec spec = record.spec().data();
    Dataset data = DataSource.find(spec, snapshot.architecture().graph(), common.err());
    if (!data.contentHash().equals(record.data().sha256())) {
      throw new RunException(
          "%s was trained on other data: sha256 %s, but '%s' has %s"
              .formatted(from, record.data().sha256(), spec.name(), data.contentHash()));
    }
    Dataset arranged = InputOrder.arranged(data, snapshot.architecture().graph());
    int[] train = Split.stratified(arranged.train(), spec.validation(), spec.splitSeed()).train();
    return new Subject(snapshot.masked(all), arranged.train().select(train), record::modelFile);
  }

  private Subject ofFile(Path from) throws IOException {
    boolean onnx = from.toString().endsWith(ModelNetwork.ONNX);
    ModelNetwork.Stored stored;
    DataRules rules;
    try {
      stored = ModelNetwork.read(from);
      rules = onnx ? OnnxMetadata.ofPairs(stored.metadata()).rules() : ModelFile.load(from).rules();
    } catch (IllegalArgumentException e) {
      throw new RunException(String.valueOf(e.getMessage()));
    }
    TreeMap<String, String> provenance =
        new TreeMap<>(
            onnx ? OnnxMetadata.ofPairs(stored.metadata()).provenance() : stored.metadata());
    String name = options.data() == null ? provenance.getOrDefault("data", "") : options.data();
    if (name.isEmpty()) {
      throw new SpecException(
          "--data is missing: %s does not say what it was trained on".formatted(from));
    }
    if (options.data() == null) {
      RecordedData.require(from, name, "--data %s does, or where they are now".formatted(name));
    }
    Model model = options.scaling().over(stored.model(), from);
    Dataset data =
        InputOrder.arranged(
            DataSource.findBy(rules, DataSpec.defaults().named(name), common.err()), model.graph());
    Examples examples =
        ClassNames.asNumberedBy(rules.classes(), data.train(), data.classNames(), data.origin());
    provenance.put("pruned_from", String.valueOf(from.getFileName()));
    return new Subject(model, examples, pruned -> new ModelFile(pruned, provenance, rules));
  }

  private void report(Path out, QuickPruning.Result result, ModelFile file, boolean byEvidence)
      throws IOException {
    long weights = result.masks().stream().mapToLong(Mask::length).sum();
    long left = file.model().nonZeroWeights();
    long bytes = Files.size(out);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", out.toString());
    json.put("weights", weights);
    json.put("nonzero_weights", left);
    json.put("sparsity", 1 - (double) left / weights);
    json.put("compression", (double) weights / left);
    json.put("file_bytes", bytes);
    if (byEvidence) {
      json.put("evidence_gain_nats", result.gainNats());
    }
    common.print(
        json,
        () -> {
          common
              .out()
              .printf(
                  Locale.ROOT,
                  "%s: %d of %d weights left (%s), %d bytes%n",
                  out,
                  left,
                  weights,
                  Terminal.times((double) weights / left),
                  bytes);
          if (byEvidence) {
            common
                .out()
                .printf(
                    Locale.ROOT,
                    "the approximate evidence is %.0f nats higher without the rest%n",
                    result.gainNats());
          }
        });
  }
}
