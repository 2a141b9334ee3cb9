package dev.ockham.cli.process;

import dev.ockham.cli.console.Terminal;
import dev.ockham.cli.process.RunEnd.Ending;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunRecord;
import dev.ockham.train.run.Training;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;

/**
 * Trains several runs, each in a process of its own and some of them at once. What a run computes
 * depends on its spec alone, so results are the same for any number of processes.
 *
 * <p>A run that is finished is not trained again, one that was stopped goes on. One that fails is
 * said in a line, and the others go on. Beside the folder {@code NAME} of a run stand {@code
 * NAME.yaml}, its settings as a recipe, and {@code NAME.log}, what its process says.
 */
public final class ParallelRuns implements AutoCloseable {

  private static final long LOOK_MILLIS = 200;

  private final String title;
  private final PrintWriter err;
  private final int processes;
  private final BooleanSupplier stop;
  private final List<RunEnd> ends = new ArrayList<>();
  private final Deque<PlannedRun> waiting = new ArrayDeque<>();
  private final List<RunProcess> running = new ArrayList<>();
  private final long began = System.nanoTime();
  private int planned;
  private int before;
  private long epochsBefore;
  private @Nullable ProgressBar bar;
  private boolean stopping;

  private ParallelRuns(String title, int processes, PrintWriter err, BooleanSupplier stop) {
    this.title = title;
    this.processes = processes;
    this.err = err;
    this.stop = stop;
  }

  /**
   * How many runs of so many threads fit on this machine at once; at least 1.
   *
   * @param threads of each run, at least 1
   */
  public static int fitting(int threads) {
    return Math.max(1, Runtime.getRuntime().availableProcessors() / threads);
  }

  /**
   * Checks that all runs may be in their folders, before any of them begins.
   *
   * @throws RunException if two share a folder, or a folder holds another run or something else
   * @throws IOException if a folder cannot be read
   */
  public static void requireUsable(List<PlannedRun> runs) throws IOException {
    Set<Path> folders = new HashSet<>();
    for (PlannedRun run : runs) {
      if (!folders.add(run.folder().root().toAbsolutePath().normalize())) {
        throw new RunException("%s: two runs share this folder".formatted(run.folder().root()));
      }
      var _ = Training.recorded(run.spec(), run.folder());
    }
  }

  /**
   * Trains what is not finished yet, and waits for it.
   *
   * @param title what all of it is, in a word or two
   * @param runs what to train, in the order in which to begin
   * @param processes how many at once, at least 1
   * @param err where to show how it goes: a bar on a terminal, else a line for each run that ends
   * @param stop asked again and again; true lets the runs save and stop
   * @return how each ended, in the order of the runs
   * @throws IOException if {@link #requireUsable} says so, or a process cannot be started; those
   *     that run are stopped
   */
  public static List<RunEnd> train(
      String title, List<PlannedRun> runs, int processes, PrintWriter err, BooleanSupplier stop)
      throws IOException {
    if (processes < 1) {
      throw new IllegalArgumentException("processes = " + processes + " is not at least 1");
    }
    requireUsable(runs);
    try (ParallelRuns all = new ParallelRuns(title, processes, err, stop)) {
      all.plan(runs);
      all.work();
      return runs.stream().map(all::endOf).toList();
    }
  }

  private void plan(List<PlannedRun> runs) throws IOException {
    planned = runs.size();
    long epochs = 0;
    for (PlannedRun run : runs) {
      Optional<RunRecord> record = Training.recorded(run.spec(), run.folder());
      epochs += run.spec().training().epochs();
      if (record.isPresent() && record.get().status() == RunRecord.Status.FINISHED) {
        ends.add(new RunEnd(run, Ending.FINISHED, ""));
      } else {
        waiting.add(run);
      }
    }
    before = ends.size();
    epochsBefore = epochsEnded();
    bar =
        !waiting.isEmpty() && Terminal.interactive()
            ? Terminal.bar(title, epochs, epochsBefore)
            : null;
  }

  /** Starts one more; the first one says first of all that they can be started. */
  private void start() throws IOException {
    RunProcess process = RunProcess.start(waiting.remove());
    if (running.isEmpty() && ends.size() == before) {
      say(
          "%s runs%s, %s"
              .formatted(
                  planned,
                  before == 0 ? "" : ", %s of them finished before".formatted(before),
                  processes == 1 ? "one at a time" : processes + " at once"));
    }
    running.add(process);
  }

  private void work() throws IOException {
    while (!running.isEmpty() || !waiting.isEmpty()) {
      if (stop.getAsBoolean() && !stopping) {
        stopping = true;
        waiting.forEach(run -> ends.add(new RunEnd(run, Ending.STOPPED, "")));
        waiting.clear();
        running.forEach(RunProcess::stop);
      }
      while (running.size() < processes && !waiting.isEmpty()) {
        start();
      }
      for (Iterator<RunProcess> each = running.iterator(); each.hasNext(); ) {
        RunProcess process = each.next();
        if (!process.alive()) {
          each.remove();
          RunEnd end = process.end();
          ends.add(end);
          tell(end, process.seconds());
        }
      }
      if (bar != null) {
        bar.stepTo(epochsEnded() + running.stream().mapToLong(RunProcess::epochs).sum());
        bar.setExtraMessage(" %s of %s runs".formatted(ends.size(), planned));
      }
      pause();
    }
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(LOOK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while runs were training", e);
    }
  }

  /** Epochs of the runs that have ended, counted whole, so that the bar arrives. */
  private long epochsEnded() {
    return ends.stream().mapToLong(end -> end.run().spec().training().epochs()).sum();
  }

  private void tell(RunEnd end, double seconds) {
    switch (end.ending()) {
      case FINISHED -> {
        if (bar == null) {
          say(
              String.format(
                  Locale.ROOT,
                  "%s is done in %.0f s; %d of %d%s",
                  end.run().title(),
                  seconds,
                  ends.size(),
                  planned,
                  ends.size() == planned ? "" : ", about %s left".formatted(left())));
        }
      }
      case STOPPED -> say(end.run().title() + " is stopped and saved");
      case FAILED -> say(end.run().title() + " failed: " + end.reason());
    }
  }

  /** By the epochs that are done and those that are not. */
  private String left() {
    long all = epochsEnded() + waiting.stream().mapToLong(r -> r.spec().training().epochs()).sum();
    for (RunProcess process : running) {
      all += process.run().spec().training().epochs();
    }
    long done = epochsEnded() + running.stream().mapToLong(RunProcess::epochs).sum();
    double perEpoch = (System.nanoTime() - began) / (double) Math.max(1, done - epochsBefore);
    Duration rest = Duration.ofNanos((long) (perEpoch * (all - done)));
    return rest.toMinutes() > 0
        ? String.format(Locale.ROOT, "%d min %02d s", rest.toMinutes(), rest.toSecondsPart())
        : rest.toSeconds() + " s";
  }

  private void say(String line) {
    err.println(title + ": " + line);
    err.flush();
  }

  private RunEnd endOf(PlannedRun run) {
    return ends.stream().filter(end -> end.run().equals(run)).findFirst().orElseThrow();
  }

  /** Ends the bar, and stops what still runs because something went wrong here. */
  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
    running.forEach(RunProcess::stop);
  }
}
