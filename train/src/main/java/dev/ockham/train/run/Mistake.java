package dev.ockham.train.run;

import dev.ockham.core.loss.Loss;
import dev.ockham.core.run.Judge;
import dev.ockham.core.target.ClassLabels;
import dev.ockham.core.target.LabelSets;
import dev.ockham.core.target.Numbers;
import dev.ockham.core.target.TargetScaling;
import dev.ockham.core.target.Targets;
import java.util.List;

/** How wrong an answer is, as a number that can be compared example by example. */
final class Mistake {

  private Mistake() {}

  /**
   * How wrong a network is on an example.
   *
   * @param judge what counts
   * @param right what is known of the examples
   * @param values what the network gives, one array per output
   * @param row the example's, in these arrays
   * @param example its index in what is known
   */
  static double of(Judge judge, Targets right, List<float[]> values, int row, int example) {
    return switch (judge) {
      case Judge.Labels() -> ofClass((ClassLabels) right, values.getFirst(), row, example);
      case Judge.SeveralLabels() -> ofLabels((LabelSets) right, values.getFirst(), row, example);
      case Judge.OfNumbers(Loss loss, List<String> names) ->
          ofNumbers(scaling(loss), (Numbers) right, names.size(), values.getFirst(), row, example);
      case Judge.Teacher _ -> throw new IllegalStateException("a teacher's answers are not wrong");
    };
  }

  private static double ofClass(ClassLabels right, float[] logits, int row, int example) {
    int classes = right.outputs();
    int best = 0;
    for (int k = 1; k < classes; k++) {
      if (logits[row * classes + k] > logits[row * classes + best]) {
        best = k;
      }
    }
    return best == right.label(example) ? 0 : 1;
  }

  private static double ofLabels(LabelSets right, float[] logits, int row, int example) {
    int labels = right.outputs();
    double wrong = 0;
    for (int k = 0; k < labels; k++) {
      wrong += (logits[row * labels + k] > 0) == right.has(example, k) ? 0 : 1;
    }
    return wrong / labels;
  }

  private static double ofNumbers(
      TargetScaling scaling, Numbers right, int outputs, float[] means, int row, int example) {
    double sum = 0;
    for (int k = 0; k < outputs; k++) {
      double apart = means[row * outputs + k] - scaling.scaled(k, right.value(example, k));
      sum += apart * apart;
    }
    return sum / outputs;
  }

  /** What a network learns numbers as. */
  static TargetScaling scaling(Loss loss) {
    return switch (loss) {
      case Loss.Gaussian(TargetScaling scaling) -> scaling;
      case Loss.Squared(double _, TargetScaling scaling) -> scaling;
      case Loss.Huber(double _, TargetScaling scaling) -> scaling;
      case Loss.Classification _, Loss.Labels _, Loss.Teacher _ ->
          throw new IllegalStateException(loss + " is none of numbers");
    };
  }
}
