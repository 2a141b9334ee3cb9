package dev.ockham.cli.command;

import dev.ockham.cli.console.CommonOptions;
import dev.ockham.core.kl.KlTerm;
import dev.ockham.core.spec.SpecException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ockham lab}: the mathematics, by itself. */
@Command(
    name = "lab",
    description = "Look at the mathematics by itself.",
    subcommands = LabCommand.Kl.class,
    mixinStandardHelpOptions = true)
public final class LabCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "which experiment? known: " + String.join(", ", spec.subcommands().keySet()));
  }

  /** {@code ockham lab kl}. */
  @Command(
      name = "kl",
      description = "Tabulate every KL term, in nats, normalised to 0 as alpha goes to infinity.",
      footer = {
        "",
        "exact, molchanov, kingma and bound belong to the log-uniform prior; kingma and bound hold",
        "for alpha up to 1. derivative is that of exact by log alpha."
      })
  static final class Kl implements Callable<Integer> {

    /** Beyond it exp(log alpha) leaves the double range. */
    private static final double LARGEST_LOG_ALPHA = 700;

    @Mixin private CommonOptions common = new CommonOptions();

    @Option(
        names = "--log-alpha",
        split = ",",
        paramLabel = "A",
        description = "Values of log alpha (natural log), with commas between. Default: -8 to 8.")
    private List<Double> logAlphas = range();

    private static List<Double> range() {
      List<Double> values = new ArrayList<>();
      for (int i = -8; i <= 8; i++) {
        values.add((double) i);
      }
      return values;
    }

    @Override
    public Integer call() {
      List<Map<String, Object>> rows = new ArrayList<>();
      for (double logAlpha : logAlphas) {
        if (!Double.isFinite(logAlpha) || Math.abs(logAlpha) > LARGEST_LOG_ALPHA) {
          throw new SpecException(
              "--log-alpha: %s is not from -%.0f to %.0f"
                  .formatted(logAlpha, LARGEST_LOG_ALPHA, LARGEST_LOG_ALPHA));
        }
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("log_alpha", logAlpha);
        row.put("exact", KlTerm.EXACT.value(logAlpha));
        row.put("exact_derivative", KlTerm.EXACT.derivative(logAlpha));
        row.put("molchanov", KlTerm.MOLCHANOV.value(logAlpha));
        row.put("kingma", KlTerm.KINGMA_CUBIC.value(logAlpha));
        row.put("bound", KlTerm.LOWER_BOUND.value(logAlpha));
        row.put("ard", KlTerm.ARD.value(logAlpha));
        rows.add(row);
      }
      common.print(Map.of("rows", rows), () -> say(rows));
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
}
