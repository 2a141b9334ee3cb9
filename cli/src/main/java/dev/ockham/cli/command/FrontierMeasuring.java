package dev.ockham.cli.command;

import dev.ockham.cli.console.Interrupt;
import dev.ockham.cli.process.RunEnd;
import dev.ockham.core.arch.Architecture;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.tradeoff.CurvePoint;
import dev.ockham.lab.frontier.Contestant;
import dev.ockham.lab.frontier.Frontier;
import dev.ockham.lab.frontier.MeasuredRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Measures the runs of a frontier: first all of them on validation examples, by which thresholds
 * are chosen; then, once, the chosen networks on test examples.
 *
 * @param out folder of the frontier
 * @param data name of the data
 * @param network before pruning
 * @param examples the data
 * @param within how much worse than its dense twin a chosen network may be
 * @param bits as {@code --bits} is given
 * @param curves measures and keeps curves
 * @param err hears what is measured
 */
record FrontierMeasuring(
    Path out,
    String data,
    Architecture network,
    Dataset examples,
    double within,
    String bits,
    KeptCurves curves,
    PrintWriter err) {

  /** A run with its curve. */
  private record Curved(long seed, TrainedRun run, KeptCurves.Curve curve) {}

  /** The folder of one run. */
  static RunFolder folder(Path out, Contestant contestant, long seed) {
    return new RunFolder(out.resolve("runs").resolve(contestant.folder(seed)));
  }

  /**
   * Measures them.
   *
   * @param ends of all runs
   * @return empty if it was asked to stop; what was measured is kept
   * @throws RunException if a dense twin failed, so that there is nothing to compare with
   */
  Optional<Frontier> of(
      Contestant dense, List<Contestant> contestants, List<Long> seeds, List<RunEnd> ends)
      throws IOException {
    Map<Path, String> failed = new LinkedHashMap<>();
    Map<String, String> missing = new LinkedHashMap<>();
    for (RunEnd end : ends) {
      if (end.ending() == RunEnd.Ending.FAILED) {
        failed.put(end.run().folder().root(), end.reason());
        missing.put(end.run().title(), end.reason());
      }
    }
    for (long seed : seeds) {
      String why = failed.get(folder(out, dense, seed).root());
      if (why != null) {
        throw new RunException(
            "there is nothing to compare with: the dense run of seed %s failed: %s"
                .formatted(seed, why));
      }
    }
    List<Contestant> all = new ArrayList<>(List.of(dense));
    all.addAll(contestants);
    Map<Contestant, List<Curved>> curved = new LinkedHashMap<>();
    for (Contestant contestant : all) {
      List<Curved> runs = new ArrayList<>();
      for (long seed : seeds) {
        Path root = folder(out, contestant, seed).root();
        if (Interrupt.wished()) {
          return Optional.empty();
        }
        if (!failed.containsKey(root)) {
          TrainedRun run = TrainedRun.read(root);
          runs.add(new Curved(seed, run, curves.of(run)));
        }
      }
      curved.put(contestant, runs);
    }
    return Optional.of(tested(dense, curved, missing));
  }

  /** Chooses by what was measured on validation examples, and reads the test examples. */
  private Frontier tested(
      Contestant dense, Map<Contestant, List<Curved>> curved, Map<String, String> missing)
      throws IOException {
    err.println("frontier: test examples, once for each network that is told of");
    err.flush();
    Map<Long, CurvePoint> twins = new LinkedHashMap<>();
    List<MeasuredRun> denseRuns = new ArrayList<>();
    List<Frontier.Row> rows = new ArrayList<>();
    for (Map.Entry<Contestant, List<Curved>> each : curved.entrySet()) {
      List<MeasuredRun> runs = new ArrayList<>();
      for (Curved run : each.getValue()) {
        if (each.getKey().equals(dense)) {
          twins.put(run.seed(), run.curve().tradeOff().own());
        }
        CurvePoint twin = twins.getOrDefault(run.seed(), run.curve().tradeOff().own());
        runs.add(
            MeasuredRun.of(
                run.seed(),
                each.getKey().folder(run.seed()),
                run.curve().tradeOff(),
                run.curve().latencies(),
                curves.test(run.run()),
                Frontier.enough(twin, within)));
      }
      if (each.getKey().equals(dense)) {
        denseRuns.addAll(runs);
      } else if (!runs.isEmpty()) {
        rows.add(new Frontier.Row(each.getKey(), runs));
      }
    }
    return new Frontier(data, network, within, bits, denseRuns, rows, missing);
  }
}
