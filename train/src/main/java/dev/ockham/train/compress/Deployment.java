package dev.ockham.train.compress;

import dev.ockham.core.bits.BitSearch;
import dev.ockham.core.bits.Quantized;
import dev.ockham.core.data.Examples;
import dev.ockham.core.evaluate.ModelWork;
import dev.ockham.core.goal.Measured;
import dev.ockham.core.prune.Compaction;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.quality.Predicted;
import dev.ockham.core.run.Judge;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.Snapshot;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A network as it is shipped: pruned, without units that do not matter, and in few bits where that
 * is asked for.
 *
 * @param file with its provenance
 * @param steps what numbers are multiples of, by parameter; empty for a plain file of floats
 * @param compact whether it is written as a compact file
 */
public record Deployment(ModelFile file, Map<String, Float> steps, boolean compact) {

  /** Multiply-adds that a search of bits may spend on one look at the validation examples. */
  private static final double BIT_SEARCH_WORK = 2e10;

  private static final int FEWEST_EXAMPLES = 500;

  /** What networks are measured with. */
  record Bench(Judge judge, List<String> names, Examples validation, int threads) {

    Predicted ask(Model model) {
      return Predicted.of(model, judge, names, validation, threads, _ -> {});
    }

    /** So many of the examples that looking at them is no work worth mentioning. */
    private Bench brief(Model model) {
      double each = Math.max(1, ModelWork.of(model).sparseMultiplyAdds());
      int count = (int) Math.clamp(BIT_SEARCH_WORK / each, FEWEST_EXAMPLES, Integer.MAX_VALUE);
      if (count >= validation.count()) {
        return this;
      }
      int[] some = new int[count];
      for (int i = 0; i < count; i++) {
        some[i] = (int) ((long) i * validation.count() / count);
      }
      return new Bench(judge, names, validation.select(some), threads);
    }
  }

  /** The network as it is, all weights included, in a plain file. */
  static Deployment dense(RunRecord record, Snapshot snapshot) {
    List<Mask> all = snapshot.layers().stream().map(l -> Mask.all(l.theta().length)).toList();
    return new Deployment(record.modelFile(snapshot.pruned(all)), Map.of(), false);
  }

  /**
   * The network with the weights that stay at a sparsity.
   *
   * @throws RunException if the method gives no scores
   */
  static Deployment plain(RunRecord record, Snapshot snapshot, double sparsity, Limits limits)
      throws RunException {
    List<Mask> masks = limits.masks(snapshot, sparsity);
    return new Deployment(record.modelFile(snapshot.pruned(masks), sparsity), Map.of(), false);
  }

  /** A network that was pruned without training, without the units that do not matter. */
  static Deployment of(RunRecord record, Model pruned) {
    return new Deployment(record.modelFile(Compaction.compact(pruned)), Map.of(), false);
  }

  /** The same in as few bits as the validation examples allow. */
  Deployment inFewBits(Map<String, Double> relativeDeviations, Bench bench) {
    Bench brief = bench.brief(file.model());
    Quantized chosen =
        BitSearch.search(
                file.model(),
                relativeDeviations,
                model -> brief.judge().score(model, brief.validation(), brief.threads(), _ -> {}))
            .chosen();
    return rounded(chosen);
  }

  /** The same rounded by the steps of another pruning of it. */
  Deployment roundedAs(Map<String, Float> others) {
    return rounded(
        Quantized.ofSteps(
            file.model(),
            parameter ->
                others.getOrDefault(parameter.name(), 0f)
                    * (parameter.role().prunable() ? 1 : Quantized.FINER)));
  }

  private Deployment rounded(Quantized chosen) {
    return new Deployment(
        new ModelFile(chosen.model(), file.provenance(), file.rules()), chosen.steps(), true);
  }

  /** Bytes of the file. */
  public long bytes() {
    return compact ? file.compactSize(steps) : file.byteSize();
  }

  /** Writes the file, whole or not at all. */
  public void save(Path path) throws IOException {
    if (compact) {
      file.saveCompact(path, steps);
    } else {
      file.save(path);
    }
  }

  /**
   * Measures it, but for latency.
   *
   * @param original weights before anything was pruned
   */
  Measured measure(long original, Bench bench) {
    return Measured.of(original, file.model(), bytes(), bench.ask(file.model()));
  }
}
