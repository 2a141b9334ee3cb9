package dev.ockham.spark;

import java.util.List;

/**
 * What a model says of some rows.
 *
 * @param values probabilities or numbers, {@code [rows, outputs]}
 * @param certainty how sure it is: of classes {@code [rows]} each, else {@code [rows, outputs]}
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record AnswerBlock(float[] values, List<float[]> certainty) {

  /** Copies the list. */
  AnswerBlock {
    certainty = List.copyOf(certainty);
  }
}
