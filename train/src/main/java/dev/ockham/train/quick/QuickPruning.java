package dev.ockham.train.quick;

import dev.ockham.core.arch.ModelNetwork;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.Subset;
import dev.ockham.core.evaluate.Evaluator;
import dev.ockham.core.evaluate.ModelInputs;
import dev.ockham.core.evidence.LaplaceLayer;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.prune.NormFolding;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Filling;
import dev.ockham.train.laplace.DiagonalFisher;
import dev.ockham.train.laplace.Likelihood;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Prunes a trained model in seconds to minutes, without training: Laplace's scores say which
 * weights go, least squares what the others become.
 *
 * <pre>{@code
 * QuickPruning pruning = QuickPruning.of(model, data.train(), QuickSpec.defaults(), line -> {});
 * Model half = pruning.toSparsity(0.5).model();
 * }</pre>
 */
public final class QuickPruning {

  private static final int FOLDING_EXAMPLES = 1000;

  private final Model whole;
  private final Examples examples;
  private final QuickSpec spec;
  private final Consumer<String> progress;
  private final Likelihood likelihood;
  private final long data;
  private final Reconstruction reconstruction;

  /** Scores of the whole model; empty until they are needed. */
  private final List<float[]> first = new ArrayList<>();

  /**
   * A pruned model.
   *
   * @param model of the graph of {@link #whole}, weights that are gone 0; compaction is up to the
   *     caller
   * @param masks of its tensors of weights that can be pruned, in the graph's order
   * @param gainNats sum of ΔF over the weights that went, where the evidence chose them; 0 else
   */
  public record Result(Model model, List<Mask> masks, double gainNats) {
    /** Copies the list. */
    public Result {
      masks = List.copyOf(masks);
    }

    /** Fraction of weights that are gone, in [0, 1]. */
    public double sparsity() {
      long all = masks.stream().mapToLong(Mask::length).sum();
      long kept = masks.stream().mapToLong(Mask::kept).sum();
      return all == 0 ? 0 : 1 - (double) kept / all;
    }
  }

  private QuickPruning(
      Model whole,
      Examples examples,
      Likelihood likelihood,
      QuickSpec spec,
      Consumer<String> progress) {
    this.whole = whole;
    this.examples = examples;
    this.likelihood = likelihood;
    this.data = examples.count();
    this.spec = spec;
    this.progress = progress;
    this.reconstruction =
        new Reconstruction(
            whole, draw(examples, spec.fitExamples(), spec.seed()), spec.seed(), spec.threads());
  }

  /**
   * Prepares a model: batch norms are folded in, with statistics of the examples where they have
   * none of their own, and a softmax at the end goes.
   *
   * @param model takes raw values
   * @param examples those it was trained on, raw values; some are drawn of them
   * @param progress takes a line when a long part begins
   * @throws IllegalArgumentException in one line, if they do not fit each other
   */
  public static QuickPruning of(
      Model model, Examples examples, QuickSpec spec, Consumer<String> progress) {
    Evaluator.requireFits(model, examples);
    Examples some = draw(examples, FOLDING_EXAMPLES, spec.seed());
    float[] rows = some.values(0, some.count());
    Model folded =
        NormFolding.fold(
            model, ModelInputs.split(model, rows, some.count()), some.count(), Filling.NONE);
    Model whole = ModelNetwork.trainable(folded);
    Likelihood likelihood =
        Likelihood.of(whole, draw(examples, spec.fisherExamples(), spec.seed()), spec.threads());
    return new QuickPruning(whole, examples, likelihood, spec, progress);
  }

  private static Examples draw(Examples examples, int most, long seed) {
    int[] all = IntStream.range(0, examples.count()).toArray();
    return examples.select(Subset.of(all, most, seed));
  }

  /** The model before pruning, as it is scored and refitted. */
  public Model whole() {
    return whole;
  }

  /** Laplace's approximation around a model of the same graph. */
  public Map<String, LaplaceLayer> laplace(Model model, int step) {
    Examples drawn = draw(examples, spec.fisherExamples(), spec.seed() + step);
    return DiagonalFisher.of(model, drawn, likelihood, spec.seed() + step, spec.threads())
        .layers(model, data);
  }

  /**
   * Removes a fraction of all weights, those with the lowest (h + δ)·w² first.
   *
   * @param sparsity wanted fraction of zeros, in [0, 1], biases not counted
   */
  public Result toSparsity(double sparsity) {
    return toSparsity(sparsity, Collections.nCopies(whole.graph().prunable().size(), 0L));
  }

  /**
   * The model at a sparsity, but of each tensor some weights stay, even if fewer go then.
   *
   * @param least how many stay at least, in the graph's order of tensors that can be pruned
   */
  public Result toSparsity(double sparsity, List<Long> least) {
    List<Mask> masks = List.of();
    Model model = whole;
    for (int step = 1; step <= spec.steps(); step++) {
      double left = 1 - (double) step / spec.steps();
      double wanted = sparsity * (1 - left * left * left);
      progress.accept(
          "step %s of %s: scores of %s examples"
              .formatted(step, spec.steps(), Math.min(data, spec.fisherExamples())));
      List<float[]> scores =
          laplace(model, step).values().stream().map(LaplaceLayer::scores).toList();
      masks = masks(scores, wanted, least);
      model = refitted(masked(model, masks));
    }
    return new Result(model, masks, 0);
  }

  /**
   * The model at a sparsity at once, by scores of the whole model that are found once, and without
   * refitting: it shows how large such a model is, not how good.
   */
  public Result atOnce(double sparsity, List<Long> least) {
    if (first.isEmpty()) {
      laplace(whole, 1).values().forEach(layer -> first.add(layer.scores()));
    }
    List<Mask> masks = masks(first, sparsity, least);
    return new Result(masked(whole, masks), masks, 0);
  }

  private static List<Mask> masks(List<float[]> scores, double sparsity, List<Long> least) {
    long all = scores.stream().mapToLong(layer -> layer.length).sum();
    return Mask.keeping(scores, Mask.keptAt(sparsity, all), least).masks();
  }

  /**
   * Removes every weight whose ΔF is not negative, refits, and so on until nothing more goes or the
   * total ΔF no longer rises.
   */
  public Result byEvidence() {
    List<Mask> masks =
        whole.graph().prunable().stream().map(p -> Mask.all(p.shape().size())).toList();
    Model model = whole;
    double total = 0;
    for (int step = 1; step <= spec.steps(); step++) {
      progress.accept(
          "step %s: evidence from %s examples"
              .formatted(step, Math.min(data, spec.fisherExamples())));
      List<LaplaceLayer> layers = List.copyOf(laplace(model, step).values());
      List<Mask> next = new ArrayList<>();
      double gain = 0;
      long removed = 0;
      for (int k = 0; k < layers.size(); k++) {
        LaplaceLayer layer = layers.get(k);
        Mask mask = masks.get(k).where(i -> layer.gain(i) < 0);
        for (int i = 0; i < mask.length(); i++) {
          if (masks.get(k).keeps(i) && !mask.keeps(i) && layer.weights()[i] != 0) {
            gain += layer.gain(i);
            removed++;
          }
        }
        next.add(mask);
      }
      masks = next;
      total += gain;
      model = masked(model, masks);
      if (removed == 0 || !(gain > 0)) {
        break;
      }
      model = refitted(model);
    }
    return new Result(model, masks, total);
  }

  private Model refitted(Model model) {
    if (!spec.refits()) {
      return model;
    }
    progress.accept("least squares on %s examples".formatted(Math.min(data, spec.fitExamples())));
    return reconstruction.refit(model);
  }

  /** A model with weights that masks leave out set to 0. */
  private static Model masked(Model model, List<Mask> masks) {
    Map<String, Matrix> numbers = new LinkedHashMap<>(model.values());
    List<Parameter> prunable = model.graph().prunable();
    for (int k = 0; k < prunable.size(); k++) {
      Parameter parameter = prunable.get(k);
      float[] weights =
          Objects.requireNonNull(numbers.get(parameter.name()), parameter.name()).toDense();
      numbers.put(
          parameter.name(),
          DenseMatrix.of(parameter.rows(), parameter.columns(), masks.get(k).apply(weights)));
    }
    return new Model(model.architecture(), model.graph(), numbers);
  }
}
