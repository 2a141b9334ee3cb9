package dev.ockham.cli.command;

import dev.ockham.cli.console.CommonOptions;
import dev.ockham.core.method.Method;
import dev.ockham.core.spec.MethodSpec;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ockham methods}. */
@Command(
    name = "methods",
    description = "List the methods that --method takes: their noise, and whether they prune.",
    footer = {
      "",
      "What can be set of a method: ockham train --method NAME --print-spec",
      "A weight goes where its score is at or above the threshold. log alpha is the log of its",
      "noise-to-signal ratio; infinite scores are those of weights that a schedule has set to 0.",
      "What is noise on units that prunes removes whole units: their weights share a score. pi is",
      "the probability to keep a unit, SNR the signal-to-noise ratio of its factor; log alpha of a",
      "hard concrete gate is the log of its odds to be open.",
      "score and default_threshold are null for a method that says of no weight that it may go."
    })
public final class MethodsCommand implements Callable<Integer> {

  @Mixin private CommonOptions common = new CommonOptions();

  @Override
  public Integer call() {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Method method : Method.all()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("name", method.name());
      row.put("description", method.description());
      row.put("source", method.source());
      row.put("noise", method.noise());
      row.put("kl", method.kl() == null ? null : MethodSpec.of(method).kl().cliName());
      row.put("prunes", method.prunes());
      row.put("score", method.prunes() ? method.score().plain() : null);
      row.put("default_threshold", method.prunes() ? method.defaultThreshold() : null);
      rows.add(row);
    }
    common.print(Map.of("methods", rows), () -> Method.all().forEach(this::say));
    return 0;
  }

  private void say(Method method) {
    String prunes = !method.prunes() ? "prunes nothing" : "prunes " + rule(method);
    String source = method.source().isEmpty() ? "" : "; " + method.source();
    common
        .out()
        .printf(
            "%-25s %s%n%25s noise: %s; %s%s%n",
            method.name(), method.description(), "", method.noise(), prunes, source);
  }

  /** The default threshold of a schedule is past every weight that it has left. */
  private static String rule(Method method) {
    String score = method.score().plain();
    return method.scheduled()
        ? "on a schedule, by " + score
        : "where %s >= %s".formatted(score, brief(method.defaultThreshold()));
  }

  private static String brief(double value) {
    return new BigDecimal(value).round(new MathContext(4)).stripTrailingZeros().toPlainString();
  }
}
