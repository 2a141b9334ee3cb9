package dev.ockham.runtime.kernel;

import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.model.Matrix;
import java.util.Arrays;

/**
 * A recurrent layer, step by step. A state stays as it is at steps that are not real, whose outputs
 * are 0: so a sequence that is read backwards begins at its last real step, and the final state of
 * one that is read forwards is that of its last real step.
 */
public final class RecurrentSteps implements Computation {
  private final Recurrent operator;
  private final int steps;
  private final int features;
  private final Terms inputTerms;
  private final Terms stateTerms;
  private final float[] inputBias;
  private final float[] stateBias;

  /**
   * A layer over sequences of the given shape.
   *
   * @param inputBias one number per row of the matrices, as {@code stateBias}; not copied
   */
  public RecurrentSteps(
      Recurrent operator,
      Shape in,
      Matrix inputWeight,
      Matrix stateWeight,
      float[] inputBias,
      float[] stateBias) {
    this.operator = operator;
    steps = in.dim(0);
    features = in.dim(1);
    inputTerms = Terms.of(inputWeight);
    stateTerms = Terms.of(stateWeight);
    this.inputBias = inputBias;
    this.stateBias = stateBias;
  }

  @Override
  public void run(float[][][] in, float[][] out) {
    if (out.length == 0) {
      return;
    }
    int lanes = out[0].length;
    int hidden = operator.hidden();
    float[] lengths;
    if (in.length > 1) {
      lengths = in[1][0];
    } else {
      lengths = new float[lanes];
      Arrays.fill(lengths, steps);
    }
    float[][] state = new float[hidden][lanes];
    float[][] cell = new float[hidden][lanes];
    float[][] fromInput = new float[inputBias.length][lanes];
    float[][] fromState = new float[inputBias.length][lanes];
    float[][] open = resetFirst() ? new float[hidden][lanes] : state;
    int before = resetFirst() ? 2 * hidden : inputBias.length;
    for (int s = 0; s < steps; s++) {
      int step = operator.reverse() ? steps - 1 - s : s;
      sums(inputTerms, inputBias, in[0], step * features, fromInput, 0, inputBias.length);
      sums(stateTerms, stateBias, state, 0, fromState, 0, before);
      if (resetFirst()) {
        reset(fromInput, fromState, state, open);
        sums(stateTerms, stateBias, open, 0, fromState, before, inputBias.length);
      }
      for (int u = 0; u < hidden; u++) {
        advance(u, fromInput, fromState, step, lengths, state[u], cell[u]);
        if (!operator.last()) {
          write(state[u], step, lengths, out[step * hidden + u]);
        }
      }
    }
    for (int u = 0; operator.last() && u < hidden; u++) {
      System.arraycopy(state[u], 0, out[u], 0, lanes);
    }
  }

  private boolean resetFirst() {
    return operator.cell() == Recurrent.Cell.GRU_RESET_FIRST;
  }

  /** What the reset gates leave of the states. */
  private static void reset(float[][] x, float[][] h, float[][] state, float[][] open) {
    for (int unit = 0; unit < state.length; unit++) {
      for (int i = 0; i < state[unit].length; i++) {
        open[unit][i] = (float) (logistic((double) x[unit][i] + h[unit][i]) * state[unit][i]);
      }
    }
  }

  private static void sums(
      Terms terms, float[] bias, float[][] in, int shift, float[][] sums, int first, int end) {
    for (int row = first; row < end; row++) {
      Arrays.fill(sums[row], bias[row]);
      Lanes.accumulate(terms, row, in, shift, sums[row]);
    }
  }

  private static void write(float[] state, int step, float[] lengths, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = step < lengths[i] ? state[i] : 0f;
    }
  }

  /** One unit by one step. */
  private void advance(
      int unit, float[][] x, float[][] h, int step, float[] lengths, float[] state, float[] cell) {
    int hidden = operator.hidden();
    for (int i = 0; i < state.length; i++) {
      if (!(step < lengths[i])) {
        continue;
      }
      double first = (double) x[unit][i] + h[unit][i];
      switch (operator.cell()) {
        case TANH -> state[i] = (float) Math.tanh(first);
        case RELU -> state[i] = (float) Math.max(0, first);
        case GRU, GRU_RESET_FIRST -> {
          int z = unit + hidden;
          int n = unit + 2 * hidden;
          double update = logistic((double) x[z][i] + h[z][i]);
          double reset = resetFirst() ? 1 : logistic(first);
          double fresh = Math.tanh(x[n][i] + reset * h[n][i]);
          state[i] = (float) ((1 - update) * fresh + update * state[i]);
        }
        case LSTM -> {
          int f = unit + hidden;
          int g = unit + 2 * hidden;
          int o = unit + 3 * hidden;
          double forget = logistic((double) x[f][i] + h[f][i]);
          double fresh = Math.tanh((double) x[g][i] + h[g][i]);
          double kept = forget * cell[i] + logistic(first) * fresh;
          cell[i] = (float) kept;
          state[i] = (float) (logistic((double) x[o][i] + h[o][i]) * Math.tanh(kept));
        }
      }
    }
  }

  private static double logistic(double x) {
    return Activation.Function.SIGMOID.of(x, 0, 0);
  }
}
