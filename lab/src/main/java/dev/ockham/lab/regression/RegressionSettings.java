package dev.ockham.lab.regression;

import dev.ockham.core.spec.RunSpec;
import java.util.Map;
import java.util.Objects;

/**
 * How networks of one hidden layer of 50 are trained on each set. Chosen on validation parts of
 * training splits, never on test parts.
 *
 * @param epochs passes over the training examples
 * @param batch examples per step
 * @param learningRate where it starts
 */
public record RegressionSettings(int epochs, int batch, double learningRate) {

  private static final Map<String, RegressionSettings> CHOSEN =
      Map.of(
          "yacht", new RegressionSettings(1000, 32, 0.01),
          "bostonHousing", new RegressionSettings(500, 32, 0.005),
          "energy", new RegressionSettings(800, 32, 0.01),
          "concrete", new RegressionSettings(800, 32, 0.01),
          "wine-quality-red", new RegressionSettings(300, 32, 0.005),
          "kin8nm", new RegressionSettings(200, 64, 0.005),
          "power-plant", new RegressionSettings(200, 64, 0.005),
          "naval-propulsion-plant", new RegressionSettings(200, 64, 0.005));

  /** The settings of a set. */
  public static RegressionSettings of(String set) {
    return Objects.requireNonNull(CHOSEN.get(set), set);
  }

  /**
   * The run that they stand for.
   *
   * @param inputs columns that are inputs
   * @param seed of the run
   * @param validation fraction of the training examples to hold out
   */
  public RunSpec spec(int inputs, long seed, double validation) {
    return RunSpec.defaults()
        .with("architecture", "net:%s-dense50-relu-dense1".formatted(inputs))
        .with("method.name", "sparse-vd")
        .with("training.loss", "gaussian")
        .with("training.seed", seed)
        .with("training.epochs", epochs)
        .with("training.batch", batch)
        .with("training.threads", 1)
        .with("training.checkpoint_seconds", 1000)
        .with("training.on_collapse", "continue")
        .with("training.shrink", false)
        .with("training.learning_rate.initial", learningRate)
        .with("training.kl_weight.from", 0.1)
        .with("training.kl_weight.until", 0.5)
        .with("data.validation", validation);
  }
}
