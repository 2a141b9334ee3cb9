package dev.ockham.runtime.graph;

import dev.ockham.runtime.json.JsonObjectBuilder;
import java.util.List;

/**
 * A function of each number by itself.
 *
 * @param function which one
 * @param first its first setting, such as a lower bound or a slope; 0 where it has none
 * @param second its second setting, such as an upper bound; 0 where it has none
 */
public record Activation(Function function, float first, float second) implements Operator {

  /**
   * What is computed of x, with settings a and b. A kernel computes the formula in double unless it
   * has a faster one with the same result.
   */
  public enum Function {
    /** max(0, x). */
    RELU,
    /** x within [a, b], else the nearer bound; 0 and 6 for ReLU6. */
    CLIP(2),
    /** x, or a·x below 0. */
    LEAKY_RELU(1),
    /** x, or a(eˣ − 1) below 0. */
    ELU(1),
    /** x·Φ(x), with the normal distribution's Φ (arXiv:1606.08415). */
    GELU,
    /** ½x(1 + tanh(√(2/π)(x + 0.044715x³))), the other form of GELU. */
    GELU_TANH,
    /** x·σ(x), also called swish. */
    SILU,
    /** x·tanh(softplus(x)) (arXiv:1908.08681). */
    MISH,
    /** x·min(1, max(0, x/6 + ½)) (arXiv:1905.02244). */
    HARD_SWISH,
    /** min(1, max(0, a·x + b)); a = 1/6 and b = ½ in PyTorch. */
    HARD_SIGMOID(2),
    /** σ(x) = 1/(1 + e⁻ˣ). */
    SIGMOID,
    /** tanh(x). */
    TANH,
    /** log(1 + eˣ). */
    SOFTPLUS,
    /** √x; NaN below 0. */
    SQRT,
    /** eˣ. */
    EXP,
    /** Natural logarithm; NaN below 0. */
    LOG,
    /** sin(x), as in networks of signals (arXiv:2006.09661). */
    SIN,
    /** cos(x). */
    COS,
    /** The error function. */
    ERF,
    /** x where it is above a, else 0. */
    THRESHOLD(1),
    /** x + b below −a, x − b above a, else 0; the soft threshold where b = a. */
    SHRINK(2),
    /** a·x + b. */
    SCALE(2);

    private final int settings;

    Function() {
      this(0);
    }

    Function(int settings) {
      this.settings = settings;
    }

    /** How many settings it has, 0 to 2. */
    public int settings() {
      return settings;
    }

    /**
     * The function's value.
     *
     * @param x where
     * @param a first setting
     * @param b second setting
     */
    public double of(double x, float a, float b) {
      return switch (this) {
        case RELU -> Math.max(0, x);
        case CLIP -> Math.min(b, Math.max(a, x));
        case LEAKY_RELU -> x >= 0 ? x : a * x;
        case ELU -> x >= 0 ? x : a * Math.expm1(x);
        case GELU -> 0.5 * x * Erf.complement(-x / Math.sqrt(2));
        case GELU_TANH -> geluTanh(x);
        case SILU -> x * logistic(x);
        case MISH -> x * Math.tanh(softplus(x));
        case HARD_SWISH -> x * Math.min(1, Math.max(0, x / 6 + 0.5));
        case HARD_SIGMOID -> Math.min(1, Math.max(0, a * x + b));
        case SIGMOID -> logistic(x);
        case TANH -> Math.tanh(x);
        case SOFTPLUS -> softplus(x);
        case SQRT -> Math.sqrt(x);
        case EXP -> Math.exp(x);
        case LOG -> Math.log(x);
        case SIN -> Math.sin(x);
        case COS -> Math.cos(x);
        case ERF -> 1 - Erf.complement(x);
        case THRESHOLD -> x > a ? x : 0;
        case SHRINK -> Math.abs(x) > a ? x - b * Math.signum(x) : 0;
        case SCALE -> a * x + b;
      };
    }

    private static double geluTanh(double x) {
      double inner = Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
      return 0.5 * x * (1 + Math.tanh(inner));
    }

    private static double logistic(double x) {
      return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
    }

    private static double softplus(double x) {
      return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }
  }

  /** Checks that the settings are finite, bounds in order, and a threshold not below 0. */
  public Activation {
    Checks.finite("first", first);
    Checks.finite("second", second);
    if (function == Function.CLIP && first > second) {
      throw new IllegalArgumentException(
          "its lower bound " + first + " is above its upper bound " + second);
    }
    if (function == Function.SHRINK && first < 0) {
      throw new IllegalArgumentException("its threshold is " + first + ", it must be >= 0");
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

  @Override
  public void write(JsonObjectBuilder out) {
    out.put("function", function).put("first", first).put("second", second);
  }
}
