package dev.ockham.cli.console;

import dev.ockham.core.bits.BitSearch;
import dev.ockham.core.bits.Bits;
import dev.ockham.core.bits.Quantized;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.Split;
import dev.ockham.core.run.EpochMetrics.Score;
import dev.ockham.core.run.Judge;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.spec.DataSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How exactly a model's numbers are kept, and what that costs on the validation examples. */
public final class BitsOption {

  @Option(
      names = "--bits",
      paramLabel = "B",
      description =
          "Write a compact file, with so many bits a weight: auto, as few as the posterior and the"
              + " validation data allow; 2 to 16; float16; or float32, where nothing is rounded."
              + " Default: a plain file of float32.")
  private @Nullable String bits;

  /**
   * What became of a model.
   *
   * @param chosen the model with its steps
   * @param before its quality on validation examples as it was; null where nothing was rounded
   * @param after its quality as it is kept
   */
  public record Kept(Quantized chosen, @Nullable Score before, @Nullable Score after) {}

  /** Whether a compact file is asked for. */
  public boolean given() {
    return bits != null;
  }

  /**
   * Checks what is asked for, before anything is done.
   *
   * @throws SpecException naming the value that is none
   */
  public void require() {
    if (bits != null) {
      var _ = parsed();
    }
  }

  private Bits parsed() {
    try {
      return Bits.parse(String.valueOf(bits));
    } catch (IllegalArgumentException e) {
      throw new SpecException("--bits: " + e.getMessage());
    }
  }

  /**
   * Rounds a model of a run.
   *
   * @param model pruned
   * @throws IOException if the run's data cannot be read, or are others
   */
  public Kept apply(
      RunFolder folder, RunRecord record, Snapshot snapshot, Model model, PrintWriter err)
      throws IOException {
    return switch (parsed()) {
      case Bits.Float32() -> new Kept(Quantized.exact(model), null, null);
      case Bits.Float16() ->
          measured(folder, record, snapshot, model, Quantized.ofHalves(model), err);
      case Bits.Whole(int each) ->
          measured(folder, record, snapshot, model, Quantized.ofBits(model, each), err);
      case Bits.Auto() -> {
        Judge judge = Judge.of(folder, record);
        Examples examples = validation(folder, record, snapshot, err);
        BitSearch.Found found =
            BitSearch.search(
                model, snapshot.relativeDeviations(), each -> score(judge, each, examples));
        yield new Kept(found.chosen(), found.before(), found.after());
      }
    };
  }

  private static Kept measured(
      RunFolder folder,
      RunRecord record,
      Snapshot snapshot,
      Model model,
      Quantized rounded,
      PrintWriter err)
      throws IOException {
    Judge judge = Judge.of(folder, record);
    Examples examples = validation(folder, record, snapshot, err);
    return new Kept(
        rounded, score(judge, model, examples), score(judge, rounded.model(), examples));
  }

  private static Score score(Judge judge, Model model, Examples examples) {
    return judge.score(model, examples, Runtime.getRuntime().availableProcessors(), _ -> {});
  }

  private static Examples validation(
      RunFolder folder, RunRecord record, Snapshot snapshot, PrintWriter err) throws IOException {
    DataSpec spec = record.spec().data();
    Dataset data = DataSource.find(spec, snapshot.architecture().graph(), err);
    if (!data.contentHash().equals(record.data().sha256())) {
      throw new RunException(
          "%s was trained on other data: sha256 %s, but '%s' has %s"
              .formatted(folder.root(), record.data().sha256(), spec.name(), data.contentHash()));
    }
    int[] held = Split.stratified(data.train(), spec.validation(), spec.splitSeed()).validation();
    if (held.length == 0) {
      throw new RunException(
          "%s held out no validation examples, which --bits is chosen on; --bits float32 needs none"
              .formatted(folder.root()));
    }
    return data.train().select(held);
  }

  /** What rounding cost, as JSON has it; empty where nothing was rounded. */
  public static Map<String, Object> toMap(Kept kept) {
    Map<String, Object> map = new LinkedHashMap<>();
    if (kept.before() != null && kept.after() != null) {
      put(map, "before_rounding", kept.before());
      put(map, "after_rounding", kept.after());
    }
    return map;
  }

  private static void put(Map<String, Object> map, String ending, Score score) {
    if (score.labelled()) {
      map.put("validation_error_percent_" + ending, score.errorPercent());
    }
    map.put("validation_loss_" + ending, score.nll());
  }

  /** Says what rounding cost; nothing where nothing was rounded. */
  public static void say(Kept kept, PrintWriter out) {
    Score before = kept.before();
    Score after = kept.after();
    if (before != null && after != null) {
      out.printf(
          Locale.ROOT,
          "rounding, on validation examples: loss %.4f before, %.4f after%s%n",
          before.nll(),
          after.nll(),
          before.labelled()
              ? String.format(
                  Locale.ROOT,
                  "; error %.2f %%, %.2f %%",
                  before.errorPercent(),
                  after.errorPercent())
              : "");
    }
  }
}
