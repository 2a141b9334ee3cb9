package dev.ockham.cli.console;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.quality.MeasuredQuality;
import dev.ockham.core.run.Judge;
import dev.ockham.core.run.MetricsLog;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.report.page.ReportPage;
import dev.ockham.report.page.ReportedRun;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The page that every run leaves behind, whatever became of it. */
public final class RunPages {

  private static final int HEAD = 2048;

  private RunPages() {}

  /**
   * Writes the page of a run into its folder. A page that cannot be made is said in a line, and is
   * nothing else: it must not hide what became of the run.
   *
   * @return whether the page is there
   */
  public static boolean write(RunFolder folder, PrintWriter err) {
    if (!folder.holdsRun()) {
      return false;
    }
    try {
      ReportedRun run = read(folder);
      sayFault(folder, run, err);
      ReportPage.write(List.of(run), folder.report());
      return true;
    } catch (IOException | RuntimeException e) {
      return notWritten(folder.report(), e, err);
    }
  }

  /**
   * Writes a page of runs side by side, with numbers of test images.
   *
   * @return whether the page is there; if not, a line has said why
   */
  public static boolean compare(
      List<RunFolder> folders, Dataset data, int threads, Path file, PrintWriter err) {
    try {
      List<ReportedRun> runs = new ArrayList<>();
      for (RunFolder folder : folders) {
        ReportedRun run = read(folder);
        sayFault(folder, run, err);
        runs.add(
            run.measuredOn(
                Judge.of(folder, run.record()),
                MeasuredQuality.names(data),
                "test",
                data.test(),
                threads));
      }
      requireReplaceable(file);
      ReportPage.write(runs, file);
      return true;
    } catch (IOException | RuntimeException e) {
      return notWritten(file, e, err);
    }
  }

  /**
   * Refuses a file that is there and is no report: a slip such as {@code --out RUN/run.json} must
   * not cost a run.
   *
   * @throws RunException naming the file
   */
  public static void requireReplaceable(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new RunException("%s is a folder; --out names a file".formatted(file));
    }
    if (!Files.isRegularFile(file) || Files.size(file) == 0) {
      return;
    }
    try (InputStream in = Files.newInputStream(file)) {
      String head = new String(in.readNBytes(HEAD), StandardCharsets.UTF_8);
      if (!head.contains(ReportPage.GENERATOR)) {
        throw new RunException(
            "%s exists and is not a report; choose another --out, or delete it".formatted(file));
      }
    }
  }

  /** Says of a run whose page is made what is wrong with its metrics, if anything is. */
  public static void sayFault(RunFolder folder, ReportedRun run, PrintWriter err)
      throws IOException {
    MetricsLog.fault(folder, run.record())
        .ifPresent(fault -> err.printf("%s; the page shows what is there%n", fault));
    err.flush();
  }

  private static ReportedRun read(RunFolder folder) throws IOException {
    Path name = folder.root().toAbsolutePath().normalize().getFileName();
    return ReportedRun.read(String.valueOf(name), folder);
  }

  private static boolean notWritten(Path file, Exception why, PrintWriter err) {
    err.printf("ockham: %s was not written: %s%n", file, why.getMessage());
    err.flush();
    return false;
  }
}
