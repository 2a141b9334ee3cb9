package dev.ockham.train.compress;

import dev.ockham.core.spec.SpecException;
import dev.ockham.train.run.TrainingException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What an epoch costs on this machine, measured once: a record that is read again plans the same
 * epochs, however fast the machine is then.
 *
 * @param noisy seconds of an epoch with noise
 * @param plain seconds of an epoch without
 */
record Costs(double noisy, double plain) {

  /** Part of the time that is left for measuring, searching and writing. */
  private static final double OVERHEAD = 0.12;

  /** More than this many passes are of no use to a network that is trained already. */
  private static final int MOST_EPOCHS = 300;

  /** Fewest epochs: one with noise, one of fine-tuning. */
  static final int FEWEST_EPOCHS = 2;

  /** Where epochs are counted, each is one. */
  private static final Costs COUNTED = new Costs(1, 1);

  /**
   * What a budget with training is spent on.
   *
   * @param trained whether the network is
   * @throws SpecException if it does not do for two epochs, saying how long they take
   */
  Spending spending(Budget budget, boolean trained, Spending.Way way) {
    Costs costs = budget instanceof Budget.Epochs ? COUNTED : this;
    return Spending.of(work(budget), costs, trained, way);
  }

  /** Seconds of some epochs. */
  double seconds(Spending spending) {
    return (spending.posterior() + spending.noisy()) * noisy
        + (spending.dense() + spending.tuned()) * plain;
  }

  /** Epochs, or seconds. */
  private double work(Budget budget) {
    return switch (budget) {
      case Budget.Untrained() -> 0;
      case Budget.Epochs(int epochs) -> {
        if (epochs < FEWEST_EPOCHS) {
          throw new SpecException(
              "--budget %s is too short: there are at least %s, one with noise and one to fine-tune"
                  .formatted(budget, FEWEST_EPOCHS + "epochs"));
        }
        yield epochs;
      }
      case Budget.Seconds(double seconds) -> {
        double each = (noisy + plain) / 2;
        double work = Math.min(MOST_EPOCHS * each, (1 - OVERHEAD) * seconds);
        if (work < FEWEST_EPOCHS * each) {
          throw new SpecException(
              "--budget %s is too short: an epoch takes %s here, and there are at least %s; --budget %s would do"
                  .formatted(
                      budget,
                      shown(each),
                      FEWEST_EPOCHS,
                      shown(Math.ceil(FEWEST_EPOCHS * each / (1 - OVERHEAD)) + 1)));
        }
        yield work;
      }
    };
  }

  /**
   * Epochs of fine-tuning that fit what is left of a budget; 0 where none does.
   *
   * @param spent seconds
   * @param each seconds of an epoch; asked where the budget is one of time
   */
  static int tuningEpochs(Budget budget, double spent, Measuring each)
      throws IOException, TrainingException {
    return switch (budget) {
      case Budget.Untrained() -> 0;
      case Budget.Epochs(int epochs) -> epochs;
      case Budget.Seconds(double seconds) ->
          (int) Math.clamp((1 - OVERHEAD) * (seconds - spent) / each.seconds(), 0, MOST_EPOCHS);
    };
  }

  /** Measures an epoch. */
  @FunctionalInterface
  interface Measuring {
    double seconds() throws IOException, TrainingException;
  }

  private static String shown(double seconds) {
    return seconds < 120
        ? String.format(Locale.ROOT, "%.0fs", Math.max(1, seconds))
        : String.format(Locale.ROOT, "%.0fm", Math.ceil(seconds / 60));
  }

  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("noisy_epoch_seconds", noisy);
    map.put("plain_epoch_seconds", plain);
    return map;
  }
}
