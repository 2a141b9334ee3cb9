package dev.ockham.runtime.kernel;

/** Features by the number of the set that they belong to. */
final class Sets {
  private Sets() {}

  /**
   * Features of each set, ascending.
   *
   * @param set for each feature, the number of its set
   * @param count how many sets there are
   */
  static int[][] of(int[] set, int count) {
    int[] sizes = new int[count];
    for (int s : set) {
      sizes[s]++;
    }
    int[][] members = new int[count][];
    for (int s = 0; s < count; s++) {
      members[s] = new int[sizes[s]];
    }
    for (int f = set.length - 1; f >= 0; f--) {
      members[set[f]][--sizes[set[f]]] = f;
    }
    return members;
  }
}
