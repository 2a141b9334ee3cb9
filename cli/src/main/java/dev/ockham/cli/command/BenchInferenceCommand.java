package dev.ockham.cli.command;

import dev.ockham.bench.inference.Entrants;
import dev.ockham.bench.inference.InferenceRace;
import dev.ockham.bench.inference.Latency;
import dev.ockham.cli.console.CommonOptions;
import dev.ockham.cli.console.CountOption;
import dev.ockham.cli.console.DownloadProgress;
import dev.ockham.cli.console.RacedNetworks;
import dev.ockham.cli.console.Terminal;
import dev.ockham.cli.export.OnnxRuntimeJar;
import dev.ockham.cli.process.SameCommand;
import dev.ockham.cli.reproduce.Machine;
import dev.ockham.core.evaluate.ModelWork;
import dev.ockham.core.run.Software;
import dev.ockham.core.spec.SpecException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ockham bench inference}. */
@Command(
    name = "inference",
    description = {
      "Race a prediction: Ockham's runtime against ONNX Runtime and libtorch.",
      "Ockham's runtime and ONNX Runtime on the pruned model (as 'export' writes it) and on the"
          + " dense one, libtorch on the dense one. Interleaved in one process on the same inputs;"
          + " medians, in microseconds a batch."
    },
    footer = {
      "",
      "Example: ockham bench inference lenet-300-100-sparse-vd --batch 1,100",
      "         ockham bench inference --arch resnet-20 --sparsity 0.9",
      "The dense model has the shapes that the pruned one's architecture has; what is gone is"
          + " filled",
      "with zeros. --dense names another. Each runner has --threads threads and its best settings.",
      "ONNX Runtime (54 MB) is found, or fetched once, as by 'export'."
    })
final class BenchInferenceCommand implements Callable<Integer> {

  private static final String ONNX_RUNTIME = "ai.onnxruntime.OrtSession";
  private static final int MOST_EXAMPLES = 100_000;
  private static final int BAR = 1000;

  @Mixin private CommonOptions common = new CommonOptions();

  @Mixin private RacedNetworks networks = new RacedNetworks();

  @Option(
      names = "--batch",
      split = ",",
      paramLabel = "N",
      description = "Examples in a batch; several sizes with commas. Default: ${DEFAULT-VALUE}")
  private List<Integer> batches = List.of(1, 100);

  @Option(
      names = "--threads",
      split = ",",
      paramLabel = "N",
      description = "Threads of each runner; several with commas. Default: ${DEFAULT-VALUE}")
  private List<Integer> threads = List.of(1);

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description =
          "Time of each runner at each batch, and as much before for warm-up. Default:"
              + " ${DEFAULT-VALUE}")
  private double seconds = 2;

  @Option(
      names = "--onnxruntime",
      paramLabel = "JAR",
      description = "ONNX Runtime's library for Java, version " + OnnxRuntimeJar.VERSION + ".")
  private @Nullable Path onnxRuntime;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    for (int batch : batches) {
      CountOption.requireWithin("--batch", batch, MOST_EXAMPLES);
    }
    for (int each : threads) {
      CountOption.requireWithin("--threads", each, 1024);
    }
    if (!(seconds > 0 && seconds <= 3600)) {
      throw new SpecException(
          "--seconds is %s; it must be above 0 and at most 3600".formatted(seconds));
    }
    networks.require();
    if (!hasOnnxRuntime() || !SameCommand.isSilent()) {
      return again();
    }
    RacedNetworks.Pair pair = networks.read();
    List<Timed> rows = race(pair.entrants());
    common.print(tree(pair, rows), () -> say(pair, rows));
    return 0;
  }

  private static boolean hasOnnxRuntime() {
    try {
      Class.forName(ONNX_RUNTIME, false, BenchInferenceCommand.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** The same in a process that has ONNX Runtime on its class path. */
  private int again() throws IOException {
    Path jar;
    try (DownloadProgress progress = new DownloadProgress(common.err())) {
      jar = OnnxRuntimeJar.ofProcess(onnxRuntime).find(progress);
    }
    List<String> arguments = spec.root().commandLine().getParseResult().originalArgs();
    return SameCommand.run(jar, arguments, common.out(), common.err(), Terminal.interactive());
  }

  /**
   * A row of the result.
   *
   * @param threads of each runner
   * @param row the times
   */
  private record Timed(int threads, InferenceRace.Row row) {}

  private List<Timed> race(Entrants entrants) throws IOException {
    List<Timed> rows = new ArrayList<>();
    try (@Nullable ProgressBar bar =
        Terminal.interactive()
            ? Terminal.bar("bench inference", (long) BAR * batches.size() * threads.size(), 0)
            : null) {
      for (int batch : batches) {
        for (int each : threads) {
          long before = (long) BAR * rows.size();
          InferenceRace race = new InferenceRace(entrants, each, seconds);
          rows.add(
              new Timed(
                  each,
                  race.run(
                      batch,
                      share -> {
                        if (bar != null) {
                          bar.stepTo(before + (long) (BAR * share));
                        }
                      })));
        }
      }
    }
    return rows;
  }

  private Map<String, Object> tree(RacedNetworks.Pair pair, List<Timed> rows) {
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("command", pair.command(batches, threads));
    tree.put("model", pair.name());
    tree.put("weights_sha256", pair.sha256());
    tree.put("dense", pair.entrants().origin());
    tree.put("same_function", pair.entrants().same());
    tree.put("weights", pair.entrants().dense().weightCount());
    tree.put("nonzero_weights", pair.entrants().pruned().nonZeroWeights());
    ModelWork pruned = ModelWork.of(pair.entrants().pruned());
    tree.put("multiply_adds", pair.entrants().dense().graph().multiplyAdds());
    tree.put("multiply_adds_pruned", pruned.denseMultiplyAdds());
    tree.put("multiply_adds_without_zeros", pruned.sparseMultiplyAdds());
    tree.put("seconds", seconds);
    tree.put("rows", rows.stream().map(BenchInferenceCommand::tree).toList());
    tree.put(
        "machine", Machine.describe(threads.stream().mapToInt(each -> each).max().orElse(1), 1));
    Map<String, String> versions = new LinkedHashMap<>(Software.versions());
    versions.putAll(InferenceRace.versions());
    tree.put("software", versions);
    return tree;
  }

  private static Map<String, Object> tree(Timed timed) {
    InferenceRace.Row row = timed.row();
    Map<String, Object> tree = new LinkedHashMap<>();
    tree.put("batch", row.batch());
    tree.put("threads", timed.threads());
    row.times().forEach((name, time) -> tree.put(name + "_us", time.median()));
    tree.put("ort_dense_over_ockham", row.ratio(InferenceRace.ORT_DENSE, InferenceRace.OCKHAM));
    tree.put("ort_pruned_over_ockham", row.ratio(InferenceRace.ORT_PRUNED, InferenceRace.OCKHAM));
    tree.put(
        "libtorch_dense_over_ockham",
        row.ratio(InferenceRace.LIBTORCH_DENSE, InferenceRace.OCKHAM));
    tree.put(
        "ockham_dense_over_ort_dense",
        row.ratio(InferenceRace.OCKHAM_DENSE, InferenceRace.ORT_DENSE));
    Map<String, Object> quartiles = new LinkedHashMap<>();
    Map<String, Object> percentiles = new LinkedHashMap<>();
    Map<String, Object> calls = new LinkedHashMap<>();
    row.times()
        .forEach((name, time) -> {
          quartiles.put(name, time.quartiles());
          percentiles.put(name, time.percentiles());
          calls.put(name, time.calls());
        });
    tree.put("quartiles_us", quartiles);
    tree.put("p50_p90_p99_p999_us", percentiles);
    tree.put("calls", calls);
    tree.put("ockham_allocated_bytes", row.allocated());
    tree.put("largest_difference", row.difference());
    return tree;
  }

  private void say(RacedNetworks.Pair pair, List<Timed> rows) {
    common
        .out()
        .printf(
            Locale.ROOT,
            "%s: %,d of %,d weights; dense: %s%n",
            pair.name(),
            pair.entrants().pruned().nonZeroWeights(),
            pair.entrants().dense().weightCount(),
            pair.entrants().origin());
    for (Timed timed : rows) {
      InferenceRace.Row row = timed.row();
      common
          .out()
          .printf(
              Locale.ROOT,
              "%nbatch %d, %d thread(s): microseconds a batch%n%-15s %10s %22s %10s %10s%n",
              row.batch(),
              timed.threads(),
              "runner",
              "median",
              "quartiles",
              "p99",
              "/ ockham");
      double ours = row.micros(InferenceRace.OCKHAM);
      row.times().forEach((name, time) -> say(name, time, ours));
      common
          .out()
          .printf(
              Locale.ROOT,
              "ockham allocates %.0f bytes a call; outputs differ by %.1e at most%n",
              row.allocated(),
              row.difference());
    }
  }

  private void say(String name, Latency time, double ours) {
    common
        .out()
        .printf(
            Locale.ROOT,
            "%-15s %10.2f %22s %10.2f %9.2fx%n",
            name,
            time.median(),
            String.format(Locale.ROOT, "%.2f - %.2f", time.lower(), time.upper()),
            time.p99(),
            time.median() / ours);
  }
}
