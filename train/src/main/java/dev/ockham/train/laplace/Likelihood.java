package dev.ockham.train.laplace;

import dev.ockham.core.data.Examples;
import dev.ockham.core.evaluate.Evaluator;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.noise.CounterDraws;
import dev.ockham.core.target.ClassLabels;
import dev.ockham.core.target.LabelSets;
import dev.ockham.core.target.NoTargets;
import dev.ockham.core.target.Numbers;
import dev.ockham.runtime.model.Model;
import java.util.List;

/**
 * What the outputs of a model say of a target, as a distribution that targets are drawn from: the
 * Fisher information needs those of the model, not those of the data.
 */
public sealed interface Likelihood {

  /**
   * Draws a target from the outputs of an example.
   *
   * @param outputs values of each output
   * @param key of the draws
   * @param example its number, which the draw depends on
   * @param into where the gradient of −log p(target) by each output goes
   */
  void draw(List<float[]> outputs, NoiseKey key, int example, List<float[]> into);

  /** The first output has the logits of classes. */
  record Classes() implements Likelihood {
    @Override
    public void draw(List<float[]> outputs, NoiseKey key, int example, List<float[]> into) {
      float[] logits = outputs.getFirst();
      float[] gradient = into.getFirst();
      double largest = Double.NEGATIVE_INFINITY;
      for (float logit : logits) {
        largest = Math.max(largest, logit);
      }
      double sum = 0;
      for (float logit : logits) {
        sum += Math.exp(logit - largest);
      }
      double left = CounterDraws.uniform(key, example, 0) * sum;
      boolean drawn = false;
      for (int k = 0; k < logits.length; k++) {
        double mass = Math.exp(logits[k] - largest);
        left -= mass;
        boolean here = !drawn && (left <= 0 || k == logits.length - 1);
        drawn |= here;
        gradient[k] = (float) (mass / sum - (here ? 1 : 0));
      }
    }
  }

  /** The first output has the logit of each label, which hold or not by themselves. */
  record Labels() implements Likelihood {
    @Override
    public void draw(List<float[]> outputs, NoiseKey key, int example, List<float[]> into) {
      float[] logits = outputs.getFirst();
      float[] gradient = into.getFirst();
      for (int k = 0; k < logits.length; k++) {
        double holds = 1 / (1 + Math.exp(-logits[k]));
        boolean drawn = CounterDraws.uniform(key, example, k) < holds;
        gradient[k] = (float) (holds - (drawn ? 1 : 0));
      }
    }
  }

  /**
   * The first output has the means of normal numbers.
   *
   * @param variances of each number, positive
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Normal(double[] variances) implements Likelihood {
    @Override
    public void draw(List<float[]> outputs, NoiseKey key, int example, List<float[]> into) {
      float[] gradient = into.getFirst();
      for (int k = 0; k < gradient.length; k++) {
        gradient[k] = (float) (CounterDraws.normal(key, example, k) / Math.sqrt(variances[k]));
      }
    }
  }

  /** The outputs have the means of normal numbers, and the logarithms of their variances. */
  record NormalWithVariance() implements Likelihood {
    @Override
    public void draw(List<float[]> outputs, NoiseKey key, int example, List<float[]> into) {
      float[] logVariances = outputs.get(1);
      for (int k = 0; k < logVariances.length; k++) {
        double off = CounterDraws.normal(key, example, k);
        into.get(0)[k] = (float) (off / Math.exp(0.5 * logVariances[k]));
        into.get(1)[k] = (float) (0.5 * (1 - off * off));
      }
    }
  }

  /**
   * The likelihood that goes with some examples. Numbers of a model without a variance get that of
   * its errors.
   *
   * @param model gives logits or numbers
   * @throws IllegalArgumentException in one line, if the model does not fit the examples, or
   *     nothing is known of them
   */
  static Likelihood of(Model model, Examples examples, int threads) {
    int outputs = model.graph().outputs().size();
    return switch (examples.targets()) {
      case ClassLabels classes -> {
        requireOne(outputs);
        int size = model.graph().shape(model.graph().outputs().getFirst()).size();
        if (classes.max() >= size) {
          throw new IllegalArgumentException(
              "the model has %s outputs, the examples have a label %s"
                  .formatted(size, classes.max()));
        }
        yield new Classes();
      }
      case LabelSets _ -> {
        requireOne(outputs);
        yield new Labels();
      }
      case Numbers numbers -> {
        var _ = Evaluator.requireNumbers(model, examples);
        yield outputs == 2
            ? new NormalWithVariance()
            : new Normal(errors(model, examples, numbers, threads));
      }
      case NoTargets _ ->
          throw new IllegalArgumentException(
              "nothing is known of the examples, so what the outputs mean is open; give data with"
                  + " classes, labels or numbers");
    };
  }

  private static void requireOne(int outputs) {
    if (outputs != 1) {
      throw new IllegalArgumentException(
          "the model has %s outputs; one with the logits of classes or labels is needed"
              .formatted(outputs));
    }
  }

  /** Mean squared errors of each number, over all examples. */
  private static double[] errors(Model model, Examples examples, Numbers numbers, int threads) {
    double[] sums = new double[numbers.outputs()];
    Evaluator.run(
        model,
        examples,
        threads,
        _ -> {},
        (values, row, example) -> {
          for (int k = 0; k < sums.length; k++) {
            double off = values.getFirst()[row * sums.length + k] - numbers.value(example, k);
            sums[k] += off * off / examples.count();
          }
        });
    for (int k = 0; k < sums.length; k++) {
      sums[k] = Math.max(sums[k], Double.MIN_NORMAL);
    }
    return sums;
  }
}
