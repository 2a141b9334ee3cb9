package dev.ockham.core.quality;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Examples;
import dev.ockham.core.loss.Loss;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.Judge;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.Snapshot;
import dev.ockham.runtime.file.CheckedText;
import dev.ockham.runtime.file.MalformedFileException;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * How good and how sure a run's network is before and after pruning, as its folder keeps it in
 * {@code quality.json}.
 *
 * @param split which examples it was measured on
 * @param quality as {@link QualityReport#toMap} gives it
 * @param certainty as {@link UncertaintyReport#toMap} gives it, of the mean weights: {@code dense}
 *     and {@code pruned}; empty where nothing says how sure the network is
 */
public record MeasuredQuality(
    String split, Map<String, Object> quality, Map<String, Map<String, Object>> certainty) {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  private static final TypeReference<LinkedHashMap<String, Object>> TREE = new TypeReference<>() {};
  private static final TypeReference<LinkedHashMap<String, Map<String, Object>>> TREES =
      new TypeReference<>() {};

  /**
   * Measures a run's network.
   *
   * @param snapshot the run's weights
   * @param pruned the model that pruning at the run's threshold made of them
   * @param judge what its outputs are compared with
   * @param names of classes, labels or numbers; none where they are not known
   * @param split name of the examples
   * @param examples what to predict
   * @param threads cores to use; the result does not depend on it
   * @return null where a teacher is learnt, or there is no example
   */
  public static @Nullable MeasuredQuality measure(
      Snapshot snapshot,
      ModelFile pruned,
      Judge judge,
      List<String> names,
      String split,
      Examples examples,
      int threads) {
    if (judge instanceof Judge.Teacher || examples.count() == 0 || !examples.labelled()) {
      return null;
    }
    List<Mask> all = snapshot.layers().stream().map(l -> Mask.all(l.theta().length)).toList();
    Model dense = snapshot.method().prunes() ? snapshot.masked(all) : null;
    Map<String, Map<String, Object>> certainty = new LinkedHashMap<>();
    if (!(judge instanceof Judge.OfNumbers numbers && numbers.loss() instanceof Loss.Huber)) {
      List<String> known = judge instanceof Judge.OfNumbers numbers ? numbers.names() : names;
      if (dense != null) {
        certainty.put(
            "dense",
            UncertaintyReport.of(List.of(dense), judge, known, examples, null, threads).toMap());
      }
      certainty.put(
          "pruned",
          UncertaintyReport.of(List.of(pruned.model()), judge, known, examples, null, threads)
              .toMap());
    }
    Predicted after = Predicted.of(pruned.model(), judge, names, examples, threads, _ -> {});
    Predicted before =
        dense == null ? null : Predicted.of(dense, judge, names, examples, threads, _ -> {});
    return new MeasuredQuality(split, QualityComparison.of(after, before).toMap(), certainty);
  }

  /** Names of a data set's classes, labels or numbers, whichever it has; none if it has none. */
  public static List<String> names(Dataset data) {
    if (!data.classNames().isEmpty()) {
      return data.classNames();
    }
    return data.rules().labels().isEmpty() ? data.rules().numbers() : data.rules().labels();
  }

  /**
   * Writes {@code quality.json}, whole or not at all.
   *
   * @param run whose network it is, see {@link RunRecord#id}; null for one that has no name
   */
  public void write(RunFolder folder, @Nullable String run) throws IOException {
    Map<String, Object> tree = new LinkedHashMap<>();
    if (run != null) {
      tree.put(RunRecord.OWNER, run);
    }
    tree.put("split", split);
    tree.put("quality", quality);
    tree.put("certainty", certainty);
    CheckedText.write(folder.quality(), JSON.writeValueAsString(tree));
  }

  /**
   * Reads a run's {@code quality.json}; null where there is none.
   *
   * @param run whose network it must be
   * @return null if there is none
   * @throws RunException if it is not what {@link #write} writes, or another run's
   * @throws MalformedFileException if it was damaged
   */
  public static @Nullable MeasuredQuality read(RunFolder folder, RunRecord run) throws IOException {
    if (!Files.exists(folder.quality())) {
      return null;
    }
    try {
      Map<String, Object> tree = JSON.readValue(CheckedText.read(folder.quality()).text(), TREE);
      run.requireOwn(folder.quality(), "the quality", tree.get(RunRecord.OWNER));
      return new MeasuredQuality(
          String.valueOf(tree.get("split")),
          JSON.convertValue(Objects.requireNonNull(tree.get("quality")), TREE),
          JSON.convertValue(Objects.requireNonNull(tree.get("certainty")), TREES));
    } catch (JacksonException | IllegalArgumentException | NullPointerException e) {
      throw new RunException(
          "%s: is not what a run writes there; delete it and write the report again"
              .formatted(folder.quality()));
    }
  }
}
