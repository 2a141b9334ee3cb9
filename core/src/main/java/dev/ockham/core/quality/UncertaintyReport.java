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
   * Measures one network by its numbers alone.
   *
   * @param judge what its outputs are compared with; a teacher's are compared with classes here
   * @param names of numbers, one each
   * @param examples what is predicted, with what is right
   * @param foreign data of another kind; null for none
   * @param threads cores to use; the result does not depend on it
   * @throws IllegalArgumentException if model and examples do not fit each other, or nothing says
   *     how large the noise of numbers is
   */
  static UncertaintyReport of(
      Model model,
      Judge judge,
      List<String> names,
      Examples examples,
      @Nullable Examples foreign,
      int threads) {
    return switch (judge) {
      case Judge.Labels(), Judge.Teacher _ ->
          ClassCertainty.of(
              UncertainClasses.of(model, examples, threads, _ -> {}),
              examples,
              foreign == null ? null : UncertainClasses.of(model, foreign, threads, _ -> {}));
      case Judge.SeveralLabels() ->
          LabelCertainty.of(
              UncertainLabels.of(model, examples, threads, _ -> {}),
              examples,
              foreign == null ? null : UncertainLabels.of(model, foreign, threads, _ -> {}));
      case Judge.OfNumbers numbers ->
          NumberCertainty.of(
              UncertainNumbers.of(model, numbers, examples, threads, _ -> {}),
              names,
              examples,
              foreign == null
                  ? null
                  : UncertainNumbers.of(model, numbers, foreign, threads, _ -> {}));
    };
  }
}
