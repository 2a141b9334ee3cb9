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
 * @param probability how sure the model is, in [0, 1]
 */
public record Prediction(int classIndex, float probability) {

  /**
   * The likeliest classes of one example, likeliest first; of two that are equally likely, the one
   * with the lower number comes first.
   *
   * @param probabilities {@code [count, classes]} as {@link Inference#probabilities} gives them
   * @param example which row, from 0
   * @param classes length of a row, ≥ 1
   * @param most how many to give, from 1 to {@code classes}
   * @throws IllegalArgumentException if {@code most} is out of range
   * @throws IndexOutOfBoundsException if there is no such row
   */
  public static List<Prediction> top(float[] probabilities, int example, int classes, int most) {
    if (most < 1 || most > classes) {
      throw new IllegalArgumentException(
          "most = %s, it must be from 1 to %s, the number of classes".formatted(most, classes));
    }
    Objects.checkIndex(example, probabilities.length / classes);
    int first = example * classes;
    List<Prediction> row = new ArrayList<>();
    IntStream.range(0, classes).forEach(k -> row.add(new Prediction(k, probabilities[first + k])));
    row.sort(Comparator.comparingDouble(p -> -p.probability())); // stable: ties by number
    return List.copyOf(row.subList(0, most));
  }
}
