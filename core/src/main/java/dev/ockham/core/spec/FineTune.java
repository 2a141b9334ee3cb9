package dev.ockham.core.spec;

/**
 * The end of a run, after pruning: the weights that stay are trained without noise and without KL,
 * the others are 0 for good. The learning rate falls from {@code learningRate} to 0 in proportion
 * to progress, and Adam starts anew. The KL's prior has no scale, and is gone by then; decoupled
 * weight decay (arXiv:1711.05101, algorithm 2), which makes each weight smaller by the learning
 * rate times {@code weightDecay} of it after each step of Adam, can take its place.
 *
 * <p>With several stages, each is such an end, and half of the weights that are left go between two
 * of them. The run ends with the smallest network that is good enough on validation examples.
 *
 * @param epochs how many of the run's last epochs, at least 0; 0 leaves it out
 * @param learningRate rate at its start, positive
 * @param weightDecay λ, from 0 to 1/(2·learningRate), so that no step takes more than half of a
 *     weight; biases have none; 0 where there are no epochs
 * @param stages parts of equal length, at least 1; 1 is one end
 * @param mostLoss how much worse than the run's own network before noise a later stage may be, at
 *     least 0: in points of error, of numbers in quarters of a per cent of the RMSE; 0 where there
 *     is one stage
 */
public record FineTune(
    @Doc("How many of the run's last epochs; 0 leaves it out.") int epochs,
    @Doc("Learning rate at its start; it falls linearly to 0.") double learningRate,
    @Doc(
            value = "Share of a weight that goes in a step, per learning rate (AdamW's lambda).",
            unrecorded = "0.0")
        double weightDecay,
    @Doc(
            value =
                "Parts of equal length; half of the weights go between two, while it costs little.",
            unrecorded = "1")
        int stages,
    @Doc(
            value =
                "What it may cost by validation beside the network before noise: points of error;"
                    + " of numbers, 0.5 is 2 % of RMSE.",
            unrecorded = "0.0")
        double mostLoss) {

  /** Per cent of an RMSE that count as much as a point of error. */
  private static final double RMSE_PER_POINT = 4;

  /** Checks the ranges. */
  public FineTune {
    Require.atLeast("training.fine_tune.epochs", epochs, 0);
    Require.positive("training.fine_tune.learning_rate", learningRate);
    Require.between("training.fine_tune.weight_decay", weightDecay, 0, 0.5 / learningRate);
    Require.between("training.fine_tune.stages", stages, 1, 30);
    Require.between("training.fine_tune.most_loss", mostLoss, 0, 100);
    if (epochs == 0 && weightDecay != 0) {
      throw new SpecException(
          "training.fine_tune.weight_decay is %s, but training.fine_tune.epochs is 0"
              .formatted(weightDecay));
    }
    if (stages > 1 && (epochs == 0 || epochs % stages != 0)) {
      throw new SpecException(
          "training.fine_tune.epochs is %s, no multiple of training.fine_tune.stages, %s"
              .formatted(epochs, stages));
    }
    if (stages == 1 && mostLoss != 0) {
      throw new SpecException(
          "training.fine_tune.most_loss is %s, but training.fine_tune.stages is 1"
              .formatted(mostLoss));
    }
  }

  static FineTune defaults() {
    return new FineTune(0, 1e-3, 0, 1, 0);
  }

  /** Epochs of each stage. */
  public int epochsPerStage() {
    return epochs / stages;
  }

  /** {@link #mostLoss} as a share of wrong answers. */
  public double mostLossOfErrors() {
    return mostLoss / 100;
  }

  /** {@link #mostLoss} as growth of the mean squared error, such as 1.0404 for 2 % of RMSE. */
  public double mostGrowthOfSquares() {
    double root = 1 + mostLoss * RMSE_PER_POINT / 100;
    return root * root;
  }

  /** Learning rate at a progress in [0, 1] through these epochs. */
  public double at(double progress) {
    if (progress >= 1) {
      return 0;
    }
    double part = progress * stages;
    return learningRate * (1 - (part - Math.floor(part)));
  }
}
