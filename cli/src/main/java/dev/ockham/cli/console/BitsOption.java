package dev.ockham.cli.console;

import dev.ockham.core.bits.BitSearch;
import dev.ockham.core.bits.Bits;
import dev.ockham.core.bits.Quantized;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.Split;
import dev.ockham.core.evaluate.Evaluator;
import dev.ockham.core.metrics.Classification;
import dev.ockham.core.run.EpochMetrics.Score;
import dev.ockham.core.run.Judge;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.spec.DataSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
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
              + " validation data allow (of a model file: 10,000 training examples); 2 to 16;"
              + " float16; or float32, where nothing is rounded."
              + " Default: a plain file of float32.")
  private @Nullable String bits;

  /** Examples that the bits of a model file are chosen on. */
  private static final int SAMPLE = 10_000;

  private static final long SAMPLE_SEED = 0;

  /**
   * What became of a model.
   *
   * @param chosen the model with its steps
   * @param before its quality as it was; null where that was not measured
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

  /**
   * A model of a file, rounded.
   *
   * @param chosen the model with its steps
   * @param changedPercent of the examples that {@code auto} looked at, those whose class is another
   *     than before; null where it was not asked
   */
  public record Rewritten(Quantized chosen, @Nullable Double changedPercent) {}

  /**
   * Rounds the model of a file. A file knows neither its posterior nor which examples were held
   * out, and of those that it was trained on it is too sure: {@code auto} is the coarsest that
   * leaves it its own answers, right or wrong, to 10,000 of them.
   *
   * @param place where the file is
   * @throws SpecException if {@code auto} is asked for and the model tells no classes, or the file
   *     names no data, or such as {@link RecordedData} does not let it choose
   * @throws IOException if its data cannot be read, or are others
   */
  public Rewritten apply(Path place, ModelFile file, PrintWriter err) throws IOException {
    Model model = file.model();
    return switch (parsed()) {
      case Bits.Float32() -> new Rewritten(Quantized.exact(model), null);
      case Bits.Float16() -> new Rewritten(Quantized.ofHalves(model), null);
      case Bits.Whole(int each) -> new Rewritten(Quantized.ofBits(model, each), null);
      case Bits.Auto() -> {
        Examples examples = training(place, file, err);
        int[] answers = answers(model, examples);
        BitSearch.Found found =
            BitSearch.search(model, Map.of(), each -> against(answers, each, examples));
        yield new Rewritten(found.chosen(), found.after().errorPercent());
      }
    };
  }

  /** The class that a model gives to each example. */
  private static int[] answers(Model model, Examples examples) {
    int[] answers = new int[examples.count()];
    int classes = model.classes();
    Evaluator.run(
        model,
        examples,
        Runtime.getRuntime().availableProcessors(),
        _ -> {},
        (values, row, example) -> {
          float[] logits = values.getFirst();
          int best = row * classes;
          for (int i = best; i < (row + 1) * classes; i++) {
            best = logits[i] > logits[best] ? i : best;
          }
          answers[example] = best - row * classes;
        });
    return answers;
  }

  /** How a model does where certain answers are the right ones. */
  private static Score against(int[] answers, Model model, Examples examples) {
    Classification.Accumulator sum = new Classification.Accumulator();
    int classes = model.classes();
    Evaluator.run(
        model,
        examples,
        Runtime.getRuntime().availableProcessors(),
        _ -> {},
        (values, row, example) ->
            sum.addLogits(values.getFirst(), row * classes, classes, answers[example]));
    return new Score(sum.result().errorPercent(), sum.result().nll());
  }

  private static Examples training(Path place, ModelFile file, PrintWriter err) throws IOException {
    if (!file.rules().labels().isEmpty() || !file.rules().numbers().isEmpty()) {
      throw new SpecException(
          "--bits auto: of a file it is for models that tell classes; name a number of bits, or"
              + " prune the run");
    }
    String name = file.provenance().getOrDefault("data", "");
    String sha256 = file.provenance().getOrDefault("data_sha256", "");
    if (name.isEmpty() || sha256.isEmpty()) {
      throw new SpecException(
          "--bits auto: the file does not say what it was trained on; name a number of bits, or"
              + " prune the run");
    }
    RecordedData.require(place, name, "name a number of bits, or prune the run");
    Dataset data = DataSource.findBy(file.rules(), DataSpec.defaults().named(name), err);
    if (!data.contentHash().equals(sha256)) {
      throw new RunException(
          "the model was trained on other data: sha256 %s, but '%s' has %s"
              .formatted(sha256, name, data.contentHash()));
    }
    Examples all = data.train();
    if (all.count() <= SAMPLE) {
      return all;
    }
    double share = (double) SAMPLE / all.count();
    return all.select(Split.stratified(all, share, SAMPLE_SEED).validation());
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

  /** What rounding cost, as JSON has it; empty where that was not measured. */
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

  /** Says what rounding cost; nothing where that was not measured. */
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
