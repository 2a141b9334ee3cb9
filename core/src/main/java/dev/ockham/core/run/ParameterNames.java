package dev.ockham.core.run;

import dev.ockham.core.arch.LayerSpec;

/** Names of a layer's tensors in checkpoints. */
public final class ParameterNames {

  /** Means of the features, where each has its own. */
  public static final String INPUT_MEAN = "input.mean";

  /** Scales of the features, where each has its own. */
  public static final String INPUT_SCALE = "input.scale";

  /** The log noise-to-signal ratio that a whole network shares. */
  public static final String LOG_ALPHA = "log_alpha";

  private ParameterNames() {}

  /** Weight means. */
  public static String theta(LayerSpec.Linear layer) {
    return layer.name() + ".theta";
  }

  /** Log-variances of the weights. */
  public static String logSigma2(LayerSpec.Linear layer) {
    return layer.name() + ".log_sigma2";
  }

  /** Log noise-to-signal ratios that a layer's weights or inputs share or own. */
  public static String logAlpha(LayerSpec.Linear layer) {
    return layer.name() + "." + LOG_ALPHA;
  }

  /** What the names of the numbers of a layer's gate begin with. */
  public static String gate(LayerSpec.Linear layer) {
    return layer.name() + ".gate";
  }

  /** Bias. */
  public static String bias(LayerSpec.Linear layer) {
    return layer.name() + ".bias";
  }

  /** What a batch norm scales by. */
  public static String gamma(LayerSpec.BatchNorm norm) {
    return norm.name() + ".gamma";
  }

  /** What a batch norm adds. */
  public static String beta(LayerSpec.BatchNorm norm) {
    return norm.name() + ".beta";
  }
}
