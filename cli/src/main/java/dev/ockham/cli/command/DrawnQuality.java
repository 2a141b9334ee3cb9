package dev.ockham.cli.command;

import dev.ockham.core.data.Examples;
import dev.ockham.core.loss.LossKind;
import dev.ockham.core.metrics.LabelPredictions;
import dev.ockham.core.metrics.NumberPredictions;
import dev.ockham.core.quality.Predicted;
import dev.ockham.core.quality.QualityComparison;
import dev.ockham.core.run.EpochMetrics.Score;
import dev.ockham.core.run.Judge;
import dev.ockham.core.run.RunFolder;
import dev.ockham.train.run.MonteCarlo;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * How good the averaged prediction of drawn networks is.
 *
 * @param run is pruned at its threshold
 * @param samples networks to draw
 * @param threads cores to use
 */
record DrawnQuality(RunFolder run, int samples, int threads) {

  Quality of(Judge judge, List<String> names, Examples images, IntConsumer progress)
      throws IOException {
    return switch (judge) {
      case Judge.Labels(), Judge.Teacher _ ->
          Quality.of(MonteCarlo.classify(run, images, samples, threads, progress));
      case Judge.SeveralLabels() -> {
        LabelPredictions drawn =
            MonteCarlo.labels(run, true, images, samples, threads, progress).beside(images);
        yield new Quality(
            images.count(),
            null,
            Score.of(drawn),
            QualityComparison.of(new Predicted.Labels(drawn, names), null));
      }
      case Judge.OfNumbers numbers -> {
        NumberPredictions drawn =
            MonteCarlo.numbers(run, true, images, samples, threads, progress).beside(images);
        yield new Quality(
            images.count(),
            null,
            score(drawn, numbers),
            QualityComparison.of(new Predicted.Numbers(drawn, numbers.names()), null));
      }
    };
  }

  private static Score score(NumberPredictions drawn, Judge.OfNumbers judge) {
    Map<String, Double> rmse = new LinkedHashMap<>();
    Map<String, Double> relative = new LinkedHashMap<>();
    for (int k = 0; k < drawn.outputs(); k++) {
      NumberPredictions.Quality quality = drawn.of(k);
      rmse.put(judge.names().get(k), quality.rmse());
      relative.put(judge.names().get(k), 1 - quality.r2());
    }
    return new Score(null, drawn.nll(), relative, rmse, LossKind.GAUSSIAN);
  }
}
