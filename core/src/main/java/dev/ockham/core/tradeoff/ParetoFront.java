package dev.ockham.core.tradeoff;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Which of several choices no other beats. */
public final class ParetoFront {

  private ParetoFront() {}

  /**
   * The choices for which there is none that is at most as large and at most as bad, and better in
   * one of the two. Of equal ones the first stays.
   *
   * @param size what should be small; a choice whose size is NaN is left out
   * @param badness what should be small as well; likewise
   * @return by size, the smallest first
   */
  public static <T> List<T> of(
      List<T> choices, ToDoubleFunction<T> size, ToDoubleFunction<T> badness) {
    List<T> sorted = new ArrayList<>(choices);
    sorted.removeIf(choice ->
        Double.isNaN(size.applyAsDouble(choice)) || Double.isNaN(badness.applyAsDouble(choice)));
    sorted.sort(Comparator.comparingDouble(size).thenComparingDouble(badness));
    List<T> front = new ArrayList<>();
    double best = Double.POSITIVE_INFINITY;
    for (T choice : sorted) {
      double bad = badness.applyAsDouble(choice);
      if (bad < best || (front.isEmpty() && bad == best)) {
        front.add(choice);
        best = bad;
      }
    }
    return front;
  }
}
