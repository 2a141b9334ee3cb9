package dev.ockham.runtime.graph;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The reference for recurrent layers, unit by unit, with PyTorch's formulas. */
final class ReferenceRecurrent {
  private final Recurrent layer;
  private final Map<String, Tensor> parameters;
  private final int hidden;
  private double[] h;
  private double[] c;

  private ReferenceRecurrent(Recurrent layer, Map<String, Tensor> parameters) {
    this.layer = layer;
    this.parameters = parameters;
    hidden = ReferenceForward.needed(parameters, "weight_hh").dim(1);
    h = new double[hidden];
    c = new double[hidden];
  }

  static Tensor run(Recurrent layer, List<Tensor> in, Map<String, Tensor> parameters) {
    Tensor x = in.get(0);
    int steps = x.dim(0);
    int real = in.size() == 1 ? steps : ReferenceElements.real(in.get(1).values()[0], steps);
    ReferenceRecurrent state = new ReferenceRecurrent(layer, parameters);
    Tensor y = Tensor.zeros(steps, state.hidden);
    for (int i = 0; i < real; i++) {
      int t = layer.reverse() ? real - 1 - i : i;
      state.step(x, t);
      for (int unit = 0; unit < state.hidden; unit++) {
        y.set(state.h[unit], t, unit);
      }
    }
    return layer.last() ? Tensor.of(new int[] {state.hidden}, state.h) : y;
  }

  private static double logistic(double x) {
    return 0.5 * (1 + Math.tanh(x / 2));
  }

  /** What a gate of a unit gets from the input, its bias included. */
  private double fromInput(Tensor x, int t, int gate, int unit) {
    Tensor w = ReferenceForward.needed(parameters, "weight_ih");
    int row = gate * hidden + unit;
    double sum = bias("bias_ih", row);
    for (int feature = 0; feature < x.dim(1); feature++) {
      sum += w.get(row, feature) * x.get(t, feature);
    }
    return sum;
  }

  /** What a gate of a unit gets from the state, its bias included. */
  private double fromState(int gate, int unit) {
    Tensor u = ReferenceForward.needed(parameters, "weight_hh");
    int row = gate * hidden + unit;
    double sum = bias("bias_hh", row);
    for (int other = 0; other < hidden; other++) {
      sum += u.get(row, other) * h[other];
    }
    return sum;
  }

  /** What the third gate of a unit gets from the states that their reset gates let through. */
  private double fromResetState(Tensor x, int t, int unit) {
    Tensor u = ReferenceForward.needed(parameters, "weight_hh");
    int row = 2 * hidden + unit;
    double sum = bias("bias_hh", row);
    for (int other = 0; other < hidden; other++) {
      sum += u.get(row, other) * logistic(both(x, t, 0, other)) * h[other];
    }
    return sum;
  }

  private double bias(String name, int row) {
    @Nullable Tensor bias = parameters.get(name);
    return bias == null ? 0 : bias.get(row);
  }

  private double both(Tensor x, int t, int gate, int unit) {
    return fromInput(x, t, gate, unit) + fromState(gate, unit);
  }

  private void step(Tensor x, int t) {
    double[] nextH = new double[hidden];
    double[] nextC = new double[hidden];
    for (int unit = 0; unit < hidden; unit++) {
      switch (layer.cell()) {
        case LSTM -> {
          double i = logistic(both(x, t, 0, unit));
          double f = logistic(both(x, t, 1, unit));
          double g = Math.tanh(both(x, t, 2, unit));
          double o = logistic(both(x, t, 3, unit));
          nextC[unit] = f * c[unit] + i * g;
          nextH[unit] = o * Math.tanh(nextC[unit]);
        }
        case GRU -> {
          double r = logistic(both(x, t, 0, unit));
          double z = logistic(both(x, t, 1, unit));
          double n = Math.tanh(fromInput(x, t, 2, unit) + r * fromState(2, unit));
          nextH[unit] = (1 - z) * n + z * h[unit];
        }
        case GRU_RESET_FIRST -> {
          double z = logistic(both(x, t, 1, unit));
          double n = Math.tanh(fromInput(x, t, 2, unit) + fromResetState(x, t, unit));
          nextH[unit] = (1 - z) * n + z * h[unit];
        }
        case TANH -> nextH[unit] = Math.tanh(both(x, t, 0, unit));
        case RELU -> nextH[unit] = Math.max(0, both(x, t, 0, unit));
      }
    }
    h = nextH;
    c = nextC;
  }
}
