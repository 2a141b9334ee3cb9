package dev.ockham.core.quality;

import dev.ockham.core.data.Examples;
import dev.ockham.core.evaluate.Evaluator;
import dev.ockham.core.metrics.ClassPredictions;
import dev.ockham.core.metrics.Classification;
import dev.ockham.core.metrics.LabelPredictions;
import dev.ockham.core.metrics.NumberPredictions;
import dev.ockham.core.run.Judge;
import dev.ockham.runtime.model.Model;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** What a network predicts for examples, beside what is right, by the kind of their targets. */
public sealed interface Predicted {

  /**
   * Classes.
   *
   * @param names of the classes, one each
   * @param summary error, NLL and ECE
   */
  record Classes(ClassPredictions values, List<String> names, Classification summary)
      implements Predicted {
    /** Copies the list. */
    public Classes {
      names = List.copyOf(names);
    }
  }

  /**
   * Several labels at once.
   *
   * @param names of the labels, one each
   */
  record Labels(LabelPredictions values, List<String> names) implements Predicted {
    /** Copies the list. */
    public Labels {
      names = List.copyOf(names);
    }
  }

  /**
   * Numbers.
   *
   * @param names of the outputs, one each
   */
  record Numbers(NumberPredictions values, List<String> names) implements Predicted {
    /** Copies the list. */
    public Numbers {
      names = List.copyOf(names);
    }
  }

  /**
   * Asks a model for examples.
   *
   * @param judge what its outputs are compared with; a teacher's are compared with classes here
   * @param names of classes, labels or numbers; none where they are not known
   * @param threads cores to use; the result does not depend on it
   * @param progress is told how many examples are done
   * @throws IllegalArgumentException if model and examples do not fit each other
   */
  static Predicted of(
      Model model,
      Judge judge,
      List<String> names,
      Examples examples,
      int threads,
      IntConsumer progress) {
    return switch (judge) {
      case Judge.Labels(), Judge.Teacher _ -> {
        Classification.Accumulator sum = new Classification.Accumulator();
        ClassPredictions values = Evaluator.classes(model, examples, threads, progress, sum);
        yield new Classes(values, named(names, values.classes()), sum.result());
      }
      case Judge.SeveralLabels() -> {
        LabelPredictions values = Evaluator.labels(model, examples, threads, progress);
        yield new Labels(values, named(names, values.labels()));
      }
      case Judge.OfNumbers numbers ->
          new Numbers(
              numbers.tally(model, examples, threads, progress).predictions(), numbers.names());
    };
  }

  /** The names, or numbers from 0 where there is not one each. */
  private static List<String> named(List<String> names, int wanted) {
    return names.size() == wanted
        ? names
        : IntStream.range(0, wanted).mapToObj(Integer::toString).toList();
  }
}
