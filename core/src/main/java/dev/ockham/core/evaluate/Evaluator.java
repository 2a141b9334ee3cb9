package dev.ockham.core.evaluate;

import dev.ockham.core.data.Examples;
import dev.ockham.core.loss.TeacherOutputs;
import dev.ockham.core.metrics.ClassPredictions;
import dev.ockham.core.metrics.Classification;
import dev.ockham.core.metrics.LabelPredictions;
import dev.ockham.core.target.LabelSets;
import dev.ockham.core.target.Numbers;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import java.util.List;
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
    requireClasses(model, examples);
    Plan plan = Plan.of(model);
    int classes = model.classes();
    Classification.Accumulator sum = new Classification.Accumulator();
    for (int from = 0; from < examples.count(); from += CHUNK) {
      int count = Math.min(CHUNK, examples.count() - from);
      float[] logits =
          ModelInputs.run(plan, model, examples.values(from, from + count), count, threads);
      requireFinite(logits, classes, from);
      for (int i = 0; i < count; i++) {
        sum.addLogits(logits, i * classes, classes, examples.label(from + i));
      }
      progress.accept(from + count);
    }
    return sum.result();
  }

  /** Is given what a model gives for one example after another, in their order. */
  @FunctionalInterface
  public interface Sink {
    /**
     * Takes an example.
     *
     * @param values what the model gives, one array per output, of several examples
     * @param row the example's, in these arrays
     * @param example its index
     */
    void take(List<float[]> values, int row, int example);
  }

  /**
   * Runs a model of any outputs over examples.
   *
   * @param examples raw values
   * @param threads cores to use; the result does not depend on it
   * @param progress is told how many examples are done
   * @throws IllegalArgumentException if they are not of the model's size, or naming an example for
   *     which the model gives a number that is not finite
   */
  public static void run(
      Model model, Examples examples, int threads, IntConsumer progress, Sink sink) {
    requireFits(model, examples);
    Plan plan = Plan.of(model);
    int chunk = TeacherOutputs.chunk(model);
    for (int from = 0; from < examples.count(); from += chunk) {
      int count = Math.min(chunk, examples.count() - from);
      List<float[]> values = TeacherOutputs.run(plan, model, examples, from, count, threads);
      for (float[] output : values) {
        requireFinite(output, output.length / count, from);
      }
      for (int i = 0; i < count; i++) {
        sink.take(values, i, from + i);
      }
      progress.accept(from + count);
    }
  }

  /**
   * Class probabilities beside labels, with every measure of them.
   *
   * @param sum is given the logits too
   * @throws IllegalArgumentException as {@link #classify(Model, Examples, int, IntConsumer)}
   */
  public static ClassPredictions classes(
      Model model,
      Examples examples,
      int threads,
      IntConsumer progress,
      Classification.Accumulator sum) {
    requireClasses(model, examples);
    int classes = model.classes();
    double[] probabilities = new double[Math.multiplyExact(examples.count(), classes)];
    int[] labels = new int[examples.count()];
    run(
        model,
        examples,
        threads,
        progress,
        (values, row, example) -> {
          labels[example] = examples.label(example);
          sum.addLogits(values.getFirst(), row * classes, classes, labels[example]);
          softmax(values.getFirst(), row * classes, probabilities, example * classes, classes);
        });
    return new ClassPredictions(probabilities, classes, labels);
  }

  /**
   * Checks that what a network gives are finite numbers: weights that are finite can overflow, and
   * no measure of NaN says anything.
   *
   * @param values {@code [examples, size]}
   * @param size numbers of an example, at least 1
   * @param first index of the first example
   * @throws IllegalArgumentException naming the first example for which one is none
   */
  public static void requireFinite(float[] values, int size, int first) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "the network gives %s for example %s, since its numbers overflow; there is nothing to measure"
                .formatted(values[i], first + i / size));
      }
    }
  }

  private static void softmax(float[] logits, int from, double[] into, int at, int classes) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < classes; k++) {
      largest = Math.max(largest, logits[from + k]);
    }
    double sum = 0;
    for (int k = 0; k < classes; k++) {
      into[at + k] = Math.exp(logits[from + k] - largest);
      sum += into[at + k];
    }
    for (int k = 0; k < classes; k++) {
      into[at + k] /= sum;
    }
  }

  /**
   * Probabilities of several labels beside those that hold.
   *
   * @throws IllegalArgumentException if the examples have no such labels, or the model has not one
   *     output for each
   */
  public static LabelPredictions labels(
      Model model, Examples examples, int threads, IntConsumer progress) {
    if (!(examples.targets() instanceof LabelSets sets)) {
      throw new IllegalArgumentException("the data have no labels that hold or not");
    }
    int labels = sets.outputs();
    requireOutputs(model, labels, "labels");
    double[] probabilities = new double[Math.multiplyExact(examples.count(), labels)];
    boolean[] holds = new boolean[probabilities.length];
    run(
        model,
        examples,
        threads,
        progress,
        (values, row, example) -> {
          for (int k = 0; k < labels; k++) {
            int at = example * labels + k;
            probabilities[at] = 1 / (1 + Math.exp(-values.getFirst()[row * labels + k]));
            holds[at] = sets.has(example, k);
          }
        });
    return new LabelPredictions(probabilities, holds, labels);
  }

  /**
   * The numbers of examples that a model predicts.
   *
   * @throws IllegalArgumentException if they have none, or the model has not one output for each
   */
  public static Numbers requireNumbers(Model model, Examples examples) {
    if (!(examples.targets() instanceof Numbers numbers)) {
      throw new IllegalArgumentException("the data have no numbers to compare with");
    }
    requireOutputs(model, numbers.outputs(), "numbers");
    return numbers;
  }

  private static void requireOutputs(Model model, int wanted, String what) {
    int given = model.graph().shape(model.graph().outputs().getFirst()).size();
    if (given != wanted) {
      throw new IllegalArgumentException(
          "the model has %s outputs, the examples have %s %s".formatted(given, wanted, what));
    }
  }

  private static void requireClasses(Model model, Examples examples) {
    if (examples.maxLabel() < 0) {
      throw new IllegalArgumentException("the data have no classes to compare with");
    }
    if (examples.maxLabel() >= model.classes()) {
      throw new IllegalArgumentException(
          "the model has %s outputs, the examples have a label %s"
              .formatted(model.classes(), examples.maxLabel()));
    }
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
