package dev.ockham.core.run;

import dev.ockham.core.arch.WeightTensor;
import dev.ockham.runtime.graph.Parameter;

/** Names of a network's tensors in checkpoints. */
public final class ParameterNames {

  /** Means of the features, where each has its own. */
  public static final String INPUT_MEAN = "input.mean";

  /** Scales of the features, where each has its own. */
  public static final String INPUT_SCALE = "input.scale";

  /** The log noise-to-signal ratio that a whole network shares. */
  public static final String LOG_ALPHA = "log_alpha";

  /** What names of log-variances end with. */
  public static final String LOG_SIGMA2 = ".log_sigma2";

  private ParameterNames() {}

  /** The name of the means of weights. */
  public static String theta(WeightTensor weights) {
    return weights.name() + ".theta";
  }

  /** Log-variances of the weights. */
  public static String logSigma2(WeightTensor weights) {
    return weights.name() + LOG_SIGMA2;
  }

  /** Log noise-to-signal ratios that some weights share or own. */
  public static String logAlpha(WeightTensor weights) {
    return weights.name() + "." + LOG_ALPHA;
  }

  /** What the names of the numbers of a gate begin with. */
  public static String gate(WeightTensor weights) {
    return weights.name() + ".gate";
  }

  /**
   * A parameter that is a plain number: the graph's name for it, but for what a normalisation
   * scales by and adds, which are {@code gamma} and {@code beta}.
   */
  public static String plain(Parameter parameter) {
    String name = parameter.name();
    return switch (parameter.role()) {
      case SCALE -> ending(name, ".scale", ".gamma");
      case SHIFT -> ending(name, ".shift", ".beta");
      case WEIGHT, TABLE, BIAS, STATISTIC, CONSTANT -> name;
    };
  }

  private static String ending(String name, String ours, String theirs) {
    return name.endsWith(ours) ? name.substring(0, name.length() - ours.length()) + theirs : name;
  }
}
