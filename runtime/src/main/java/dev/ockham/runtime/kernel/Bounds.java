package dev.ockham.runtime.kernel;

import dev.ockham.runtime.graph.Activation;
import org.jspecify.annotations.Nullable;

/**
 * What sums are held between: an activation that costs next to nothing.
 *
 * @param low −∞ for none
 * @param high ∞ for none
 */
record Bounds(float low, float high) {
  /** Everything stays as it is. */
  static final Bounds NONE = new Bounds(Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY);

  /** An activation as bounds; null if it is another. */
  static @Nullable Bounds of(Activation activation) {
    if (activation.function() == Activation.Function.RELU) {
      return new Bounds(0f, Float.POSITIVE_INFINITY);
    }
    return activation.function() == Activation.Function.CLIP
        ? new Bounds(activation.first(), activation.second())
        : null;
  }

  boolean none() {
    return low == Float.NEGATIVE_INFINITY && high == Float.POSITIVE_INFINITY;
  }

  boolean above() {
    return high != Float.POSITIVE_INFINITY;
  }

  float of(float x) {
    if (none()) {
      return x;
    }
    float above = x <= low ? low : x;
    return above() && above >= high ? high : above;
  }
}
