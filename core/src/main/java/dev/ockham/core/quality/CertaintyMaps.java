package dev.ockham.core.quality;

import dev.ockham.core.metrics.Reliability;
import dev.ockham.core.metrics.RiskCoverage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Curves of certainty as maps, for programs. */
final class CertaintyMaps {

  private CertaintyMaps() {}

  static List<Map<String, Object>> curve(RiskCoverage risk) {
    List<Map<String, Object>> curve = new ArrayList<>();
    for (RiskCoverage.Point point : risk.points()) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("coverage", point.coverage());
      entry.put("risk", point.risk());
      curve.add(entry);
    }
    return curve;
  }

  static List<Map<String, Object>> bins(Reliability reliability) {
    List<Map<String, Object>> bins = new ArrayList<>();
    for (Reliability.Bin bin : reliability.bins()) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("from", bin.from());
      entry.put("to", bin.to());
      entry.put("examples", bin.examples());
      entry.put("confidence", bin.confidence());
      entry.put("accuracy", bin.accuracy());
      bins.add(entry);
    }
    return bins;
  }
}
