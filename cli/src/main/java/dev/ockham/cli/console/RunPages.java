package dev.ockham.cli.console;

import dev.ockham.core.data.Images;
import dev.ockham.core.run.RunFolder;
import dev.ockham.report.page.ReportPage;
import dev.ockham.report.page.ReportedRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The page that every run leaves behind, whatever became of it. */
public final class RunPages {

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
      ReportPage.write(List.of(read(folder)), folder.report());
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
      List<RunFolder> folders, Images test, int threads, Path file, PrintWriter err) {
    try {
      List<ReportedRun> runs = new ArrayList<>();
      for (RunFolder folder : folders) {
        runs.add(read(folder).measuredOn("test", test, threads));
      }
      ReportPage.write(runs, file);
      return true;
    } catch (IOException | RuntimeException e) {
      return notWritten(file, e, err);
    }
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
