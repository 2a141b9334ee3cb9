package dev.ockham.core.answer;

import dev.ockham.core.metrics.Distributions;
import dev.ockham.core.quality.UncertainClasses;
import dev.ockham.runtime.Answer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes answers of what several networks say of each row: their mean, and by how much they differ.
 */
public final class AnswerSum {

  private final Answer kind;
  private final int outputs;
  private final double reach;
  private final float[] values;
  private final List<float[]> certainty = new ArrayList<>();

  /**
   * Begins a sum without answers.
   *
   * @param kind what is answered
   * @param outputs values of a row
   * @param rows how many will come
   * @param reach deviations that the interval of a number goes to both sides of its mean
   */
  public AnswerSum(Answer kind, int outputs, int rows, double reach) {
    this.kind = kind;
    this.outputs = outputs;
    this.reach = reach;
    values = new float[Math.multiplyExact(rows, outputs)];
    for (int i = 0; i < Answers.columns(kind).size(); i++) {
      certainty.add(new float[rows * Answers.columnWidth(kind, outputs)]);
    }
  }

  /**
   * Takes a row.
   *
   * @param row its number, from 0
   * @param drawn what each network gives, {@code [networks][outputs]}: logits, or numbers in the
   *     units of the data
   * @param noise of numbers: the variance that each network gives its noise, as large; null for 0
   */
  public void add(int row, double[][] drawn, double @Nullable [][] noise) {
    switch (kind) {
      case CLASSES -> classes(row, drawn);
      case LABELS -> labels(row, drawn);
      case NUMBERS -> numbers(row, drawn, noise);
    }
  }

  /** The answers to all rows. */
  public Answers answers() {
    return new Answers(kind, outputs, values, certainty);
  }

  private void classes(int row, double[][] logits) {
    double[][] each = new double[logits.length][];
    double[] mean = new double[outputs];
    for (int s = 0; s < each.length; s++) {
      each[s] = UncertainClasses.softmax(logits[s]);
      for (int k = 0; k < outputs; k++) {
        mean[k] += each[s][k] / each.length;
      }
    }
    for (int k = 0; k < outputs; k++) {
      values[row * outputs + k] = (float) mean[k];
    }
    certainty.get(0)[row] = (float) Distributions.entropy(mean, 0, outputs);
    certainty.get(1)[row] = each.length == 1 ? 0 : (float) Distributions.mutualInformation(each);
  }

  private void labels(int row, double[][] logits) {
    double[][] each = new double[logits.length][2];
    for (int k = 0; k < outputs; k++) {
      double mean = 0;
      for (int s = 0; s < each.length; s++) {
        double p = 1 / (1 + StrictMath.exp(-logits[s][k]));
        each[s][0] = p;
        each[s][1] = 1 - p;
        mean += p / each.length;
      }
      int at = row * outputs + k;
      values[at] = (float) mean;
      certainty.get(0)[at] = (float) Distributions.entropy(new double[] {mean, 1 - mean}, 0, 2);
      certainty.get(1)[at] = each.length == 1 ? 0 : (float) Distributions.mutualInformation(each);
    }
  }

  private void numbers(int row, double[][] drawn, double @Nullable [][] noise) {
    for (int k = 0; k < outputs; k++) {
      double mean = 0;
      double variance = 0;
      for (int s = 0; s < drawn.length; s++) {
        mean += drawn[s][k] / drawn.length;
        variance += noise == null ? 0 : noise[s][k] / drawn.length;
      }
      for (double[] each : drawn) {
        variance += (each[k] - mean) * (each[k] - mean) / drawn.length;
      }
      number(row, k, mean, variance);
    }
  }

  /**
   * Takes a number of a row whose mean and variance are known.
   *
   * @param variance of noise and model together, at least 0
   */
  void number(int row, int output, double mean, double variance) {
    int at = row * outputs + output;
    double deviation = StrictMath.sqrt(variance);
    values[at] = (float) mean;
    certainty.get(0)[at] = (float) deviation;
    certainty.get(1)[at] = (float) (mean - reach * deviation);
    certainty.get(2)[at] = (float) (mean + reach * deviation);
  }
}
