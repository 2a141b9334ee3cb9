package dev.ockham.cli.command;

import dev.ockham.cli.console.CommonOptions;
import dev.ockham.cli.console.DataSource;
import dev.ockham.core.arch.FittedSizes;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.lab.page.Figure;
import dev.ockham.lab.targets.TargetsFigure;
import dev.ockham.lab.targets.TargetsPlan;
import dev.ockham.lab.targets.TargetsResult;
import dev.ockham.lab.targets.TargetsStudy;
import dev.ockham.runtime.file.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ockham lab targets}. */
@Command(
    footer = {
      "",
      "Example: ockham lab targets --data iris --arch mlp:4-100-3 --epochs 30 --work study --out"
          + " targets.json",
      "The same command goes on where it was stopped: every run is in the folder of --work.",
      "Example: ockham lab targets --data fashion-mnist-mini --arch mlp:784-100-10 --seeds 1,2,3"
          + " --work study --chart fashion.png"
    })
final class LabTargetsCommand implements Callable<Integer> {

  @Mixin private CommonOptions common = new CommonOptions();

  @Option(names = "--data", required = true, paramLabel = "D", description = "As in 'train'.")
  private String data = "";

  @Option(names = "--arch", paramLabel = "A", description = "As in 'train'.")
  private String architecture = "mlp:in-100-out";

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description =
          "Of each run: the dense one, each of the grid, each compression. Default:"
              + " ${DEFAULT-VALUE}.")
  private int epochs = 30;

  @Option(
      names = "--betas",
      split = ",",
      paramLabel = "B",
      description = "The grid, with commas. Default: ${DEFAULT-VALUE}.")
  private List<Double> betas = List.of(0.01, 0.03, 0.1, 0.3, 1.0, 3.0);

  @Option(
      names = "--pairs",
      paramLabel = "N",
      description = "Pairs of wishes, of all seeds together. Default: ${DEFAULT-VALUE}.")
  private int pairs = 20;

  @Option(
      names = "--seeds",
      split = ",",
      paramLabel = "N",
      description = "Each has a dense network and a grid of its own. Default: ${DEFAULT-VALUE}.")
  private List<Long> seeds = List.of(1L);

  @Option(
      names = "--points",
      split = ",",
      paramLabel = "P",
      description =
          "Wishes error<=dense+P, each with as many epochs as the grid took. Default:"
              + " ${DEFAULT-VALUE}.")
  private List<Double> points = List.of(0.5, 1.0);

  @Option(names = "--set", paramLabel = "PATH=VALUE", description = "Any setting of all runs.")
  private List<String> changes = List.of();

  @Option(
      names = "--work",
      required = true,
      paramLabel = "DIR",
      description = "Folder of its runs.")
  private Path work = Path.of("");

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Result file; a row of these data is replaced, others stay.")
  private @Nullable Path out;

  @Option(
      names = "--chart",
      paramLabel = "FILE",
      description = "PNG of what compressing gave beside the grids, on test examples.")
  private @Nullable Path chart;

  @Override
  public Integer call() throws IOException {
    if (epochs < 3 || pairs < 1 || betas.stream().anyMatch(beta -> !(beta > 0))) {
      throw new SpecException(
          "--epochs is at least 3, --pairs at least 1, and --betas are above 0: they are %s, %s, %s"
              .formatted(epochs, pairs, betas));
    }
    if (Set.copyOf(seeds).size() < seeds.size()) {
      throw new SpecException("--seeds has one twice: %s".formatted(seeds));
    }
    RunSpec spec = LabDefaultsCommand.spec(data, changes).withEpochs(epochs);
    Dataset examples = DataSource.find(spec.data(), common.err());
    spec = spec.with("architecture", FittedSizes.of(architecture, true, examples));
    TargetsPlan plan = new TargetsPlan(betas, epochs, pairs, points);
    TargetsResult result = TargetsStudy.run(spec, examples, work, this::say, seeds, plan);
    Map<String, Object> map = result.toMap();
    if (out != null) {
      ResultRows.put(out, data, map);
    }
    if (chart != null) {
      Figure figure = TargetsFigure.of(examples.name(), result);
      AtomicFile.writeBytes(chart, Objects.requireNonNull(figure.drawing().files().get("png")));
    }
    common.print(map, () -> sum(result));
    return 0;
  }

  private void sum(TargetsResult row) {
    int all = row.pairs();
    double[] interval = TargetsResult.interval(row.right(), all);
    common
        .out()
        .printf(
            Locale.ROOT,
            "%d of %d pairs accepted; of %d what was said is true on test data (95 %%: %.0f to %.0f"
                + " %%); %d refused that the grid reached%n",
            row.accepted(),
            all,
            row.right(),
            100 * interval[0],
            100 * interval[1],
            row.missed());
  }

  private void say(String line) {
    common.err().println(data + ": " + line);
    common.err().flush();
  }
}
