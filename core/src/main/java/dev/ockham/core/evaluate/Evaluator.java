package dev.ockham.core.evaluate;

import dev.ockham.core.data.Examples;
import dev.ockham.core.metrics.Classification;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import java.util.function.IntConsumer;

/** Runs a model over labelled examples. */
public final class Evaluator {

  private static final int CHUNK = 500;

  private Evaluator() {}

  /**
   * Quality of a model's predictions, computed on all cores.
   *
   * @param examples what to predict, raw values
   * @throws IllegalArgumentException if the examples are not of the model's size, or have a label
   *     that it has no output for
   */
  public static Classification classify(Model model, Examples examples) {
    return classify(model, examples, Runtime.getRuntime().availableProcessors(), _ -> {});
  }

  /**
   * Quality of a model's predictions.
   *
   * @param examples what to predict, raw values
   * @param threads cores to use; the result does not depend on it
   * @param progress is told how many examples are done
   * @throws IllegalArgumentException if the examples are not of the model's size, or have a label
   *     that it has no output for
   */
  public static Classification classify(
      Model model, Examples examples, int threads, IntConsumer progress) {
    requireFits(model, examples);
    if (examples.maxLabel() >= model.classes()) {
      throw new IllegalArgumentException(
          "the model has %s outputs, the examples have a label %s"
              .formatted(model.classes(), examples.maxLabel()));
    }
    Plan plan = Plan.of(model);
    int classes = model.classes();
    Classification.Accumulator sum = new Classification.Accumulator();
    for (int from = 0; from < examples.count(); from += CHUNK) {
      int count = Math.min(CHUNK, examples.count() - from);
      float[] logits =
          ModelInputs.run(plan, model, examples.values(from, from + count), count, threads);
      for (int i = 0; i < count; i++) {
        sum.addLogits(logits, i * classes, classes, examples.label(from + i));
      }
      progress.accept(from + count);
    }
    return sum.result();
  }

  /**
   * Checks that a model takes examples.
   *
   * @throws IllegalArgumentException if they are of another size
   */
  public static void requireFits(Model model, Examples examples) {
    int size = ModelInputs.size(model);
    if (examples.shape().size() != size) {
      throw new IllegalArgumentException(
          "the model takes %s values (%s), the examples have %s (%s)"
              .formatted(
                  size, ModelInputs.described(model), examples.shape().size(), examples.shape()));
    }
  }
}
