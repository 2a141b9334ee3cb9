package dev.ockham.cli;

import dev.ockham.cli.BadInputTest.Case;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code report} and {@code watch} refuse, and what their line says; the folder is {@link
 * BadInputTest}'s.
 */
final class BadPages {

  private BadPages() {}

  static List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    String report = "report --out @/new.html ";
    cases.add(new Case("report", "RUN"));
    cases.add(new Case("report @/none", "@/none", "run.json"));
    cases.add(new Case("report @/empty", "@/empty", "run.json"));
    cases.add(new Case("report @/file", "@/file", "run.json"));
    cases.add(new Case("report @/run @/dense", "--out is missing"));
    cases.add(new Case(report + "@/run @/run/../run", "twice"));
    cases.add(new Case(report + "@/run @/nodata", "@/nodata/run.json", "data.sha256"));
    cases.add(new Case(report + "@/badjson", "@/badjson/run.json"));
    cases.add(
        new Case(report + "@/brokenmetrics", "@/brokenmetrics/metrics.jsonl, line 1", "layers"));
    cases.add(new Case(report + "@/cutcheckpoint", "@/cutcheckpoint/checkpoints", "byte "));
    cases.add(new Case(report + "@/nocheckpoint --split test", "nocheckpoint", "no checkpoint"));
    cases.add(new Case(report + "@/run --split tset", "--split", "tset", "validation"));
    cases.add(new Case(report + "@/run --threads 0", "--threads", "0"));
    cases.add(new Case("report @/run --out @/empty", "@/empty", "folder"));
    cases.add(new Case("report @/run --out @/run/run.json", "@/run/run.json", "not a report"));
    cases.add(new Case("report @/run --out @/none/r.html", "@/none", "no such"));
    cases.add(new Case("report @/run --out @/file/r.html", "@/file", "not a folder"));
    cases.add(new Case("report @/run --out /proc/ockham.html", "/proc"));
    cases.add(new Case("watch", "RUNS"));
    cases.add(new Case("watch ''", "RUNS", "empty"));
    cases.add(new Case("watch @/none", "@/none", "no such"));
    cases.add(new Case("watch @/file", "@/file", "not a folder"));
    cases.add(new Case("watch @/empty --port 70000", "--port", "0 to 65535", "70000"));
    cases.add(new Case("watch @/empty --port -1", "--port", "-1"));
    cases.add(new Case("watch @/empty --port x", "--port", "'x'"));
    return cases;
  }
}
