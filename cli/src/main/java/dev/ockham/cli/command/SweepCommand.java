package dev.ockham.cli.command;

import dev.ockham.cli.console.CommonOptions;
import dev.ockham.cli.console.CountOption;
import dev.ockham.cli.console.Interrupt;
import dev.ockham.cli.console.WritableFolder;
import dev.ockham.cli.process.ParallelRuns;
import dev.ockham.cli.reproduce.Machine;
import dev.ockham.core.sweep.SweepSpec;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ockham sweep}. */
@Command(
    name = "sweep",
    description = "Train many runs that differ in some settings, and rank them.",
    footer = {
      "",
      "Example of a SPEC:",
      "  recipe: mnist.yaml                 # what all runs have in common",
      "  grid:                              # a run for each combination",
      "    training.seed: [1, 2]",
      "    training.batch: [50, 100]",
      "  changes:                           # all runs as they are, then with one of these",
      "    twice the KL: {training.kl_weight.last: 2}",
      "  halving: {epochs: [2, 6, 20], keep: 0.3}",
      "Without 'halving' each run has the epochs of its recipe; with it, all have 2, the best 30"
          + " %%",
      "begin again with 6, of these the best with 20. Instead of 'grid', 'random' draws settings:",
      "  random: {trials: 8, seed: 1, draw: {training.learning_rate.initial: {low: 0.0001, high:",
      "    0.01, scale: log}}}",
      "Runs are ranked by their loss on validation examples, pruned. Stopped with Ctrl-C and run",
      "again, a sweep goes on. 'ockham spark sweep' does the same on a cluster."
    })
public final class SweepCommand implements Callable<Integer> {

  @Mixin private CommonOptions common = new CommonOptions();

  @Mixin private SweepFiles files = new SweepFiles();

  @Option(
      names = "--processes",
      paramLabel = "N",
      description =
          "Runs at once; results do not depend on it. Default: as many as there are cores for.")
  private @Nullable Integer processes;

  @Override
  public Integer call() throws IOException {
    SweepSpec sweep = SweepSpec.read(files.spec());
    WritableFolder.require(files.out());
    CountOption.requirePositive("--processes", processes);
    int threads = sweep.trials().getFirst().spec().training().threads();
    int atOnce = processes == null ? ParallelRuns.fitting(threads) : processes;
    Map<String, Object> how = new LinkedHashMap<>();
    how.put(
        "command",
        "ockham sweep %s --out %s --processes %s".formatted(files.spec(), files.out(), atOnce));
    how.put("machine", Machine.describe(threads, atOnce));
    Interrupt.listen();
    return new SweepRounds(
            sweep,
            files.out(),
            runs -> ParallelRuns.train("sweep", runs, atOnce, common.err(), Interrupt::wished),
            how,
            common)
        .run();
  }
}
