package dev.ockham.train.compress;

/**
 * What the epochs of a budget are for.
 *
 * @param dense training of a network that is not trained yet
 * @param posterior with noise, before anything is pruned
 * @param noisy with noise, while weights begin to go
 * @param tuned without noise, of all rounds together
 */
record Spending(int dense, int posterior, int noisy, int tuned) {

  private static final double DENSE_PART = 0.4;

  /** How a wish is reached, and the parts of the work behind dense training that have noise. */
  enum Way {
    /** Of a wish of size: one round of all that is left. */
    SIZE(0.25, 0.25),
    /** Of a wish of quality: several rounds, and noise in the first one alone. */
    QUALITY(0.3, 0.1),
    /** By gates, behind which there is no noise. */
    GATES(0.3, 0);

    private final double posterior;
    private final double noisy;

    Way(double posterior, double noisy) {
      this.posterior = posterior;
      this.noisy = noisy;
    }
  }

  /** All of them. */
  int epochs() {
    return dense + posterior + noisy + tuned;
  }

  /**
   * Shares work.
   *
   * @param work in whatever an epoch costs
   * @param costs of an epoch
   * @param trained whether the network is
   */
  static Spending of(double work, Costs costs, boolean trained, Way way) {
    int dense = trained ? 0 : atLeastOne(Math.round(DENSE_PART * work / costs.plain()));
    double left = work - dense * costs.plain();
    int posterior = atLeastOne(Math.round(way.posterior * left / costs.noisy()));
    int noisy = (int) (way.noisy * left / costs.noisy());
    double rest = left - (posterior + noisy) * costs.noisy();
    return new Spending(dense, posterior, noisy, atLeastOne((long) (rest / costs.plain())));
  }

  private static int atLeastOne(long epochs) {
    return (int) Math.max(1, epochs);
  }
}
