package dev.ockham.core.spec;

/**
 * When a run may end before its last epoch, judged by its validation examples as pruned.
 *
 * @param patience epochs without a better one after which the run ends; 0 for never. With a
 *     patience the best epoch is the one that counts, also where the run goes on to its last
 * @param from the first epoch, from 1, that may be the best; 0 for the first after warm-up of the
 *     KL, pruning while training, and the beginning of fine-tuning, before which a network is not
 *     yet pruned as it will be
 * @param measure what is better
 */
public record EarlyStopping(
    @Doc(
            value =
                "Epochs without a better one, as pruned on validation, after which to stop; 0:"
                    + " never.",
            unrecorded = "0")
        int patience,
    @Doc(value = "First epoch that may be the best; 0: the first after warm-up.", unrecorded = "0")
        int from,
    @Doc(
            value =
                "What is better: error (of classes or labels; of numbers 1 - R2), or loss (NLL).",
            unrecorded = "loss")
        Measure measure) {

  /** What an epoch is judged by; lower is better. */
  public enum Measure {
    /** The mean loss: the NLL, where it is one. */
    LOSS,
    /** The share of wrong classes or labels; of numbers and teachers 1 − R², the worst output. */
    ERROR
  }

  /** Checks the ranges. */
  public EarlyStopping {
    Require.between("training.early_stopping.patience", patience, 0, 1_000_000);
    Require.between("training.early_stopping.from", from, 0, 1_000_000);
    if (patience == 0 && from != 0) {
      throw new SpecException(
          "training.early_stopping.from is %s, but training.early_stopping.patience is 0"
              .formatted(from));
    }
  }

  /** Whether a run may end early. */
  public boolean on() {
    return patience > 0;
  }

  static EarlyStopping defaults() {
    return new EarlyStopping(0, 0, Measure.LOSS);
  }
}
