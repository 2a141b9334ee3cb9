package dev.ockham.core.answer;

import dev.ockham.runtime.Answer;

/**
 * Answers rows of numbers. May be asked by several threads at once; what is said of a row does not
 * depend on the rows beside it.
 */
public interface Answering extends AutoCloseable {

  /** What is answered. */
  Answer kind();

  /** Values of a row: classes, labels or numbers. */
  int outputs();

  /** Whether answers say how sure they are. */
  boolean certain();

  /**
   * Answers.
   *
   * @param rows raw values, {@code [count, size of the model's inputs]}; read only
   */
  Answers answer(float[] rows, int count);

  /** Lets go of memory outside of the heap, where there is any. */
  @Override
  default void close() {}
}
