package dev.ockham.core.quality;

import dev.ockham.core.metrics.PairedBootstrap.Interval;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How good predictions are, class by class, label by label or output by output, beside those of
 * another network for the same examples, such as the one before pruning.
 *
 * @param kind {@code classes}, {@code labels} or {@code numbers}
 * @param examples how many were predicted
 * @param measure what a row's harm is of: {@code f1}, or {@code rmse} of numbers
 * @param before measures over all, of the other network; empty where there is none
 * @param after measures over all
 * @param rows one for each class, label or output
 * @param confusion of classes, how many of each label were taken for each class; else empty
 */
public record QualityReport(
    String kind,
    long examples,
    String measure,
    Map<String, Double> before,
    Map<String, Double> after,
    List<Row> rows,
    List<List<Long>> confusion) {

  /** Copies everything. */
  public QualityReport {
    before = ordered(before);
    after = ordered(after);
    rows = List.copyOf(rows);
    confusion = confusion.stream().map(List::copyOf).toList();
  }

  /**
   * One class, label or output.
   *
   * @param name what it is called
   * @param before its measures for the other network; empty where there is none
   * @param after its measures
   * @param harm by how much it is worse than before: F1 that was lost, or RMSE that was gained;
   *     null where there is no other network
   * @param interval of the harm, by the paired bootstrap; null likewise
   */
  public record Row(
      String name,
      Map<String, Double> before,
      Map<String, Double> after,
      @Nullable Double harm,
      @Nullable Interval interval) {
    /** Copies the maps. */
    public Row {
      before = ordered(before);
      after = ordered(after);
    }

    /**
     * Whether the quality is worse by more than chance would explain: all of the interval is above
     * 0.
     */
    public boolean hurt() {
      return interval != null && interval.from() > 0;
    }

    Map<String, Object> toMap() {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("name", name);
      map.put("pruned", defined(after));
      if (!before.isEmpty()) {
        map.put("dense", defined(before));
      }
      if (harm != null && interval != null) {
        map.put("harm", harm);
        map.put("harm_from", interval.from());
        map.put("harm_to", interval.to());
      }
      return map;
    }
  }

  /** The rows that are worse by more than chance would explain, the worst first. */
  public List<Row> hurtMost() {
    return rows.stream()
        .filter(Row::hurt)
        .sorted(Comparator.comparingDouble(row -> -harm(row)))
        .toList();
  }

  private static double harm(Row row) {
    Double harm = row.harm();
    return harm == null || harm.isNaN() ? 0 : harm;
  }

  /** The report by name, for programs and files. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("kind", kind);
    map.put("examples", examples);
    map.put("pruned", defined(after));
    if (!before.isEmpty()) {
      map.put("dense", defined(before));
    }
    map.put("harm_of", measure);
    map.put("hurt_most", hurtMost().stream().map(Row::name).toList());
    List<Map<String, Object>> each = new ArrayList<>();
    rows.forEach(row -> each.add(row.toMap()));
    map.put("rows", each);
    if (!confusion.isEmpty()) {
      map.put("confusion", confusion);
    }
    return map;
  }

  /** What is not defined, such as the ranking of a class without examples, has no number. */
  private static Map<String, Object> defined(Map<String, Double> measures) {
    Map<String, Object> defined = new LinkedHashMap<>();
    measures.forEach((key, value) -> {
      if (!value.isNaN()) {
        defined.put(key, value);
      }
    });
    return defined;
  }

  private static Map<String, Double> ordered(Map<String, Double> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }
}
