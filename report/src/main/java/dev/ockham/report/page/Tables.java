package dev.ockham.report.page;

import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.evaluate.ActiveUnits;
import dev.ockham.core.name.BareName;
import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.run.Lesson;
import dev.ockham.core.run.Outcome;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.spec.SpecTree;
import dev.ockham.runtime.graph.Node;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The tables of the page. */
final class Tables {

  private Tables() {}

  private static String row(String... cells) {
    return "<tr><td>" + String.join("</td><td>", cells) + "</td></tr>\n";
  }

  /** A table with its caption, its heads and its body. */
  static String table(String caption, List<String> heads, String body) {
    StringBuilder html = new StringBuilder("<div class=\"scroll\"><table><caption>");
    html.append(Markup.escape(caption)).append("</caption><thead><tr>");
    heads.forEach(
        head -> html.append("<th scope=\"col\">").append(Markup.escape(head)).append("</th>"));
    return html.append("</tr></thead>").append(body).append("</table></div>\n").toString();
  }

  /** Dense, masked and pruned, a group of rows for each run. */
  static String outcomes(List<ReportedRun> runs) {
    Columns columns = Columns.of(runs);
    StringBuilder body = new StringBuilder();
    for (ReportedRun run : runs) {
      Outcome outcome = run.outcome();
      body.append("<tbody>");
      int width = columns.heads().size() + 4;
      if (runs.size() > 1 || outcome == null) {
        body.append(
            Markup.html(
                "<tr class=\"group\"><th colspan=\"%s\" scope=\"rowgroup\">%s</th></tr>\n",
                width, run.title()));
      }
      if (outcome == null) {
        body.append(
            "<tr><td colspan=\"%s\">no checkpoint yet, so there is nothing to measure</td></tr>"
                .formatted(width));
      } else {
        outcome.rows().forEach(row -> body.append(outcome(columns, outcome, row)));
      }
      body.append("</tbody>\n");
    }
    String images = images(runs);
    List<String> heads = new ArrayList<>(List.of("network"));
    heads.addAll(columns.heads());
    // May be hyphenated, so that the table fits on a phone.
    heads.addAll(List.of("weights left", "com\u00ADpres\u00ADsion", "bytes"));
    return table("What is left, and what it costs (" + images + ")", heads, body.toString());
  }

  /**
   * What there is to say of a score: nothing of labels where no run has any, nothing of a teacher
   * where no run has one.
   */
  private record Columns(boolean labels, boolean teacher) {
    static Columns of(List<ReportedRun> runs) {
      return new Columns(
          runs.stream().anyMatch(ReportedRun::labelled),
          runs.stream().anyMatch(ReportedRun::taught));
    }

    List<String> heads() {
      List<String> heads = new ArrayList<>();
      if (labels) {
        heads.add("error");
      }
      heads.add(teacher ? "loss, nats" : "NLL, nats");
      if (teacher) {
        heads.add("1 − R²");
      }
      return heads;
    }

    List<String> cells(EpochMetrics.@Nullable Score score) {
      List<String> cells = new ArrayList<>();
      if (labels) {
        Double error = error(score);
        cells.add(error == null ? "–" : number(error, 2) + " %");
      }
      cells.add(score == null ? "–" : Markup.decimal(score.nll(), 4));
      if (teacher) {
        cells.add(number(missed(score), 4));
      }
      return cells;
    }
  }

  private static String images(List<ReportedRun> runs) {
    TreeSet<String> images = new TreeSet<>();
    for (ReportedRun run : runs) {
      Outcome outcome = run.outcome();
      if (outcome != null && outcome.images() > 0) {
        images.add("%s %s examples".formatted(Markup.count(outcome.images()), outcome.split()));
      }
    }
    return images.isEmpty() ? "no examples measured" : String.join(", ", images);
  }

  private static String outcome(Columns columns, Outcome outcome, Outcome.Row row) {
    List<String> cells = new ArrayList<>(columns.cells(row.score()));
    cells.add(Markup.count(row.nonzeroWeights()));
    cells.add(Markup.times(outcome.compression(row)));
    cells.add(Markup.count(row.bytes()));
    return "<tr><th scope=\"row\">%s</th><td>%s</td></tr>\n"
        .formatted(row.form().key(), String.join("</td><td>", cells));
  }

  /** What is left of each layer. */
  static String layers(Pruning pruning) {
    StringBuilder body = new StringBuilder("<tbody>");
    List<WeightTensor> tensors = pruning.tensors();
    for (int i = 0; i < tensors.size(); i++) {
      WeightTensor tensor = tensors.get(i);
      long weights = tensor.weights();
      long connected = pruning.connected().get(i).kept();
      body.append(
          row(
              Markup.escape(name(pruning, tensor)),
              tensor.parameter().shape().toString(),
              Markup.count(weights),
              Markup.count(pruning.kept().get(i).kept()),
              Markup.count(connected),
              Markup.percent(1 - (double) connected / weights),
              pruning.unitsLeft(i).map(Pruning.UnitsLeft::toString).orElse("–")));
    }
    return table(
        "Layers",
        List.of(
            "layer", "shape", "weights", "below the threshold", "on a path", "gone", "units left"),
        body.append("</tbody>").toString());
  }

  /** Of a tensor, and of the nodes that take it where it does not say them. */
  private static String name(Pruning pruning, WeightTensor tensor) {
    List<String> nodes =
        pruning.snapshot().architecture().graph().nodes().stream()
            .filter(node -> node.parameters().containsValue(tensor.parameter().name()))
            .map(Node::name)
            .toList();
    String name = tensor.name();
    return nodes.size() == 1 && (name + ".").startsWith(nodes.getFirst() + ".")
        ? name
        : "%s (%s)".formatted(name, String.join(", ", nodes));
  }

  /** Which units of each node are left, by their numbers in the original network. */
  static String units(Pruning pruning) {
    StringBuilder body = new StringBuilder("<tbody>");
    List<WeightTensor> tensors = pruning.tensors();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < tensors.size(); i++) {
      Optional<Pruning.UnitsLeft> units = pruning.unitsLeft(i);
      String node = tensors.get(i).node().name();
      if (units.isPresent() && seen.add(node)) {
        String numbers = units.get().count() == 0 ? "none" : units.get().left().ranges();
        body.append(
            row(Markup.escape(node), tensors.get(i).unitKind(), units.get().toString(), numbers));
      }
    }
    return table(
        "Units left, numbered from 0 as in the original network",
        List.of("layer", "units", "left", "which"),
        body.append("</tbody>").toString());
  }

  /** What gates that look at the example let through; empty text where there are none. */
  static String activeUnits(Pruning pruning) {
    List<ActiveUnits> gates = pruning.activeUnits();
    if (gates.isEmpty()) {
      return "";
    }
    StringBuilder body = new StringBuilder("<tbody>");
    for (ActiveUnits gate : gates) {
      body.append(
          row(
              Markup.escape(gate.gate()),
              Markup.count(gate.units()),
              Markup.count(gate.stored()),
              String.format(Locale.ROOT, "%.1f", gate.meanActive())));
    }
    return table(
        "Gates that see the example (%s training examples)"
            .formatted(Markup.count(pruning.snapshot().calibration().count())),
        List.of("gate", "units", "stored", "open, mean of an image"),
        body.append("</tbody>").toString());
  }

  /** Settings in which runs differ; empty text where there are none. */
  static String differences(List<ReportedRun> runs) {
    List<Map<String, Object>> specs =
        runs.stream().map(run -> SpecTree.of(run.record().spec()).leaves()).toList();
    StringBuilder body = new StringBuilder("<tbody>");
    int differing = 0;
    for (String path : specs.getFirst().keySet()) {
      List<String> values = specs.stream().map(spec -> String.valueOf(spec.get(path))).toList();
      if (values.stream().distinct().count() > 1) {
        differing++;
        body.append(Markup.html("<tr><th scope=\"row\"><code>%s</code></th>", path));
        values.forEach(value -> body.append(Markup.html("<td>%s</td>", value)));
        body.append("</tr>\n");
      }
    }
    if (differing == 0) {
      return "<p>All settings of these runs are equal.</p>\n";
    }
    List<String> heads = new ArrayList<>(List.of("setting"));
    runs.forEach(run -> heads.add(run.title()));
    return table("Settings in which the runs differ", heads, body.append("</tbody>").toString());
  }

  /** The whole spec of a run. */
  static String spec(ReportedRun run) {
    StringBuilder body = new StringBuilder("<tbody>");
    SpecTree.of(run.record().spec())
        .leaves()
        .forEach(
            (path, value) -> body.append(pair(path, Objects.equals(value, "") ? "(none)" : value)));
    return table("Settings", List.of("setting", "value"), body.append("</tbody>").toString());
  }

  /** Where a run comes from. */
  static String provenance(ReportedRun run) {
    RunRecord record = run.record();
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("status", record.status().name().toLowerCase(Locale.ROOT));
    facts.put(
        "epochs", "%s of %s".formatted(run.epochs().size(), record.spec().training().epochs()));
    double seconds = run.epochs().stream().mapToDouble(EpochMetrics::seconds).sum();
    facts.put("wall-clock of the epochs", Markup.duration(seconds));
    facts.put("threads", record.spec().training().threads());
    facts.put("data", BareName.of(record.spec().data().name()));
    facts.put("data from", record.data().origin());
    facts.put("data sha256", record.data().sha256());
    Lesson lesson = record.lesson();
    if (lesson != null) {
      facts.put("teacher", BareName.of(lesson.from()));
      facts.put("teacher sha256", lesson.sha256());
    }
    facts.put("training examples", Markup.count(record.data().train()));
    facts.put("validation examples", Markup.count(record.data().validation()));
    facts.put(
        "input scaling",
        run.snapshot() != null && !run.snapshot().scaling().shared()
            ? "each channel or feature by its own mean, to a deviation of "
                + record.spec().data().inputDeviation()
            : String.format(
                Locale.ROOT,
                "(pixel − %.4f) · %.6f",
                record.data().inputMean(),
                record.data().inputScale()));
    facts.putAll(record.software());
    StringBuilder body = new StringBuilder("<tbody>");
    facts.forEach((key, value) -> body.append(pair(key, value)));
    return table("Provenance", List.of("what", "value"), body.append("</tbody>").toString());
  }

  private static String pair(String key, Object value) {
    return "<tr><th scope=\"row\">%s</th><td class=\"text\">%s</td></tr>\n"
        .formatted(Markup.escape(key), Markup.escape(String.valueOf(value)));
  }

  /** The numbers behind the curves. */
  static String epochs(ReportedRun run) {
    StringBuilder body = new StringBuilder("<tbody>");
    for (EpochMetrics metrics : run.epochs()) {
      List<String> cells = new ArrayList<>();
      cells.add(Integer.toString(metrics.epoch()));
      cells.add(number(metrics.nll(), 4));
      cells.add(number(metrics.klNats(), 0));
      cells.add(number(metrics.beta(), 3));
      for (EpochMetrics.Score score :
          Arrays.asList(metrics.validation(), metrics.prunedValidation())) {
        if (run.labelled()) {
          cells.add(number(error(score), 2));
        }
        if (run.taught()) {
          cells.add(number(missed(score), 4));
        }
      }
      cells.add(Markup.percent(metrics.sparsity()));
      cells.add(number(metrics.seconds(), 1));
      body.append(row(cells.toArray(String[]::new)));
    }
    List<String> heads = new ArrayList<>(List.of("epoch"));
    heads.addAll(List.of(run.likelihood() ? "NLL, nats" : "loss, nats", "KL, nats", "β"));
    if (run.taught() && run.labelled()) {
      heads.addAll(List.of("error, %", "1 − R²", "pruned, %", "pruned, 1 − R²"));
    } else {
      heads.addAll(
          run.taught() ? List.of("1 − R²", "pruned, 1 − R²") : List.of("error, %", "pruned, %"));
    }
    heads.addAll(List.of("gone", "seconds"));
    return table("Epochs", heads, body.append("</tbody>").toString());
  }

  private static @Nullable Double error(EpochMetrics.@Nullable Score score) {
    return score == null || !score.labelled() ? null : score.errorPercent();
  }

  private static @Nullable Double missed(EpochMetrics.@Nullable Score score) {
    return score == null || score.worstRelativeError().isEmpty()
        ? null
        : score.worstRelativeError().getAsDouble();
  }

  private static String number(@Nullable Double value, int digits) {
    return value == null ? "–" : String.format(Locale.ROOT, "%,." + digits + "f", value);
  }
}
