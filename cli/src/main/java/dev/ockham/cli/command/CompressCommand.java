package dev.ockham.cli.command;

import dev.ockham.cli.console.CommonOptions;
import dev.ockham.cli.console.CountOption;
import dev.ockham.cli.console.Interrupt;
import dev.ockham.cli.process.CommandProcess;
import dev.ockham.cli.process.ParallelRuns;
import dev.ockham.core.spec.SpecException;
import dev.ockham.train.compress.Effort;
import dev.ockham.train.run.TrainingException;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ockham compress}. */
@Command(
    name = CompressRequest.NAME,
    description = "Make a trained network small until what you wish of it holds.",
    footer = {
      "",
      "Examples: ockham compress model.onnx --data pictures --target \"error<=dense+0.5\" --out"
          + " small",
      "  ockham compress runs/first --target \"file<=50KB\" --budget 45m --out small",
      "  ockham compress runs/first --target \"file<=50KB\" --effort thorough --seeds 1,2,3 --out"
          + " s",
      "A wish is of error, accuracy, rmse, nll, recall[CLASS] (a bound, dense+0.5, or 1.02x), or"
          + " of",
      "sparsity, compression, weights, units, file, macs, latency (a bound, or 0.5x); one or two.",
      "'ockham spark compress' does --effort thorough on a cluster.",
      "Exit code 3: no network that was tried grants it; the nearest is kept."
    })
public final class CompressCommand implements Callable<Integer> {

  @Mixin private CommonOptions common = new CommonOptions();

  @Mixin private CompressRequest request = new CompressRequest();

  @Option(
      names = "--effort",
      paramLabel = "E",
      description =
          "quick: least squares in place of training, the rest of --budget for fine-tuning; normal"
              + " (default): a posterior, then rounds of pruning and fine-tuning; thorough: the"
              + " best of several of these by validation, each with the whole --budget.")
  private String effort = "normal";

  @Option(
      names = "--processes",
      paramLabel = "N",
      description =
          "Of --effort thorough: how many at once; the bytes do not depend on it. Default: as many"
              + " as there are cores for.")
  private @Nullable Integer processes;

  @Override
  public Integer call() throws IOException, TrainingException {
    Effort work = Effort.parse(effort);
    CountOption.requirePositive("--processes", processes);
    if (processes != null && work != Effort.THOROUGH) {
      throw new SpecException(
          "--processes is for --effort thorough; leave it out, or ask for that");
    }
    return request.run(
        common,
        work,
        (commands, ended) -> {
          Interrupt.listen();
          return CommandProcess.run(commands, atOnce(commands), Interrupt::wished, ended);
        });
  }

  private int atOnce(List<CommandProcess> commands) {
    return processes != null || commands.isEmpty()
        ? Objects.requireNonNullElse(processes, 1)
        : ParallelRuns.fitting(commands.getFirst().threads());
  }
}
