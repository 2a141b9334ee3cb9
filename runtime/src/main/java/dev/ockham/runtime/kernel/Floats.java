package dev.ockham.runtime.kernel;

import java.util.Arrays;

/** Numbers as they come. */
final class Floats {
  private float[] numbers = new float[16];
  private int count;

  void add(float number) {
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

  float[] all() {
    return Arrays.copyOf(numbers, count);
  }
}
