package dev.ockham.cli.command;

import dev.ockham.cli.console.CommonOptions;
import dev.ockham.cli.console.DataSource;
import dev.ockham.cli.console.Interrupt;
import dev.ockham.cli.console.ReplaceableModel;
import dev.ockham.cli.console.RunPages;
import dev.ockham.cli.console.TrainingProgress;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.evaluate.Evaluator;
import dev.ockham.core.evaluate.ModelSize;
import dev.ockham.core.metrics.Classification;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.Recipe;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecTree;
import dev.ockham.report.event.EventLog;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.model.Model;
import dev.ockham.train.run.Training;
import dev.ockham.train.run.TrainingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ockham demo}. */
@Command(
    name = "demo",
    description = {
      "Train, prune and compare, on a small data set that comes with Ockham.",
      "A dense network and its Sparse VD twin are trained, the twin is pruned by its posterior,"
          + " and",
      "both are measured. Run again, it goes on where it was."
    })
public final class DemoCommand implements Callable<Integer> {

  private static final String RECIPE = "/dev/ockham/cli/recipes/demo.yaml";

  @Mixin private CommonOptions common = new CommonOptions();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder of the results. Default: ${DEFAULT-VALUE}")
  private Path out = Path.of("runs", "demo");

  @Option(names = "--seed", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}")
  private long seed = 1;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Cores to use; 0, the default, means all.")
  private int threads;

  /** One of the two networks, finished. */
  private record Trained(Classification quality, ModelSize size) {}

  @Override
  public Integer call() throws IOException, TrainingException {
    long began = System.nanoTime();
    SpecTree tree =
        Recipe.bundled(DemoCommand.class, RECIPE)
            .with("training.seed", Long.toString(seed), "--seed")
            .with("training.threads", Integer.toString(threads), "--threads");
    RunSpec sparse = tree.toSpec();
    RunSpec dense = tree.with("method.name", "none", "demo").toSpec();
    Dataset data = DataSource.find(sparse.data(), common.err());
    RunFolder denseRun = new RunFolder(out.resolve("dense"));
    RunFolder sparseRun = new RunFolder(out.resolve("sparse-vd"));
    Path model = out.resolve("model.safetensors");
    ReplaceableModel.require(model);
    Interrupt.listen();
    if (!train(dense, data, denseRun) || !train(sparse, data, sparseRun)) {
      common.print(
          Map.of("status", "stopped"),
          () -> common.out().println("stopped and saved; run the same command again to go on"));
      return 0;
    }
    ModelFile pruned = ModelFile.load(sparseRun.model());
    pruned.save(model);
    Trained before = measure(denseRun.model(), data);
    Trained after = measure(model, data);
    Path page = out.resolve("report.html");
    boolean reported =
        RunPages.compare(
            List.of(denseRun, sparseRun),
            data,
            Runtime.getRuntime().availableProcessors(),
            page,
            common.err());
    double seconds = (System.nanoTime() - began) / 1e9;
    Map<String, Object> result = result(model, before, after, seconds);
    if (reported) {
      result.put("report", page.toString());
    }
    common.print(
        result,
        () -> {
          say(model, before, after, seconds);
          if (reported) {
            common.out().printf("Both runs side by side, to open in a browser: %s%n", page);
          }
        });
    return 0;
  }

  private boolean train(RunSpec spec, Dataset data, RunFolder folder)
      throws IOException, TrainingException {
    String title = spec.method().name().equals("none") ? "dense twin" : spec.method().name();
    try (TrainingProgress progress = new TrainingProgress(title, spec, common.err())) {
      TrainingListener told =
          TrainingListener.all(progress, new EventLog(folder, progress::eventsFailed));
      RunRecord record = Training.train(spec, data, folder, true, told, Interrupt::wished);
      RunPages.write(folder, common.err());
      return record.status() == RunRecord.Status.FINISHED;
    } catch (TrainingException e) {
      RunPages.write(folder, common.err());
      throw e;
    }
  }

  private static Trained measure(Path file, Dataset data) throws IOException {
    Model model = ModelFile.load(file).model();
    int cores = Runtime.getRuntime().availableProcessors();
    return new Trained(
        Evaluator.classify(model, data.test(), cores, _ -> {}),
        ModelSize.of(Architectures.parse(model.architecture()).graph(), model, Files.size(file)));
  }

  private static Map<String, Object> result(
      Path model, Trained before, Trained after, double seconds) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("model", model.toString());
    result.put("dense", row(before));
    result.put("pruned", row(after));
    result.put(
        "error_increase_points", after.quality.errorPercent() - before.quality.errorPercent());
    result.put("seconds", seconds);
    return result;
  }

  private static Map<String, Object> row(Trained trained) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("error_percent", trained.quality.errorPercent());
    row.put("nll", trained.quality.nll());
    row.put("weights", trained.size.weights());
    row.put("nonzero_weights", trained.size.nonzeroWeights());
    row.put("compression", trained.size.compression());
    row.put("file_bytes", trained.size.fileBytes());
    row.put("file_ratio", trained.size.fileRatio());
    return row;
  }

  private void say(Path model, Trained before, Trained after, double seconds) {
    common
        .out()
        .printf(
            Locale.ROOT,
            "%n%-22s %12s %12s%n%-22s %11.2f%% %11.2f%%%n%-22s %12.4f %12.4f%n%-22s %12d %12d%n"
                + "%-22s %11.1fx %11.1fx%n%-22s %12d %12d%n%n",
            "",
            "dense",
            "pruned",
            "test error",
            before.quality.errorPercent(),
            after.quality.errorPercent(),
            "test NLL (nats)",
            before.quality.nll(),
            after.quality.nll(),
            "weights",
            before.size.nonzeroWeights(),
            after.size.nonzeroWeights(),
            "compression",
            before.size.compression(),
            after.size.compression(),
            "file (bytes)",
            before.size.fileBytes(),
            after.size.fileBytes());
    common
        .out()
        .printf(
            Locale.ROOT,
            "The posterior gave up %.1f %% of the weights; the error moved by %+.2f points.%n"
                + "The pruned network is %s (%.1f s in all).%n"
                + "Next: ockham evaluate %s --data fashion-mnist-mini%n",
            100.0 * (after.size.weights() - after.size.nonzeroWeights()) / after.size.weights(),
            after.quality.errorPercent() - before.quality.errorPercent(),
            model,
            seconds,
            model);
  }
}
