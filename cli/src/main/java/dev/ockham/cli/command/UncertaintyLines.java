package dev.ockham.cli.command;

import dev.ockham.core.metrics.Reliability;
import dev.ockham.core.quality.ClassCertainty;
import dev.ockham.core.quality.ForeignData;
import dev.ockham.core.quality.LabelCertainty;
import dev.ockham.core.quality.NumberCertainty;
import dev.ockham.core.quality.UncertaintyReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
    UncertaintyReport any = reports.values().iterator().next();
    switch (any) {
      case ClassCertainty _ ->
          lines.add(
              "certainty    error %      NLL    Brier      ECE  entropy  mutual   risk at 80 %");
      case LabelCertainty _ ->
          lines.add(
              "certainty    label %      NLL    Brier      ECE  entropy  mutual   risk at 80 %");
      case NumberCertainty _ ->
          lines.add(
              "certainty        NLL calib. err     within 50 %   90 %   95 %      noise     "
                  + " model");
    }
    reports.forEach((name, report) -> lines.addAll(summary(name, report)));
    reports.forEach((name, report) -> lines.addAll(calibration(name, report)));
    return lines;
  }

  private static List<String> summary(String name, UncertaintyReport report) {
    List<String> lines = new ArrayList<>();
    switch (report) {
      case ClassCertainty classes -> {
        lines.add(
            line(
                name,
                classes.summary().errorPercent(),
                classes.summary().nll(),
                classes.brier(),
                classes.summary().ece(),
                classes.entropy(),
                classes.mutualInformation(),
                classes.risk().riskAt(0.8)));
        foreign(classes.foreign(), lines);
      }
      case LabelCertainty labels -> {
        lines.add(
            line(
                name,
                labels.errorPercent(),
                labels.nll(),
                labels.brier(),
                labels.reliability().ece(),
                labels.entropy(),
                labels.mutualInformation(),
                labels.risk().riskAt(0.8)));
        foreign(labels.foreign(), lines);
      }
      case NumberCertainty numbers -> {
        lines.add(
            String.format(
                Locale.ROOT,
                "  %-10s %8.4f %10.4f",
                name,
                numbers.nll(),
                numbers.calibrationError()));
        numbers.outputs().forEach(output -> lines.add(line(output)));
        foreign(numbers.foreign(), lines);
      }
    }
    return lines;
  }

  private static String line(String name, double... measures) {
    return String.format(
        Locale.ROOT,
        "  %-10s %7.2f %8.4f %8.4f %8.4f %8.4f %7.4f %8.4f",
        name,
        measures[0],
        measures[1],
        measures[2],
        measures[3],
        measures[4],
        measures[5],
        measures[6]);
  }

  private static String line(NumberCertainty.Output output) {
    StringBuilder within = new StringBuilder();
    output
        .coverage()
        .values()
        .forEach(share -> within.append(String.format(Locale.ROOT, " %6.3f", share)));
    return String.format(
        Locale.ROOT,
        "    %-30s %s %10.4g %10.4g",
        output.name().length() > 30 ? output.name().substring(0, 29) + "…" : output.name(),
        within,
        output.noise(),
        output.model());
  }

  private static void foreign(@Nullable ForeignData foreign, List<String> lines) {
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
  }

  private static List<String> calibration(String name, UncertaintyReport report) {
    return switch (report) {
      case ClassCertainty classes ->
          bins(name + ": confidence, how often right, examples", classes.reliability());
      case LabelCertainty labels ->
          bins(name + ": probability, how often it held, labels", labels.reliability());
      case NumberCertainty numbers -> levels(name, numbers);
    };
  }

  private static List<String> bins(String what, Reliability reliability) {
    List<String> lines = new ArrayList<>();
    lines.add("reliability  " + what);
    for (Reliability.Bin bin : reliability.bins()) {
      if (bin.examples() > 0) {
        lines.add(
            String.format(
                Locale.ROOT,
                "  %.3f  %.3f %-20s %d",
                bin.confidence(),
                bin.accuracy(),
                bar(bin.accuracy()),
                bin.examples()));
      }
    }
    return lines;
  }

  private static List<String> levels(String name, NumberCertainty numbers) {
    List<String> lines = new ArrayList<>();
    lines.add("reliability  " + name + ": level of an interval, share of targets within");
    for (int i = 1; i < numbers.calibration().size(); i += 2) {
      NumberCertainty.Level level = numbers.calibration().get(i);
      lines.add(
          String.format(
              Locale.ROOT,
              "  %.2f   %.3f %s",
              level.level(),
              level.covered(),
              bar(level.covered())));
    }
    return lines;
  }

  private static String bar(double share) {
    return "#".repeat((int) Math.round(BAR * share));
  }
}
