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

  /** Part of the work behind dense training that has noise. Half of that is the posterior's. */
  private static final double NOISY_PART = 0.5;

  /** The part that gates have, behind which there is no noise. */
  private static final double GATES_PART = 0.3;

  private static final double DENSE_PART = 0.4;

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
  static Spending of(double work, Costs costs, boolean trained) {
    int dense = dense(work, costs, trained);
    double left = work - dense * costs.plain();
    int noise = epochs(NOISY_PART * left, costs.noisy());
    int posterior = Math.max(1, noise / 2);
    return new Spending(dense, posterior, noise - posterior, rest(left, noise, costs));
  }

  /** The same for a network that is cut by gates. */
  static Spending byGates(double work, Costs costs, boolean trained) {
    int dense = dense(work, costs, trained);
    double left = work - dense * costs.plain();
    int gates = epochs(GATES_PART * left, costs.noisy());
    return new Spending(dense, gates, 0, rest(left, gates, costs));
  }

  private static int dense(double work, Costs costs, boolean trained) {
    return trained ? 0 : epochs(DENSE_PART * work, costs.plain());
  }

  private static int epochs(double work, double each) {
    return Math.max(1, (int) Math.round(work / each));
  }

  private static int rest(double work, int noise, Costs costs) {
    return Math.max(1, (int) ((work - noise * costs.noisy()) / costs.plain()));
  }
}
