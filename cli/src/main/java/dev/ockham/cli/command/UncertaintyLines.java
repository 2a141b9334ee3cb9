package dev.ockham.cli.command;

import dev.ockham.core.metrics.Reliability;
import dev.ockham.core.quality.UncertaintyReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@link UncertaintyReport}s as lines for people, one network beside the other. */
final class UncertaintyLines {

  private static final int BAR = 20;

  private UncertaintyLines() {}

  /**
   * The lines.
   *
   * @param reports by what their networks are called, in order
   */
  static List<String> of(Map<String, UncertaintyReport> reports) {
    List<String> lines = new ArrayList<>();
    lines.add("certainty    error %      NLL    Brier      ECE  entropy  mutual   risk at 80 %");
    reports.forEach((name, report) -> {
      lines.add(
          String.format(
              Locale.ROOT,
              "  %-10s %7.2f %8.4f %8.4f %8.4f %8.4f %7.4f %8.4f",
              name,
              report.summary().errorPercent(),
              report.summary().nll(),
              report.brier(),
              report.summary().ece(),
              report.entropy(),
              report.mutualInformation(),
              report.risk().riskAt(0.8)));
      UncertaintyReport.Foreign foreign = report.foreign();
      if (foreign != null) {
        lines.add(
            String.format(
                Locale.ROOT,
                "             foreign data: AUROC %.4f by entropy%s, entropy %.4f",
                foreign.byEntropy(),
                Double.isNaN(foreign.byMutualInformation())
                    ? ""
                    : String.format(
                        Locale.ROOT, ", %.4f by mutual information", foreign.byMutualInformation()),
                foreign.entropy()));
      }
    });
    reports.forEach((name, report) -> {
      lines.add("reliability  " + name + ": confidence, how often right, examples");
      for (Reliability.Bin bin : report.reliability().bins()) {
        if (bin.examples() > 0) {
          lines.add(
              String.format(
                  Locale.ROOT,
                  "  %.3f  %.3f %-20s %d",
                  bin.confidence(),
                  bin.accuracy(),
                  "#".repeat((int) Math.round(BAR * bin.accuracy())),
                  bin.examples()));
        }
      }
    });
    return lines;
  }
}
