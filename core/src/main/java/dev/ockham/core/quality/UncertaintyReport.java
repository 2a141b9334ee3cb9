package dev.ockham.core.quality;

import dev.ockham.core.data.Examples;
import dev.ockham.core.run.Judge;
import dev.ockham.runtime.model.Model;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How far the certainty of predictions may be trusted. */
public sealed interface UncertaintyReport permits ClassCertainty, LabelCertainty, NumberCertainty {

  /** For programs and files. */
  Map<String, Object> toMap();

  /**
   * Measures.
   *
   * @param models one network by its numbers alone, or several that were drawn
   * @param judge what its outputs are compared with; a teacher's are compared with classes here
   * @param names of numbers, one each
   * @param examples what is predicted, with what is right
   * @param foreign data of another kind; null for none
   * @param threads cores to use; the result does not depend on it
   * @throws IllegalArgumentException if model and examples do not fit each other, or nothing says
   *     how large the noise of numbers is
   */
  static UncertaintyReport of(
      List<Model> models,
      Judge judge,
      List<String> names,
      Examples examples,
      @Nullable Examples foreign,
      int threads) {
    return switch (judge) {
      case Judge.Labels(), Judge.Teacher _ ->
          ClassCertainty.of(
              UncertainClasses.of(models, examples, threads),
              examples,
              foreign == null ? null : UncertainClasses.of(models, foreign, threads));
      case Judge.SeveralLabels() ->
          LabelCertainty.of(
              UncertainLabels.of(models, examples, threads),
              examples,
              foreign == null ? null : UncertainLabels.of(models, foreign, threads));
      case Judge.OfNumbers numbers ->
          NumberCertainty.of(
              UncertainNumbers.of(models, numbers, examples, threads),
              names,
              examples,
              foreign == null ? null : UncertainNumbers.of(models, numbers, foreign, threads));
    };
  }
}
