package dev.ockham.runtime.kernel;

import java.util.Arrays;

/** Whole numbers as they come. */
final class Ints {
  private int[] numbers = new int[16];
  private int count;

  void add(int number) {
    if (count == numbers.length) {
      numbers = Arrays.copyOf(numbers, 2 * count);
    }
    numbers[count++] = number;
  }

  int count() {
    return count;
  }

  /** Forgets all from a place on. */
  void cut(int place) {
    count = place;
  }

  int[] all() {
    return Arrays.copyOf(numbers, count);
  }
}
