package dev.ockham.runtime.graph;

import java.util.List;

/**
 * A function of each number by itself.
 *
 * @param function which one
 * @param first its first setting, such as a lower bound or a slope; 0 where it has none
 * @param second its second setting, such as an upper bound; 0 where it has none
 */
public record Activation(Function function, float first, float second) implements Operator {

  /** What is computed of x, with settings a and b. */
  public enum Function {
    /** max(0, x). */
    RELU {
      @Override
      public double of(double x, float a, float b) {
        return Math.max(0, x);
      }
    },
    /** x within [a, b], else the nearer bound; 0 and 6 for ReLU6. */
    CLIP {
      @Override
      public double of(double x, float a, float b) {
        return Math.min(b, Math.max(a, x));
      }
    },
    /** x, or a·x below 0. */
    LEAKY_RELU {
      @Override
      public double of(double x, float a, float b) {
        return x >= 0 ? x : a * x;
      }
    },
    /** x, or a(eˣ − 1) below 0. */
    ELU {
      @Override
      public double of(double x, float a, float b) {
        return x >= 0 ? x : a * Math.expm1(x);
      }
    },
    /** x·Φ(x), with the normal distribution's Φ (arXiv:1606.08415). */
    GELU {
      @Override
      public double of(double x, float a, float b) {
        return 0.5 * x * Erf.complement(-x / Math.sqrt(2));
      }
    },
    /** ½x(1 + tanh(√(2/π)(x + 0.044715x³))), the other form of GELU. */
    GELU_TANH {
      @Override
      public double of(double x, float a, float b) {
        double inner = Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
        return 0.5 * x * (1 + Math.tanh(inner));
      }
    },
    /** x·σ(x), also called swish. */
    SILU {
      @Override
      public double of(double x, float a, float b) {
        return x * logistic(x);
      }
    },
    /** x·tanh(softplus(x)) (arXiv:1908.08681). */
    MISH {
      @Override
      public double of(double x, float a, float b) {
        return x * Math.tanh(softplus(x));
      }
    },
    /** x·min(1, max(0, x/6 + ½)) (arXiv:1905.02244). */
    HARD_SWISH {
      @Override
      public double of(double x, float a, float b) {
        return x * Math.min(1, Math.max(0, x / 6 + 0.5));
      }
    },
    /** min(1, max(0, a·x + b)); a = 1/6 and b = ½ in PyTorch. */
    HARD_SIGMOID {
      @Override
      public double of(double x, float a, float b) {
        return Math.min(1, Math.max(0, a * x + b));
      }
    },
    /** σ(x) = 1/(1 + e⁻ˣ). */
    SIGMOID {
      @Override
      public double of(double x, float a, float b) {
        return logistic(x);
      }
    },
    /** tanh(x). */
    TANH {
      @Override
      public double of(double x, float a, float b) {
        return Math.tanh(x);
      }
    },
    /** log(1 + eˣ). */
    SOFTPLUS {
      @Override
      public double of(double x, float a, float b) {
        return softplus(x);
      }
    },
    /** √x; NaN below 0. */
    SQRT {
      @Override
      public double of(double x, float a, float b) {
        return Math.sqrt(x);
      }
    },
    /** eˣ. */
    EXP {
      @Override
      public double of(double x, float a, float b) {
        return Math.exp(x);
      }
    },
    /** Natural logarithm; NaN below 0. */
    LOG {
      @Override
      public double of(double x, float a, float b) {
        return Math.log(x);
      }
    },
    /** The error function. */
    ERF {
      @Override
      public double of(double x, float a, float b) {
        return 1 - Erf.complement(x);
      }
    },
    /** x where it is above a, else 0. */
    THRESHOLD {
      @Override
      public double of(double x, float a, float b) {
        return x > a ? x : 0;
      }
    },
    /** a·x + b. */
    SCALE {
      @Override
      public double of(double x, float a, float b) {
        return a * x + b;
      }
    };

    /**
     * The function's value.
     *
     * @param x where
     * @param a first setting
     * @param b second setting
     */
    public abstract double of(double x, float a, float b);

    private static double logistic(double x) {
      return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
    }

    private static double softplus(double x) {
      return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }
  }

  /** Checks that the settings are finite, and bounds in order. */
  public Activation {
    Checks.finite("first", first);
    Checks.finite("second", second);
    if (function == Function.CLIP && first > second) {
      throw new IllegalArgumentException(
          "its lower bound " + first + " is above its upper bound " + second);
    }
  }

  /** A function without settings. */
  public static Activation of(Function function) {
    return new Activation(function, 0, 0);
  }

  @Override
  public Shape output(List<Shape> in) {
    return Checks.one(in);
  }

  @Override
  public UnitMap units(List<Shape> in, List<Integer> axes) {
    return UnitMap.unitwise(axes.get(0));
  }
}
