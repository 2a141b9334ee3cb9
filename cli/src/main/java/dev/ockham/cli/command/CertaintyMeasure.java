package dev.ockham.cli.command;

import dev.ockham.core.data.Examples;
import dev.ockham.core.quality.ClassCertainty;
import dev.ockham.core.quality.LabelCertainty;
import dev.ockham.core.quality.NumberCertainty;
import dev.ockham.core.quality.UncertainClasses;
import dev.ockham.core.quality.UncertainLabels;
import dev.ockham.core.quality.UncertainNumbers;
import dev.ockham.core.quality.UncertaintyReport;
import dev.ockham.core.run.Judge;
import dev.ockham.core.run.RunFolder;
import dev.ockham.runtime.model.Model;
import dev.ockham.train.run.MonteCarlo;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Measures how sure predictions are, for whatever is predicted.
 *
 * @param judge what the outputs are compared with
 * @param names of numbers
 * @param images what is predicted, with what is right
 * @param other data of another kind; null for none
 * @param threads cores to use
 */
record CertaintyMeasure(
    Judge judge, List<String> names, Examples images, @Nullable Examples other, int threads) {

  /** One kind of prediction from examples. */
  private interface Asking<T> {
    T ask(Examples examples) throws IOException;
  }

  /** Of one network by its numbers alone, or of several that were drawn. */
  UncertaintyReport of(List<Model> models) {
    return UncertaintyReport.of(models, judge, names, images, other, threads);
  }

  /** Of networks drawn from the posterior of a run. */
  UncertaintyReport of(RunFolder run, boolean pruned, int samples) throws IOException {
    return switch (judge) {
      case Judge.Labels(), Judge.Teacher _ ->
          classes(each -> MonteCarlo.classes(run, pruned, each, samples, threads, _ -> {}));
      case Judge.SeveralLabels() ->
          labels(each -> MonteCarlo.labels(run, pruned, each, samples, threads, _ -> {}));
      case Judge.OfNumbers _ ->
          numbers(each -> MonteCarlo.numbers(run, pruned, each, samples, threads, _ -> {}));
    };
  }

  private UncertaintyReport classes(Asking<UncertainClasses> asking) throws IOException {
    return ClassCertainty.of(asking.ask(images), images, other == null ? null : asking.ask(other));
  }

  private UncertaintyReport labels(Asking<UncertainLabels> asking) throws IOException {
    return LabelCertainty.of(asking.ask(images), images, other == null ? null : asking.ask(other));
  }

  private UncertaintyReport numbers(Asking<UncertainNumbers> asking) throws IOException {
    return NumberCertainty.of(
        asking.ask(images), names, images, other == null ? null : asking.ask(other));
  }
}
