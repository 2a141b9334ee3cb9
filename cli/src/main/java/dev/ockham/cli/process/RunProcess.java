package dev.ockham.cli.process;

import dev.ockham.cli.console.Interrupt;
import dev.ockham.core.run.MetricsLog;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.spec.SpecTree;
import dev.ockham.runtime.file.AtomicFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A process that trains one run: {@code ockham train --recipe … --out … --resume} on the JDK, class
 * path and JVM flags of this one.
 */
final class RunProcess {

  private static final String COMPLAINT = "ockham: ";

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
    long logBegan = Files.exists(log) ? Files.size(log) : 0;
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
    return new RunEnd(run, RunEnd.Ending.FAILED, reason());
  }

  private String reason() throws IOException {
    String why = "its process ended with exit code " + process.exitValue();
    try (RandomAccessFile log = new RandomAccessFile(run.log().toFile(), "r")) {
      log.seek(logBegan);
      byte[] said = new byte[Math.toIntExact(Math.min(log.length() - logBegan, 1 << 20))];
      log.readFully(said);
      for (String line : new String(said, StandardCharsets.UTF_8).lines().toList()) {
        if (line.startsWith(COMPLAINT)) {
          why = line.substring(COMPLAINT.length());
        }
      }
    } catch (IOException e) {
      throw new RunException("%s cannot be read: %s".formatted(run.log(), e.getMessage()));
    }
    return "%s; what it said: %s".formatted(why, run.log());
  }
}
