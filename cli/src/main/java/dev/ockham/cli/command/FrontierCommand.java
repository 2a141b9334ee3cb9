package dev.ockham.cli.command;

import dev.ockham.cli.console.CommonOptions;
import dev.ockham.cli.console.CountOption;
import dev.ockham.cli.console.DataSource;
import dev.ockham.cli.console.Interrupt;
import dev.ockham.cli.process.ParallelRuns;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.spec.SpecException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ockham frontier}: what smaller networks cost, of runs or of methods. */
@Command(
    name = "frontier",
    description = {
      "What a smaller network costs: error against weights, units, bytes, multiply-adds and time.",
      "Of RUNs, each pruned further and further; else of methods, trained side by side first."
    },
    footer = {
      "",
      "Example: ockham frontier runs/first",
      "puts a slider over all sizes into runs/first/report.html.",
      "Example: ockham frontier --data fashion-mnist-mini --arch lenet-300-100 --out"
          + " runs/frontier",
      "trains every method by its recipe (recipes/compare in the sources), three seeds each, into",
      "DIR/runs. Stopped with Ctrl-C and run again, it goes on; more methods or seeds come on top.",
      "'ockham spark frontier' trains on a cluster.",
      "Networks are compared on validation examples. Test examples are read once, at the end, for",
      "the networks that DIR/index.html tells the test error of."
    })
public final class FrontierCommand implements Callable<Integer> {

  /** What only training needs. */
  private static final List<String> OF_TRAINING =
      List.of(
          "--data",
          "--arch",
          "--methods",
          "--seeds",
          "--strengths",
          "--epochs",
          "--within",
          "--threads",
          "--processes",
          "--out");

  @Spec private CommandSpec command;

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(
      paramLabel = "RUN",
      arity = "0..*",
      description = "Folders of runs to measure; without one, methods are trained.")
  private List<String> runs = List.of();

  @Option(
      names = "--processes",
      paramLabel = "N",
      description =
          "Runs at once; results do not depend on it. Default: as many as there are cores for.")
  private @Nullable Integer processes;

  @Mixin private FrontierRequest methods = new FrontierRequest();

  @Override
  public Integer call() throws IOException {
    methods.requireBits();
    if (!runs.isEmpty()) {
      return ofRuns();
    }
    var _ = methods.folder();
    CountOption.requirePositive("--processes", processes);
    return methods.run(
        common,
        planned -> {
          Interrupt.listen();
          return ParallelRuns.train("frontier", planned, atOnce(), common.err(), Interrupt::wished);
        });
  }

  private int atOnce() {
    return processes == null ? ParallelRuns.fitting(methods.threads()) : processes;
  }

  private List<Path> folders() {
    if (runs.contains("")) {
      throw new SpecException("RUN is empty, where a folder is named");
    }
    return runs.stream().map(Path::of).toList();
  }

  /** Measures runs as they are. */
  private int ofRuns() throws IOException {
    for (String option : OF_TRAINING) {
      if (command.commandLine().getParseResult().hasMatchedOption(option)) {
        throw new SpecException("%s is for training; a RUN is measured as it is".formatted(option));
      }
    }
    List<Map<String, Object>> each = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    Interrupt.listen();
    for (Path folder : folders()) {
      TrainedRun run = TrainedRun.read(folder);
      Dataset examples =
          DataSource.find(
              run.record().spec().data(), run.snapshot().architecture().graph(), common.err());
      KeptCurves.Curve curve = methods.curves(examples, common).of(run);
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("run", folder.toString());
      one.putAll(curve.tradeOff().toMap());
      if (curve.latencies() != null) {
        one.put("latency_seconds", curve.latencies().seconds());
      }
      each.add(one);
      lines.addAll(CurveLines.of(folder, run.snapshot(), curve));
      if (Interrupt.wished()) {
        break;
      }
    }
    common.print(Map.of("runs", each), () -> lines.forEach(common.out()::println));
    return 0;
  }
}
