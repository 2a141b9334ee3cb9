package dev.ockham.cli.command;

import dev.ockham.cli.console.CommonOptions;
import dev.ockham.core.spec.SpecException;
import dev.ockham.lab.experiment.KlExperiment;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code ockham lab kl}. Without {@code --out} it is a table of values and starts at once; with it,
 * an experiment like the others.
 */
@Command(
    footer = {
      "",
      "exact, molchanov, kingma and bound belong to the log-uniform prior; kingma and bound hold",
      "for alpha up to 1. derivative is that of exact by log alpha."
    })
final class LabKlCommand implements Callable<Integer> {

  @Mixin private CommonOptions common = new CommonOptions();
  @Mixin private LabOutput output = new LabOutput();

  @Option(
      names = "--log-alpha",
      split = ",",
      paramLabel = "A",
      description = "Values of log alpha (natural log), with commas between. Default: -8 to 8.")
  private List<Double> logAlphas = KlExperiment.standard().logAlphas();

  @Override
  public Integer call() throws Exception {
    KlExperiment experiment;
    try {
      experiment = new KlExperiment(logAlphas);
    } catch (IllegalArgumentException e) {
      throw new SpecException("--log-alpha: " + e.getMessage());
    }
    if (output.writes()) {
      output.runAndPrint(experiment, common);
    } else {
      List<Map<String, Object>> rows = experiment.rows();
      common.print(Map.of("rows", rows), () -> say(rows));
    }
    return 0;
  }

  private void say(List<Map<String, Object>> rows) {
    common
        .out()
        .printf(
            "%10s %14s %14s %14s %14s %14s %14s%n",
            "log alpha", "exact", "derivative", "molchanov", "kingma", "bound", "ard");
    for (Map<String, Object> row : rows) {
      StringBuilder line = new StringBuilder();
      for (Object value : row.values()) {
        double number = (Double) value;
        line.append(
            line.isEmpty()
                ? String.format(Locale.ROOT, "%10.4g", number)
                : String.format(Locale.ROOT, " %14.6g", number));
      }
      common.out().println(line);
    }
  }
}
