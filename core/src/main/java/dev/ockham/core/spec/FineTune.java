package dev.ockham.core.spec;

/**
 * The end of a run, after pruning: the weights that stay are trained without noise and without KL,
 * the others are 0 for good. The learning rate falls from {@code learningRate} to 0 in proportion
 * to progress, and Adam starts anew. The KL's prior has no scale, and is gone by then; decoupled
 * weight decay (arXiv:1711.05101, algorithm 2), which makes each weight smaller by the learning
 * rate times {@code weightDecay} of it after each step of Adam, can take its place.
 *
 * @param epochs how many of the run's last epochs, at least 0; 0 leaves it out
 * @param learningRate rate at its start, positive
 * @param weightDecay λ, from 0 to 1/(2·learningRate), so that no step takes more than half of a
 *     weight; biases have none; 0 where there are no epochs
 */
public record FineTune(
    @Doc("How many of the run's last epochs; 0 leaves it out.") int epochs,
    @Doc("Learning rate at its start; it falls linearly to 0.") double learningRate,
    @Doc(
            value = "Share of a weight that goes in a step, per learning rate (AdamW's lambda).",
            unrecorded = "0.0")
        double weightDecay) {

  /** Checks the ranges. */
  public FineTune {
    Require.atLeast("training.fine_tune.epochs", epochs, 0);
    Require.positive("training.fine_tune.learning_rate", learningRate);
    Require.between("training.fine_tune.weight_decay", weightDecay, 0, 0.5 / learningRate);
    if (epochs == 0 && weightDecay != 0) {
      throw new SpecException(
          "training.fine_tune.weight_decay is %s, but training.fine_tune.epochs is 0"
              .formatted(weightDecay));
    }
  }

  static FineTune defaults() {
    return new FineTune(0, 1e-3, 0);
  }

  /** Learning rate at a progress in [0, 1] through these epochs. */
  public double at(double progress) {
    return learningRate * (1 - progress);
  }
}
