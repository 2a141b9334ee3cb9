package dev.ockham.cli.command;

import dev.ockham.cli.console.CommonOptions;
import dev.ockham.cli.console.CountOption;
import dev.ockham.cli.console.DataSource;
import dev.ockham.cli.console.RunPages;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.Split;
import dev.ockham.core.quality.MeasuredQuality;
import dev.ockham.core.run.Judge;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.spec.DataSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.report.page.ReportPage;
import dev.ockham.report.page.ReportedRun;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ockham report}. */
@Command(
    name = "report",
    description = {
      "Write a page about one or several runs: one HTML file that needs no network.",
      "Every run writes its own when training ends; this writes it again, or shows runs side by"
          + " side."
    },
    footer = {
      "",
      "Example: ockham report runs/dense runs/first --out compare.html",
      "The table of errors is about validation images, as the runs recorded it, unless --split"
          + " says",
      "otherwise. Runs may be unfinished."
    })
public final class ReportCommand implements Callable<Integer> {

  /** Which images. */
  enum Part {
    validation,
    test
  }

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "RUN", arity = "1..*", description = "Folders of runs.")
  private List<Path> runs = List.of();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The page. Default, for one run: report.html in its folder.")
  private @Nullable Path out;

  @Option(
      names = "--split",
      paramLabel = "PART",
      description =
          "${COMPLETION-CANDIDATES}: measure every run on these images now, which needs the data."
              + " Default: validation, as recorded.")
  private @Nullable Part part;

  @Option(names = "--threads", paramLabel = "N", description = "Cores to use; default: all.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Override
  public Integer call() throws IOException {
    CountOption.requirePositive("--threads", threads);
    Path file = target();
    RunPages.requireReplaceable(file);
    List<ReportedRun> reported = new ArrayList<>();
    for (Path run : runs) {
      ReportedRun read = ReportedRun.read(title(run), new RunFolder(run));
      RunPages.sayFault(new RunFolder(run), read, common.err());
      reported.add(part == null ? read : measured(read, new RunFolder(run), part));
    }
    ReportPage.write(reported, file);
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("report", file.toString());
    result.put("runs", runs.stream().map(Path::toString).toList());
    common.print(
        result, () -> common.out().printf("%s: open it in a browser%n", file.toAbsolutePath()));
    return 0;
  }

  private Path target() {
    List<Path> distinct =
        runs.stream().map(run -> run.toAbsolutePath().normalize()).distinct().toList();
    if (distinct.size() < runs.size()) {
      throw new SpecException("a RUN is named twice; name each once");
    }
    if (out != null) {
      return out;
    }
    if (runs.size() > 1) {
      throw new SpecException("--out is missing: several runs need a file for their page");
    }
    return new RunFolder(runs.getFirst()).report();
  }

  /** The folder's name; with its parents where two runs share it. */
  private String title(Path run) {
    Path name = run.toAbsolutePath().normalize().getFileName();
    long same =
        runs.stream()
            .map(other -> other.toAbsolutePath().normalize().getFileName())
            .filter(other -> other != null && other.equals(name))
            .count();
    return name == null || same > 1 ? run.toString() : name.toString();
  }

  private ReportedRun measured(ReportedRun run, RunFolder folder, Part split) throws IOException {
    RunRecord record = run.record();
    Dataset data = DataSource.find(record.spec().data(), run.architecture().graph(), common.err());
    record.requireSameData(folder, data);
    return run.measuredOn(
        Judge.of(folder, record),
        MeasuredQuality.names(data),
        split.name(),
        images(data, record, split),
        threads);
  }

  private static Examples images(Dataset data, RunRecord record, Part split) {
    DataSpec spec = record.spec().data();
    return switch (split) {
      case test -> data.test();
      case validation ->
          data.train()
              .select(
                  Split.stratified(data.train(), spec.validation(), spec.splitSeed()).validation());
    };
  }
}
