package dev.ockham.core.target;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * What brings numbers to one size while a network learns them: {@code (t − mean) / deviation}, each
 * output by itself. A saved model undoes it at its end, so that it gives the units of the data.
 *
 * @param mean of each output over the training examples
 * @param deviation of each output over the training examples, positive; 1 where all are equal
 */
public record TargetScaling(List<Double> mean, List<Double> deviation) {

  /** Copies the lists and checks them. */
  public TargetScaling {
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    if (mean.size() != deviation.size()) {
      throw new IllegalArgumentException(
          "%s means for %s deviations".formatted(mean.size(), deviation.size()));
    }
    for (double each : deviation) {
      if (!(each > 0 && each < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "a deviation is %s; it must be positive and finite".formatted(each));
      }
    }
  }

  /**
   * Leaves numbers as they are.
   *
   * @param outputs how many there are
   */
  public static TargetScaling none(int outputs) {
    return new TargetScaling(Collections.nCopies(outputs, 0.0), Collections.nCopies(outputs, 1.0));
  }

  /**
   * Measures some examples, in double and in the order of the indices; deviations are divided by n.
   *
   * @param indices which examples, at least one
   */
  public static TargetScaling of(Numbers numbers, int[] indices) {
    List<Double> mean = new ArrayList<>();
    List<Double> deviation = new ArrayList<>();
    for (int k = 0; k < numbers.outputs(); k++) {
      int output = k;
      double center =
          Arrays.stream(indices).mapToDouble(i -> numbers.value(i, output)).sum() / indices.length;
      double squares = 0;
      boolean changes = false;
      for (int i : indices) {
        double apart = numbers.value(i, output) - center;
        squares += apart * apart;
        changes |= numbers.value(i, output) != numbers.value(indices[0], output);
      }
      double found = Math.sqrt(squares / indices.length);
      mean.add(center);
      deviation.add(changes && found > 0 ? found : 1);
    }
    return new TargetScaling(mean, deviation);
  }

  /** How many outputs there are. */
  public int outputs() {
    return mean.size();
  }

  /** A number of an output as the network learns it. */
  public float scaled(int output, float number) {
    return (float) ((number - mean.get(output)) / deviation.get(output));
  }

  /** Σ log deviation over the outputs: by how much an NLL in the data's units is larger. */
  public double logDeviation() {
    return deviation.stream().mapToDouble(Math::log).sum();
  }
}
