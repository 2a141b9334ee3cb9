package dev.ockham.core.bits;

import dev.ockham.core.run.EpochMetrics.Score;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.model.Model;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * The coarsest steps that cost next to nothing on validation data. A weight of posterior deviation
 * σ needs no finer step than about σ (arXiv:1705.08665, section 4): the step of a parameter is c
 * times the σ that is typical of its weights. First c is the largest, one for all, that keeps error
 * and loss; then that of one parameter after another is raised as far as it goes.
 */
public final class BitSearch {

  /** Largest rise of the loss, as a fraction of it, and in nats where the loss is tiny. */
  private static final double LOSS_SHARE = 0.01;

  private static final double LEAST_LOSS = 0.0005;

  /** Largest rise of the error, in points. */
  private static final double ERROR_POINTS = 0.02;

  /** Largest rise of the root mean squared error of an output, as a fraction of it. */
  private static final double RMSE_SHARE = 0.005;

  /** c is searched among {@code 2^(k/2)}, from coarse to fine. */
  private static final int COARSEST = 6;

  private static final int FINEST = -16;

  /** σ over the size of a weight, where the method has no σ. */
  private static final double WITHOUT_POSTERIOR = 0.25;

  private BitSearch() {}

  /**
   * What the search found.
   *
   * @param chosen the rounded model; the model itself if every step cost too much
   * @param before quality of the model as it was
   * @param after quality of what was chosen
   */
  public record Found(Quantized chosen, Score before, Score after) {}

  /**
   * Searches the coarsest step of each parameter that the quality bears.
   *
   * @param relativeDeviations σ over the size of a weight that is typical of a parameter's weights,
   *     by the parameter's name; those without are taken for {@value #WITHOUT_POSTERIOR}
   * @param quality measures a model on validation data
   */
  public static Found search(
      Model model, Map<String, Double> relativeDeviations, Function<Model, Score> quality) {
    Score before = quality.apply(model);
    Map<String, Double> sizes = new HashMap<>();
    for (Parameter parameter : model.graph().parameters()) {
      sizes.put(parameter.name(), size(model.value(parameter.name()).toDense()));
    }
    Steps steps = new Steps(sizes, relativeDeviations);
    Map<String, Integer> exponents = new HashMap<>();
    for (int k = COARSEST; k >= FINEST; k--) {
      int all = k;
      sizes.keySet().forEach(name -> exponents.put(name, all));
      Quantized rounded = Quantized.ofSteps(model, steps.of(exponents));
      Score after = quality.apply(rounded.model());
      if (keeps(before, after)) {
        return refined(model, steps, exponents, new Found(rounded, before, after), quality);
      }
    }
    return new Found(Quantized.exact(model), before, before);
  }

  /** Coarser steps of single parameters, the largest first, as long as they keep the quality. */
  private static Found refined(
      Model model,
      Steps steps,
      Map<String, Integer> exponents,
      Found first,
      Function<Model, Score> quality) {
    Found found = first;
    List<Parameter> weights = new ArrayList<>(model.graph().prunable());
    weights.sort(
        Comparator.comparingLong((Parameter p) -> model.value(p.name()).nonZeros()).reversed());
    for (Parameter parameter : weights) {
      int coarse = exponents.getOrDefault(parameter.name(), FINEST);
      while (coarse < COARSEST) {
        exponents.put(parameter.name(), coarse + 1);
        Quantized rounded = Quantized.ofSteps(model, steps.of(exponents));
        Score after = quality.apply(rounded.model());
        if (!keeps(found.before(), after)) {
          break;
        }
        found = new Found(rounded, found.before(), after);
        coarse++;
      }
      exponents.put(parameter.name(), coarse);
    }
    return found;
  }

  /**
   * Steps of parameters: {@code 2^(k/2)} times the σ that is typical of their weights.
   *
   * @param sizes root mean squares of a parameter's numbers, by its name
   * @param relativeDeviations σ by these, where the method has one
   */
  private record Steps(Map<String, Double> sizes, Map<String, Double> relativeDeviations) {
    ToDoubleFunction<Parameter> of(Map<String, Integer> exponents) {
      return parameter -> {
        String name = parameter.name();
        double c = Math.pow(2, exponents.getOrDefault(name, FINEST) / 2.0);
        double relative = relativeDeviations.getOrDefault(name, WITHOUT_POSTERIOR);
        return c * relative * sizes.getOrDefault(name, 0.0);
      };
    }
  }

  private static boolean keeps(Score before, Score after) {
    double loss = Math.max(LEAST_LOSS, LOSS_SHARE * Math.abs(before.nll()));
    return after.nll() <= before.nll() + loss
        && keepsNumbers(before.rmse(), after.rmse())
        && (!before.labelled() || after.errorPercent() <= before.errorPercent() + ERROR_POINTS);
  }

  /** The likelihood of numbers with noise of their own hides what rounding does to the mean. */
  private static boolean keepsNumbers(Map<String, Double> before, Map<String, Double> after) {
    return before.entrySet().stream()
        .allMatch(each ->
            after.getOrDefault(each.getKey(), Double.POSITIVE_INFINITY)
                <= (1 + RMSE_SHARE) * each.getValue());
  }

  /** Root of the mean square of those that are not 0. */
  private static double size(float[] numbers) {
    double squares = 0;
    long count = 0;
    for (float value : numbers) {
      squares += (double) value * value;
      count += value == 0 ? 0 : 1;
    }
    return count == 0 ? 0 : Math.sqrt(squares / count);
  }
}
