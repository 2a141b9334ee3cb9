package dev.ockham.core.evaluate;

import dev.ockham.core.data.Examples;
import dev.ockham.core.metrics.Classification;
import dev.ockham.runtime.model.Inference;
import dev.ockham.runtime.model.SparseModel;
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
  public static Classification classify(SparseModel model, Examples examples) {
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
      SparseModel model, Examples examples, int threads, IntConsumer progress) {
    if (examples.shape().size() != model.input().size()) {
      throw new IllegalArgumentException(
          "the model takes %s values (%s), the examples have %s (%s)"
              .formatted(
                  model.input().size(), model.input(), examples.shape().size(), examples.shape()));
    }
    if (examples.maxLabel() >= model.classes()) {
      throw new IllegalArgumentException(
          "the model has %s outputs, the examples have a label %s"
              .formatted(model.classes(), examples.maxLabel()));
    }
    Inference inference = new Inference(model);
    Classification.Accumulator sum = new Classification.Accumulator();
    for (int from = 0; from < examples.count(); from += CHUNK) {
      int count = Math.min(CHUNK, examples.count() - from);
      float[] logits = inference.logits(examples.values(from, from + count), count, threads);
      for (int i = 0; i < count; i++) {
        sum.addLogits(logits, i * model.classes(), model.classes(), examples.label(from + i));
      }
      progress.accept(from + count);
    }
    return sum.result();
  }
}
