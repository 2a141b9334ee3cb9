package dev.ockham.runtime.graph;

import java.util.Map;

/** The reference for operators that make each number of one number, or of one of each input. */
final class ReferenceElements {
  private ReferenceElements() {}

  /** How many of the steps of a sequence are real: those before its length. */
  static int real(double length, int steps) {
    int real = 0;
    while (real < steps && real < length) {
      real++;
    }
    return real;
  }

  static Tensor lengthMask(LengthMask mask, Tensor length) {
    Tensor y = Tensor.zeros(mask.steps());
    int real = real(length.values()[0], mask.steps());
    for (int t = 0; t < mask.steps(); t++) {
      y.set(t < real ? mask.within() : mask.beyond(), t);
    }
    return y;
  }

  static Tensor softsign(Tensor x) {
    Tensor y = Tensor.zeros(x.dims());
    for (int i = 0; i < y.values().length; i++) {
      y.values()[i] = x.values()[i] / (1 + Math.abs(x.values()[i]));
    }
    return y;
  }

  static Tensor activation(Activation activation, Tensor x) {
    Tensor y = Tensor.zeros(x.dims());
    for (int i = 0; i < y.values().length; i++) {
      y.values()[i] = value(activation, x.values()[i]);
    }
    return y;
  }

  private static double value(Activation activation, double x) {
    double a = activation.first();
    double b = activation.second();
    return switch (activation.function()) {
      case RELU -> x > 0 ? x : 0;
      case CLIP -> x < a ? a : x > b ? b : x;
      case LEAKY_RELU -> x > 0 ? x : a * x;
      case ELU -> x > 0 ? x : a * (Math.exp(x) - 1);
      case GELU -> x * (1 + erf(x / Math.sqrt(2))) / 2;
      case GELU_TANH -> x * logistic(2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x));
      case SILU -> x * logistic(x);
      case MISH -> mish(x);
      case HARD_SWISH -> x <= -3 ? 0 : x >= 3 ? x : x * (x + 3) / 6;
      case HARD_SIGMOID -> a * x + b < 0 ? 0 : a * x + b > 1 ? 1 : a * x + b;
      case SIGMOID -> logistic(x);
      case TANH -> Math.tanh(x);
      case SOFTPLUS -> x > 30 ? x : Math.log1p(Math.exp(x));
      case SQRT -> Math.sqrt(x);
      case EXP -> Math.exp(x);
      case LOG -> Math.log(x);
      case COS -> 1 - 2 * Math.sin(x / 2) * Math.sin(x / 2);
      case SIN -> 2 * Math.sin(x / 2) * Math.cos(x / 2);
      case ERF -> erf(x);
      case THRESHOLD -> x > a ? x : 0;
      case SHRINK -> x > a ? x - b : x < -a ? x + b : 0;
      case SCALE -> a * x + b;
    };
  }

  private static double logistic(double x) {
    return 0.5 * (1 + Math.tanh(x / 2));
  }

  /** x·tanh(log(1 + e)) with e = eˣ, multiplied out. */
  private static double mish(double x) {
    if (x > 30) {
      return x;
    }
    double e = Math.exp(x);
    double n = e * (e + 2);
    return x * n / (n + 2);
  }

  /** The error function by a series of terms of one sign (DLMF 7.6.2). */
  private static double erf(double x) {
    if (Math.abs(x) > 6) {
      return Math.signum(x);
    }
    double term = x;
    double sum = x;
    for (int n = 1; n < 200; n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
  }

  static Tensor prelu(PRelu prelu, Tensor x, Map<String, Tensor> parameters) {
    Tensor slope = ReferenceForward.needed(parameters, "slope");
    Tensor y = Tensor.zeros(x.dims());
    for (int place = 0; place < y.values().length; place++) {
      double s = slope.get(prelu.axis() < 0 ? 0 : x.index(place)[prelu.axis()]);
      double own = x.values()[place];
      y.values()[place] = own > 0 ? own : s * own;
    }
    return y;
  }

  static Tensor combine(Combine combine, Tensor x, Tensor y) {
    int rank = Math.max(x.rank(), y.rank());
    int[] dims = new int[rank];
    for (int axis = 0; axis < rank; axis++) {
      int first = size(x, axis, rank);
      int second = size(y, axis, rank);
      dims[axis] = first == 1 ? second : first;
    }
    Tensor z = Tensor.zeros(dims);
    for (int place = 0; place < z.values().length; place++) {
      int[] at = z.index(place);
      z.values()[place] = both(combine.by(), repeated(x, at), repeated(y, at));
    }
    return z;
  }

  private static int size(Tensor x, int axis, int rank) {
    int own = axis - (rank - x.rank());
    return own < 0 ? 1 : x.dim(own);
  }

  private static double repeated(Tensor x, int[] at) {
    int[] own = new int[x.rank()];
    for (int axis = 0; axis < own.length; axis++) {
      own[axis] = x.dim(axis) == 1 ? 0 : at[at.length - own.length + axis];
    }
    return x.get(own);
  }

  private static double both(Combine.By by, double x, double y) {
    return switch (by) {
      case ADD -> x + y;
      case SUBTRACT -> x - y;
      case MULTIPLY -> x * y;
      case DIVIDE -> x / y;
      case MINIMUM -> x < y ? x : y;
      case MAXIMUM -> x > y ? x : y;
      case POWER -> Math.pow(x, y);
    };
  }

  static Tensor standardize(Standardize standardize, Tensor x, Map<String, Tensor> parameters) {
    Tensor mean = ReferenceForward.needed(parameters, "mean");
    Tensor scale = ReferenceForward.needed(parameters, "scale");
    Tensor y = Tensor.zeros(x.dims());
    for (int place = 0; place < y.values().length; place++) {
      int own =
          switch (standardize.each()) {
            case ALL -> 0;
            case UNIT -> x.index(place)[0];
            case FEATURE -> place;
          };
      y.values()[place] = (x.values()[place] - mean.get(own)) * scale.get(own);
    }
    return y;
  }

  static Tensor affine(Affine affine, Tensor x, Map<String, Tensor> parameters) {
    Tensor scale = ReferenceForward.needed(parameters, "scale");
    Tensor shift = ReferenceForward.needed(parameters, "shift");
    Tensor y = Tensor.zeros(x.dims());
    for (int place = 0; place < y.values().length; place++) {
      int unit = x.index(place)[affine.axis()];
      y.values()[place] = scale.get(unit) * x.values()[place] + shift.get(unit);
    }
    return y;
  }

  static Tensor biasMap(BiasMap map, Tensor x, Map<String, Tensor> parameters) {
    Tensor shift = ReferenceForward.needed(parameters, "shift");
    Tensor y = Tensor.zeros(x.dims());
    for (int place = 0; place < y.values().length; place++) {
      int[] at = x.index(place);
      for (int axis = 1; axis < at.length; axis++) {
        at[axis] = map.kinds().get(axis - 1).get(at[axis]);
      }
      y.values()[place] = x.values()[place] + shift.get(at);
    }
    return y;
  }

  static Tensor gate(DependentGate gate, Tensor x, Map<String, Tensor> parameters) {
    int units = x.dim(gate.axis());
    double[] sums = new double[units];
    for (int place = 0; place < x.values().length; place++) {
      sums[x.index(place)[gate.axis()]] += x.values()[place];
    }
    Tensor y = Tensor.zeros(x.dims());
    for (int place = 0; place < y.values().length; place++) {
      int unit = x.index(place)[gate.axis()];
      int positions = x.values().length / units;
      double mean = sums[unit] / positions;
      double open =
          ReferenceForward.needed(parameters, "scale").get(unit) * mean
              + ReferenceForward.needed(parameters, "shift").get(unit);
      double factor =
          ReferenceForward.needed(parameters, "factor").get(unit)
              * (open < 0 ? 0 : open > 1 ? 1 : open);
      y.values()[place] = factor <= gate.cut() ? 0 : factor * x.values()[place];
    }
    return y;
  }
}
