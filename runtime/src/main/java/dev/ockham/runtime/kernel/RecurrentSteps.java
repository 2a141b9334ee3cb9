package dev.ockham.runtime.kernel;

import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A recurrent layer, step by step. A state stays as it is at steps that are not real, whose outputs
 * are 0: so a sequence that is read backwards begins at its last real step, and the final state of
 * one that is read forwards is that of its last real step.
 */
public final class RecurrentSteps implements Kernel {
  private final Recurrent operator;
  private final int steps;
  private final int features;
  private final LinearRows fromInput;
  private final LinearRows fromState;

  /** The last third of the state's rows, where the reset gate comes before them; else null. */
  private final @Nullable LinearRows fresh;

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
      float[] stateBias,
      Form form) {
    this.operator = operator;
    steps = in.dim(0);
    features = in.dim(1);
    fromInput = new LinearRows(inputWeight, inputBias, form);
    int all = stateBias.length;
    int before = operator.cell() == Recurrent.Cell.GRU_RESET_FIRST ? all / 3 * 2 : all;
    fromState = rows(stateWeight, stateBias, 0, before, form);
    fresh = before < all ? rows(stateWeight, stateBias, before, all, form) : null;
  }

  private static LinearRows rows(Matrix weight, float[] bias, int from, int to, Form form) {
    if (to - from == bias.length) {
      return new LinearRows(weight, bias, form);
    }
    int columns = weight.cols();
    float[] values = Arrays.copyOfRange(weight.toDense(), from * columns, to * columns);
    return new LinearRows(
        DenseMatrix.of(to - from, columns, values), Arrays.copyOfRange(bias, from, to), form);
  }

  @Override
  public void run(float[][] in, float[] out, Scratch scratch) {
    int lanes = scratch.lanes();
    int hidden = operator.hidden();
    int part = hidden * lanes + Scratch.SLACK;
    int sums = fromInput.rows() * lanes + Scratch.SLACK;
    float[] room = scratch.floats(3 * part + 2 * sums + lanes);
    Arrays.fill(room, 0, 2 * part, 0f);
    int x = 2 * part;
    int h = x + sums;
    int open = h + sums;
    int lengths = open + part;
    for (int i = 0; i < lanes; i++) {
      room[lengths + i] = in.length > 1 ? in[1][i] : steps;
    }
    for (int s = 0; s < steps; s++) {
      int step = operator.reverse() ? steps - 1 - s : s;
      fromInput.run(in[0], step * features * lanes, room, x, scratch);
      fromState.run(room, 0, room, h, scratch);
      if (fresh != null) {
        reset(room, x, h, open, hidden * lanes);
        fresh.run(room, open, room, h + 2 * hidden * lanes, scratch);
      }
      for (int u = 0; u < hidden; u++) {
        for (int i = 0; i < lanes; i++) {
          boolean real = step < room[lengths + i];
          if (real) {
            advance(room, u * lanes + i, part, x, h, hidden * lanes);
          }
          if (!operator.last()) {
            out[(step * hidden + u) * lanes + i] = real ? room[u * lanes + i] : 0f;
          }
        }
      }
    }
    if (operator.last()) {
      System.arraycopy(room, 0, out, 0, hidden * lanes);
    }
  }

  /** What the reset gates leave of the states. */
  private static void reset(float[] room, int x, int h, int open, int count) {
    for (int at = 0; at < count; at++) {
      room[open + at] = (float) (logistic((double) room[x + at] + room[h + at]) * room[at]);
    }
  }

  /**
   * One unit of one example by one step.
   *
   * @param at place of its state
   * @param part how far behind it its cell is
   * @param x where sums of inputs begin
   * @param h where sums of states begin
   * @param gate numbers of a gate
   */
  private void advance(float[] room, int at, int part, int x, int h, int gate) {
    double first = (double) room[x + at] + room[h + at];
    int second = at + gate;
    int third = at + 2 * gate;
    switch (operator.cell()) {
      case TANH -> room[at] = (float) Math.tanh(first);
      case RELU -> room[at] = (float) Math.max(0, first);
      case GRU, GRU_RESET_FIRST -> {
        double update = logistic((double) room[x + second] + room[h + second]);
        double reset = fresh == null ? logistic(first) : 1; // else the sums have it already
        double next = Math.tanh(room[x + third] + reset * room[h + third]);
        room[at] = (float) ((1 - update) * next + update * room[at]);
      }
      case LSTM -> {
        int fourth = at + 3 * gate;
        double forget = logistic((double) room[x + second] + room[h + second]);
        double next = Math.tanh((double) room[x + third] + room[h + third]);
        double kept = forget * room[part + at] + logistic(first) * next;
        room[part + at] = (float) kept;
        double open = logistic((double) room[x + fourth] + room[h + fourth]);
        room[at] = (float) (open * Math.tanh(kept));
      }
    }
  }

  private static double logistic(double x) {
    return Activation.Function.SIGMOID.of(x, 0, 0);
  }
}
