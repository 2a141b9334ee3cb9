package dev.ockham.cli.command;

import dev.ockham.cli.console.CommonOptions;
import dev.ockham.cli.console.CountOption;
import dev.ockham.cli.console.DataSource;
import dev.ockham.cli.console.FileBits;
import dev.ockham.cli.console.RunPages;
import dev.ockham.cli.console.Terminal;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.quality.MeasuredQuality;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.spec.SpecException;
import dev.ockham.core.tradeoff.PointMeasure;
import dev.ockham.core.tradeoff.Sensitivity;
import dev.ockham.core.tradeoff.Sensitivity.LayerCurve;
import dev.ockham.core.tradeoff.Sensitivity.Point;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ockham sensitivity}. */
@Command(
    name = "sensitivity",
    description =
        "Which layer hurts first: prune each layer of a run further, alone, and measure error and"
            + " bytes on validation examples.",
    footer = {
      "",
      "Example: ockham sensitivity runs/first",
      "The layers are listed with the one that hurts first at the top. The curves are kept in",
      "RUN/sensitivity.json, and RUN/report.html shows them."
    })
public final class SensitivityCommand implements Callable<Integer> {

  @Mixin private CommonOptions common = new CommonOptions();

  @Parameters(paramLabel = "RUN", description = "Folder of a run whose method prunes.")
  private Path run = Path.of("");

  @Option(
      names = "--within",
      paramLabel = "P",
      description =
          "How much worse is too much: points of error; of numbers percent of the RMSE. Default:"
              + " ${DEFAULT-VALUE}")
  private double within = 1;

  @Mixin private FileBits bits = new FileBits();

  @Option(names = "--threads", paramLabel = "N", description = "Cores to use; default: all.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Override
  public Integer call() throws IOException {
    CountOption.requirePositive("--threads", threads);
    if (!(within >= 0 && within <= 100)) {
      throw new SpecException("--within is %s, not from 0 to 100".formatted(within));
    }
    var exactly = bits.parsed();
    TrainedRun trained = TrainedRun.read(run);
    var _ = trained.snapshot().requireScores();
    Dataset data =
        DataSource.find(
            trained.record().spec().data(),
            trained.snapshot().architecture().graph(),
            common.err());
    PointMeasure measure =
        PointMeasure.of(
            trained,
            MeasuredQuality.names(data),
            "validation",
            trained.validation(data),
            exactly,
            threads);
    Sensitivity found =
        Sensitivity.measure(
            measure,
            name -> {
              common.err().println("sensitivity: " + name);
              common.err().flush();
            });
    found.write(trained.folder());
    boolean shown = RunPages.write(trained.folder(), common.err());
    double more = found.badness().equals("error") ? within : found.own() * within / 100;
    Map<String, Object> result = new LinkedHashMap<>(found.toMap());
    List<LayerCurve> order = found.hurtFirst(more);
    result.put("hurt_first", order.stream().map(LayerCurve::name).toList());
    common.print(result, () -> say(found, order, more, shown));
    return 0;
  }

  private void say(Sensitivity found, List<LayerCurve> order, double more, boolean shown) {
    boolean errors = found.badness().equals("error");
    var out = common.out();
    out.printf(
        Locale.ROOT,
        errors
            ? "%s: %.2f %% error on %d validation examples; a layer alone can go until %.2f %%%n"
            : "%s: RMSE %.4f on %d validation examples; a layer alone can go until %.4f%n",
        run,
        found.own(),
        found.examples(),
        found.own() + more);
    int wide = order.stream().mapToInt(each -> each.name().length()).max().orElse(0);
    for (LayerCurve layer : order) {
      Point last = layer.points().isEmpty() ? null : layer.points().getLast();
      out.printf(
          Locale.ROOT,
          "  %s %6.2f %% gone, can go to %6.2f %%%s%n",
          Terminal.padded(layer.name(), wide),
          100 * layer.sparsity(),
          100 * layer.holdsTo(found.own() + more),
          last == null
              ? ""
              : String.format(
                  Locale.ROOT,
                  errors
                      ? "; at %.2f %% %.2f %% error, %d bytes"
                      : "; at %.2f %% RMSE %.4f, %d bytes",
                  100 * last.sparsity(),
                  last.bad(),
                  last.bytes()));
    }
    if (shown) {
      out.println("page: " + trainedPage());
    }
  }

  private Path trainedPage() {
    return new RunFolder(run).report();
  }
}
