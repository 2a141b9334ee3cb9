package dev.ockham.cli.command;

import dev.ockham.bench.ValidationRace;
import dev.ockham.cli.console.ArchitectureOption;
import dev.ockham.cli.console.CommonOptions;
import dev.ockham.cli.console.CountOption;
import dev.ockham.cli.reproduce.Circumstances;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ockham bench validation}. */
@Command(
    name = "validation",
    description = {
      "Race a look at held-out examples: training's pass against the runtime's plan.",
      "The pass is libtorch's; the plan is made anew for the weights that stay. Interleaved in one"
          + " process; medians."
    })
final class BenchValidationCommand implements Callable<Integer> {

  /** Shares of the weights that are gone. */
  private static final double[] SPARSITIES = {0, 0.5, 0.9, 0.98};

  @Mixin private CommonOptions common = new CommonOptions();

  @Mixin private ArchitectureOption architecture = new ArchitectureOption();

  @Option(
      names = "--examples",
      paramLabel = "N",
      description = "Held-out examples. Default: ${DEFAULT-VALUE}")
  private int examples = 5000;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Cores of both. Default: ${DEFAULT-VALUE}")
  private int threads = 2;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Timed turns of each. Default: ${DEFAULT-VALUE}")
  private int rounds = 9;

  @Override
  public Integer call() throws IOException {
    CountOption.requireWithin("--examples", examples, 100_000);
    CountOption.requireWithin("--threads", threads, 1024);
    CountOption.requireWithin("--rounds", rounds, 1_000_000);
    List<ValidationRace.Row> rows =
        ValidationRace.run(architecture.read(), SPARSITIES, examples, threads, rounds);
    Map<String, @Nullable Object> result = new LinkedHashMap<>();
    result.put("architecture", architecture.text());
    result.put("examples", examples);
    result.put("threads", threads);
    List<Map<String, Object>> tree = new ArrayList<>();
    for (ValidationRace.Row row : rows) {
      Map<String, Object> each = new LinkedHashMap<>();
      each.put("sparsity", row.sparsity());
      each.put("pass_ms", row.pass());
      each.put("plan_ms", row.plan());
      each.put("making_ms", row.making());
      each.put("pass_over_plan", row.pass() / row.plan());
      tree.add(each);
    }
    result.put("rows", tree);
    Circumstances.put(result, common.arguments(), threads);
    common.print(result, () -> say(rows));
    return 0;
  }

  private void say(List<ValidationRace.Row> rows) {
    common
        .out()
        .printf(
            Locale.ROOT,
            "%8s %10s %10s %10s %12s%n",
            "sparsity",
            "pass ms",
            "plan ms",
            "making ms",
            "pass / plan");
    for (ValidationRace.Row row : rows) {
      common
          .out()
          .printf(
              Locale.ROOT,
              "%8.2f %10.2f %10.2f %10.2f %12.2f%n",
              row.sparsity(),
              row.pass(),
              row.plan(),
              row.making(),
              row.pass() / row.plan());
    }
  }
}
