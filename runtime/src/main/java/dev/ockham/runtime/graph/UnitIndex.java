package dev.ockham.runtime.graph;

/**
 * Leads from an index along an axis to the number of the unit that it belongs to: {@code ((index ·
 * step) / run) % period + offset}. An index whose number is not one of the units belongs to none.
 *
 * @param step ≥ 1
 * @param run indices in a row that belong to one unit, ≥ 1
 * @param period after how many units numbers begin again, ≥ 1
 * @param offset added at the end
 */
public record UnitIndex(int step, int run, int period, int offset) {

  private static final int NEVER = Integer.MAX_VALUE;

  /** Each index is the unit of the same number. */
  public static final UnitIndex SAME = new UnitIndex(1, 1, NEVER, 0);

  /** Checks the ranges. */
  public UnitIndex {
    if (step < 1 || run < 1 || period < 1) {
      throw new IllegalArgumentException(
          "step " + step + ", run " + run + " and period " + period + " must be at least 1");
    }
  }

  /** Index 0 is the unit {@code offset}, which may be negative. */
  public static UnitIndex from(int offset) {
    return new UnitIndex(1, 1, NEVER, offset);
  }

  /** Every {@code step}th unit from {@code offset} on. */
  public static UnitIndex every(int step, int offset) {
    return new UnitIndex(step, 1, NEVER, offset);
  }

  /** Runs of {@code run} indices, a unit each; after {@code period} units from the first again. */
  public static UnitIndex runs(int run, int period) {
    return new UnitIndex(1, run, period, 0);
  }

  /**
   * The unit that an index belongs to; −1 for none.
   *
   * @param units how many there are
   */
  public int unit(int index, int units) {
    long unit = (long) index * step / run % period + offset;
    return unit >= 0 && unit < units ? (int) unit : -1;
  }
}
