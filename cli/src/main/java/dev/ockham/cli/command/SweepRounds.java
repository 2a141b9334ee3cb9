package dev.ockham.cli.command;

import dev.ockham.cli.console.CommonOptions;
import dev.ockham.cli.process.PlannedRun;
import dev.ockham.cli.process.RunEnd;
import dev.ockham.cli.process.TrialRunner;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.sweep.SweepSpec;
import dev.ockham.core.sweep.Trial;
import dev.ockham.core.sweep.TrialResult;
import dev.ockham.runtime.file.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A sweep from its first round to its table. Runs of a sweep without rounds are in {@code
 * DIR/NAME}, else in {@code DIR/round-K/NAME}.
 *
 * @param sweep what to do
 * @param folder DIR
 * @param runner who trains
 * @param how what {@code sweep.json} says first: how its numbers came about
 */
record SweepRounds(
    SweepSpec sweep,
    Path folder,
    TrialRunner runner,
    Map<String, Object> how,
    CommonOptions common) {

  private static final int SHOWN = 10;

  /** Does all of it; the exit code. */
  int run() throws IOException {
    List<List<TrialResult>> rounds = new ArrayList<>();
    List<Trial> going = sweep.trials();
    if (sweep.rungs().isEmpty()) {
      rounds.add(round(going, folder));
    }
    for (int rung = 0; rung < sweep.rungs().size() && !going.isEmpty(); rung++) {
      int epochs = sweep.rungs().get(rung);
      Path place = folder.resolve("round-" + (rung + 1));
      List<TrialResult> results =
          round(going.stream().map(trial -> trial.withEpochs(epochs)).toList(), place);
      rounds.add(results);
      going = TrialResult.best(results, sweep.keep());
    }
    if (rounds.getLast().isEmpty()) {
      common.print(
          Map.of("status", "stopped"),
          () -> common.out().println("stopped and saved; run the same command again to go on"));
      return 0;
    }
    Map<String, Object> result = new LinkedHashMap<>(how);
    result.put(
        "software",
        rounds.stream().flatMap(List::stream).map(TrialResult::software).distinct().toList());
    result.put(
        "rounds",
        rounds.stream()
            .map(round -> TrialResult.ranked(round).stream().map(TrialResult::toMap).toList())
            .toList());
    AtomicFile.writeString(folder.resolve("sweep.json"), common.toJson(result) + "\n");
    common.print(result, () -> say(TrialResult.ranked(rounds.getLast())));
    return 0;
  }

  /** Trains some; none come back where they were stopped. */
  private List<TrialResult> round(List<Trial> trials, Path place) throws IOException {
    List<PlannedRun> runs = new ArrayList<>();
    for (Trial trial : trials) {
      runs.add(
          new PlannedRun(trial.name(), trial.spec(), new RunFolder(place.resolve(trial.name()))));
    }
    List<RunEnd> ends = runner.train(runs);
    if (ends.stream().anyMatch(end -> end.ending() == RunEnd.Ending.STOPPED)) {
      return List.of();
    }
    List<TrialResult> results = new ArrayList<>();
    for (int i = 0; i < trials.size(); i++) {
      results.add(TrialResult.read(trials.get(i), runs.get(i).folder()));
    }
    if (ends.stream().noneMatch(end -> end.ending() == RunEnd.Ending.FINISHED)) {
      throw new RunException(
          "no trial ended well; %s: %s"
              .formatted(trials.getFirst().name(), ends.getFirst().reason()));
    }
    return results;
  }

  private void say(List<TrialResult> ranked) {
    common
        .out()
        .println(
            String.format(
                Locale.ROOT,
                "%-10s %9s %9s %10s  %s",
                "trial",
                "nll",
                "error",
                "bytes",
                "settings"));
    ranked.stream()
        .limit(SHOWN)
        .forEach(each ->
            common
                .out()
                .println(
                    String.format(
                        Locale.ROOT,
                        "%-10s %9s %9s %10s  %s",
                        each.trial().name(),
                        number("%.4f", each.nll()),
                        number("%.2f %%", each.errorPercent()),
                        each.bytes() == null ? "-" : each.bytes(),
                        each.trial().settings())));
  }

  private static String number(String format, @Nullable Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, format, value);
  }
}
