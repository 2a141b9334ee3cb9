package dev.ockham.train.pass;

import org.jspecify.annotations.Nullable;

/**
 * What a pass is run for.
 *
 * @param examples global id of the example of each row
 * @param noise where noise comes from; null for mean weights
 * @param norms what batch norms normalise by
 * @param differentiated whether a way back follows
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record Share(int[] examples, @Nullable NoiseSource noise, Norms norms, boolean differentiated) {
  /** Examples. */
  int rows() {
    return examples.length;
  }
}
