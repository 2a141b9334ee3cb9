package dev.ockham.core.answer;

import dev.ockham.core.kernel.ParallelRanges;
import java.util.Arrays;
import java.util.List;

/** Threads that answer the rows of a block together; the answers do not depend on how many. */
public final class AnswerTeam implements AutoCloseable {

  /** Rows that a thread takes at once. Not by the number of threads: bits may depend on it. */
  private static final int PART = 64;

  private final Answering answering;
  private final ParallelRanges team;

  /**
   * Starts the team.
   *
   * @param answering is asked, and stays the caller's to close
   * @param threads at least 1
   */
  public AnswerTeam(Answering answering, int threads) {
    this.answering = answering;
    this.team = new ParallelRanges(threads);
  }

  /**
   * Answers rows, shared among the threads.
   *
   * @param rows raw values, {@code [count, size]} at its beginning; read only
   * @param count at least 1
   * @param size numbers of a row
   */
  public Answers answer(float[] rows, int count, int size) {
    Answers[] parts = new Answers[Math.ceilDiv(count, PART)];
    team.runEach(
        parts.length,
        part -> {
          int from = part * PART;
          int to = Math.min(count, from + PART);
          parts[part] =
              answering.answer(Arrays.copyOfRange(rows, from * size, to * size), to - from);
        });
    return Answers.joined(List.of(parts));
  }

  @Override
  public void close() {
    team.close();
  }
}
