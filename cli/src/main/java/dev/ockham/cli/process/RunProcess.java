package dev.ockham.cli.process;

import dev.ockham.cli.console.Interrupt;
import dev.ockham.core.run.MetricsLog;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.spec.SpecTree;
import dev.ockham.runtime.file.AtomicFile;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A process that trains one run: {@code ockham train --recipe … --out … --resume} on the JDK, class
 * path and JVM flags of this one.
 */
final class RunProcess {

  /** Set by the launcher for a terminal; a log wants lines and no bar. */
  private static final String TERMINAL = "OCKHAM_TERMINAL";

  private final PlannedRun run;
  private final Process process;
  private final long logBegan;
  private final long began = System.nanoTime();

  private RunProcess(PlannedRun run, Process process, long logBegan) {
    this.run = run;
    this.process = process;
    this.logBegan = logBegan;
  }

  /**
   * Starts it.
   *
   * @throws IOException if its recipe or log cannot be written
   */
  static RunProcess start(PlannedRun run) throws IOException {
    writeRecipe(run);
    List<String> arguments =
        List.of(
            "train",
            "--recipe",
            run.recipe().toString(),
            "--out",
            run.folder().root().toString(),
            "--resume");
    List<String> command = JavaCommand.of(System.getProperty("java.class.path"), arguments);
    Path log = run.log();
    long logBegan = new ProcessLog(log).length();
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(log.toFile()));
    builder.environment().remove(TERMINAL);
    builder.environment().put(Interrupt.PARENT, Long.toString(ProcessHandle.current().pid()));
    Process process = builder.start();
    process.getOutputStream().close();
    return new RunProcess(run, process, logBegan);
  }

  /** Writes it; folders made for it go again where it cannot be. */
  private static void writeRecipe(PlannedRun run) throws IOException {
    List<Path> made = new ArrayList<>();
    for (Path p = run.recipe().getParent(); p != null && !Files.exists(p); p = p.getParent()) {
      made.add(p);
    }
    try {
      Files.createDirectories(run.recipe().getParent());
      AtomicFile.writeString(run.recipe(), SpecTree.of(run.spec()).toYaml());
    } catch (IOException e) {
      for (Path folder : made) {
        Files.deleteIfExists(folder);
      }
      throw e;
    }
  }

  PlannedRun run() {
    return run;
  }

  boolean alive() {
    return process.isAlive();
  }

  /** Asks it to save and stop. */
  void stop() {
    process.destroy();
  }

  double seconds() {
    return (System.nanoTime() - began) / 1e9;
  }

  /** Epochs that it has written down. */
  int epochs() {
    try {
      return MetricsLog.last(run.folder().metrics()).get("epoch") instanceof Number epoch
          ? epoch.intValue()
          : 0;
    } catch (IOException e) {
      return 0; // In the middle of a line; the next look sees it whole.
    }
  }

  /** How it ended, once it is not alive any more. */
  RunEnd end() throws IOException {
    if (run.folder().holdsRun()) {
      RunRecord record = RunRecord.read(run.folder());
      if (record.status() == RunRecord.Status.FINISHED) {
        return new RunEnd(run, RunEnd.Ending.FINISHED, "");
      }
      if (record.status() == RunRecord.Status.STOPPED) {
        return new RunEnd(run, RunEnd.Ending.STOPPED, "");
      }
    }
    String ended = "its process ended with exit code " + process.exitValue();
    return new RunEnd(run, RunEnd.Ending.FAILED, new ProcessLog(run.log()).reason(logBegan, ended));
  }
}
