package dev.ockham.runtime.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * A class that a model thinks an example may be of.
 *
 * @param classIndex number of the class, from 0
 * @param name what the class is called; its number as text where it has no name
 * @param probability how sure the model is, in [0, 1]
 */
public record Prediction(int classIndex, String name, float probability) {

  /**
   * The likeliest classes of one example, likeliest first; of two that are equally likely, the one
   * with the lower number comes first.
   *
   * @param probabilities {@code [count, classes]}
   * @param example which row, from 0
   * @param names of the classes, as many as a row is long
   * @param most how many to give, from 1 to all
   * @throws IllegalArgumentException if {@code most} is out of range
   * @throws IndexOutOfBoundsException if there is no such row
   */
  public static List<Prediction> top(
      float[] probabilities, int example, List<String> names, int most) {
    int classes = names.size();
    if (most < 1 || most > classes) {
      throw new IllegalArgumentException(
          "most = %s, it must be from 1 to %s, the number of classes".formatted(most, classes));
    }
    Objects.checkIndex(example, probabilities.length / classes);
    int first = example * classes;
    List<Prediction> row = new ArrayList<>();
    IntStream.range(0, classes)
        .forEach(k -> row.add(new Prediction(k, names.get(k), probabilities[first + k])));
    row.sort(Comparator.comparingDouble(p -> -p.probability())); // stable: ties by number
    return List.copyOf(row.subList(0, most));
  }

  /**
   * The likeliest classes, as {@link #top(float[], int, List, int)} gives them, without names.
   *
   * @param classes length of a row, ≥ 1
   */
  public static List<Prediction> top(float[] probabilities, int example, int classes, int most) {
    List<String> numbers = IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    return top(probabilities, example, numbers, most);
  }

  /**
   * Replaces each row of logits z by {@code exp(z_i − max z) / Σ exp(z_j − max z)}, summed in
   * double. Uses {@link StrictMath}, so the bits are the same on every machine; a row sums to 1
   * within a few float roundings.
   *
   * @param logits {@code [count, classes]}, overwritten
   * @param classes length of a row, ≥ 1
   */
  public static void softmaxInPlace(float[] logits, int classes) {
    if (classes < 1 || logits.length % classes != 0) {
      throw new IllegalArgumentException(
          "classes = %s does not divide %s logits".formatted(classes, logits.length));
    }
    for (int start = 0; start < logits.length; start += classes) {
      double max = logits[start];
      for (int i = 1; i < classes; i++) {
        max = Math.max(max, logits[start + i]);
      }
      double sum = 0;
      for (int i = 0; i < classes; i++) {
        sum += StrictMath.exp(logits[start + i] - max);
      }
      // Worked out twice, so that nothing is allocated.
      for (int i = 0; i < classes; i++) {
        logits[start + i] = (float) (StrictMath.exp(logits[start + i] - max) / sum);
      }
    }
  }

  /**
   * Replaces each logit z by the probability of its label, {@code 1 / (1 + exp(−z))}, with {@link
   * StrictMath} in double.
   *
   * @param logits overwritten
   */
  public static void sigmoidInPlace(float[] logits) {
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) (1 / (1 + StrictMath.exp(-logits[i])));
    }
  }
}
