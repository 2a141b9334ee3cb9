package dev.ockham.core.sweep;

import dev.ockham.core.run.MetricsLog;
import dev.ockham.core.run.Outcome;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import java.io.IOException;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What came of a trial, on validation examples, of the smallest form of its network.
 *
 * @param trial which one
 * @param status how its run ended
 * @param nll mean loss; null where none was measured
 * @param errorPercent classes told wrongly; null where there are none
 * @param weights that are not 0; null where the run did not end well
 * @param compression all weights over those; null where the run did not end well, or none is left
 * @param bytes of the model's file; null where the run did not end well
 * @param seconds of all its epochs
 * @param software that trained it; empty where the run did not begin
 */
public record TrialResult(
    Trial trial,
    RunRecord.Status status,
    @Nullable Double nll,
    @Nullable Double errorPercent,
    @Nullable Long weights,
    @Nullable Double compression,
    @Nullable Long bytes,
    double seconds,
    Map<String, String> software) {

  /** Copies the map. */
  public TrialResult {
    software = Collections.unmodifiableMap(new LinkedHashMap<>(software));
  }

  /** The best first; those without a loss last; of equals the earlier. */
  private static final Comparator<TrialResult> BEST_FIRST =
      Comparator.comparingDouble(TrialResult::rank).thenComparing(each -> each.trial().name());

  private static double rank(TrialResult result) {
    return result.nll == null || result.nll.isNaN() ? Double.POSITIVE_INFINITY : result.nll;
  }

  /** Reads the result of a trial from the folder of its run. */
  public static TrialResult read(Trial trial, RunFolder folder) throws IOException {
    if (!folder.holdsRun()) {
      return without(trial, RunRecord.Status.FAILED, 0, Map.of());
    }
    RunRecord record = RunRecord.read(folder);
    double seconds = MetricsLog.seconds(folder, record);
    Outcome outcome = record.outcome();
    if (outcome == null || record.status() != RunRecord.Status.FINISHED) {
      return without(trial, record.status(), seconds, record.software());
    }
    Outcome.Row last = outcome.rows().getLast();
    var score = last.score();
    return new TrialResult(
        trial,
        record.status(),
        score == null ? null : score.nll(),
        score == null || score.wrong() == null ? null : score.errorPercent(),
        last.nonzeroWeights(),
        last.nonzeroWeights() == 0 ? null : outcome.compression(last),
        last.bytes(),
        seconds,
        record.software());
  }

  /** That of a run that did not end well. */
  private static TrialResult without(
      Trial trial, RunRecord.Status status, double seconds, Map<String, String> software) {
    return new TrialResult(trial, status, null, null, null, null, null, seconds, software);
  }

  /** All of them, the best first. */
  public static List<TrialResult> ranked(List<TrialResult> results) {
    return results.stream().sorted(BEST_FIRST).toList();
  }

  /**
   * The results of trials that go on.
   *
   * @param keep the part of all that does; at least one does, if any ended well
   */
  public static List<Trial> best(List<TrialResult> results, double keep) {
    int most = Math.max(1, (int) Math.ceil(keep * results.size()));
    return ranked(results).stream()
        .filter(each -> each.status() == RunRecord.Status.FINISHED)
        .limit(most)
        .map(TrialResult::trial)
        .toList();
  }

  /** The result by name, for JSON. */
  public Map<String, @Nullable Object> toMap() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("trial", trial.name());
    map.put("change", trial.change());
    map.put("settings", trial.settings());
    map.put("epochs", trial.spec().training().epochs());
    map.put("status", status.name().toLowerCase(java.util.Locale.ROOT));
    map.put("nll", nll);
    map.put("error_percent", errorPercent);
    map.put("nonzero_weights", weights);
    map.put("compression", compression);
    map.put("bytes", bytes);
    map.put("seconds", seconds);
    return map;
  }
}
