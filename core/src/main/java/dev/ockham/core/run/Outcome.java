package dev.ockham.core.run;

import dev.ockham.core.data.Examples;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.EpochMetrics.Score;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.model.Model;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a network is worth before and after pruning, measured with the plain-Java runtime.
 *
 * @param split which images measured it: {@code validation} or {@code test}
 * @param images how many; 0 where none were held out
 * @param weights weights of the original architecture, biases not counted
 * @param rows the forms of the network in the order of {@link Form}; only the dense one where the
 *     method does not prune
 */
public record Outcome(String split, int images, long weights, List<Row> rows) {

  /** A network before, while and after weights go. */
  public enum Form {
    /** All mean weights. */
    DENSE,
    /** The mean weights that stay at the threshold, in the original shapes. */
    MASKED,
    /** The masked network without the units that no longer matter: the model file. */
    PRUNED;

    /** The form as files spell it. */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A network in one form: its score and its size.
   *
   * @param form which one
   * @param score error and NLL; null where nothing measured it
   * @param nonzeroWeights weights that differ from 0
   * @param bytes of a model file that holds it
   */
  public record Row(Form form, @Nullable Score score, long nonzeroWeights, long bytes) {}

  public Outcome {
    rows = List.copyOf(rows);
  }

  /**
   * Measures a run's network in each of its forms.
   *
   * @param snapshot the run's weights
   * @param pruned the model that pruning at the run's threshold made of them
   * @param judge what the network's outputs are compared with
   * @param split name of the images
   * @param images what to predict; may be empty
   * @param threads cores to use; the result does not depend on it
   */
  public static Outcome measure(
      Snapshot snapshot,
      ModelFile pruned,
      Judge judge,
      String split,
      Examples images,
      int threads) {
    List<Mask> all = snapshot.layers().stream().map(l -> Mask.all(l.theta().length)).toList();
    List<Row> rows = new ArrayList<>();
    rows.add(row(Form.DENSE, pruned, snapshot.masked(all), judge, images, threads));
    if (snapshot.method().prunes()) {
      Model masked = snapshot.masked(snapshot.masksAt(snapshot.threshold()));
      rows.add(row(Form.MASKED, pruned, masked, judge, images, threads));
      rows.add(row(Form.PRUNED, pruned, pruned.model(), judge, images, threads));
    }
    return new Outcome(split, images.count(), snapshot.architecture().weights(), rows);
  }

  private static Row row(
      Form form, ModelFile likeThis, Model model, Judge judge, Examples images, int threads) {
    Score score = images.count() > 0 ? judge.score(model, images, threads, _ -> {}) : null;
    long bytes = new ModelFile(model, likeThis.provenance(), likeThis.rules()).byteSize();
    return new Row(form, score, model.nonZeroWeights(), bytes);
  }

  /** Weights of the original over those of a row; infinite where none is left. */
  public double compression(Row row) {
    return (double) weights / row.nonzeroWeights();
  }

  /** The group {@code outcome} of {@code run.json}. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("split", split);
    map.put("images", images);
    map.put("weights", weights);
    for (Row row : rows) {
      Map<String, Object> entry = new LinkedHashMap<>();
      Score score = row.score();
      if (score != null) {
        entry.putAll(score.fields());
      }
      entry.put("nonzero_weights", row.nonzeroWeights());
      entry.put("bytes", row.bytes());
      map.put(row.form().key(), entry);
    }
    return map;
  }

  static Outcome of(Fields fields) throws RunException {
    List<Row> rows = new ArrayList<>();
    for (Form form : Form.values()) {
      if (form == Form.DENSE || fields.values().containsKey(form.key())) {
        Fields row = fields.group(form.key());
        rows.add(
            new Row(form, Score.read(row, ""), row.whole("nonzero_weights"), row.whole("bytes")));
      }
    }
    return new Outcome(fields.text("split"), fields.count("images"), fields.whole("weights"), rows);
  }
}
