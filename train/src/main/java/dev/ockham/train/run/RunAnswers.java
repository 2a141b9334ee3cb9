package dev.ockham.train.run;

import dev.ockham.core.answer.AnswerSum;
import dev.ockham.core.answer.Answering;
import dev.ockham.core.answer.Answers;
import dev.ockham.core.data.Features;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.target.NoTargets;
import dev.ockham.runtime.Answer;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.graph.Shape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What networks say of raw rows that are drawn from the posterior of a run, pruned at its
 * threshold. All rows have the noise of one example, so that a row gets the same answer wherever it
 * stands.
 */
public final class RunAnswers implements Answering {

  private final DrawnNetworks networks;
  private final BlockingQueue<Integer> free;
  private final Shape input;
  private final Answer kind;
  private final int outputs;
  private final double reach;
  private final @Nullable DrawnNumbers units;

  private RunAnswers(
      DrawnNetworks networks,
      int threads,
      Snapshot snapshot,
      Answer kind,
      double reach,
      @Nullable DrawnNumbers units) {
    this.networks = networks;
    this.free = new ArrayBlockingQueue<>(threads);
    IntStream.range(0, threads).forEach(free::add);
    this.input = snapshot.architecture().example();
    this.kind = kind;
    this.outputs = snapshot.architecture().outputShapes().getFirst().size();
    this.reach = reach;
    this.units = units;
  }

  /**
   * Draws networks from a run.
   *
   * @param samples how many, at least 1
   * @param threads how many may ask at once
   * @param reach deviations that the interval of a number goes to both sides of its mean
   * @throws RunException if the run's method has no noise
   */
  public static RunAnswers open(RunFolder folder, int samples, int threads, double reach)
      throws IOException {
    RunRecord record = RunRecord.read(folder);
    Snapshot snapshot = Snapshot.read(folder);
    DataRules rules = record.data().rules();
    DrawnNumbers units = record.targets() == null ? null : DrawnNumbers.of(folder);
    Answer kind =
        units != null ? Answer.NUMBERS : Answer.of(rules, snapshot.architecture().graph());
    return new RunAnswers(
        DrawnNetworks.open(folder, true, samples, threads), threads, snapshot, kind, reach, units);
  }

  @Override
  public Answer kind() {
    return kind;
  }

  @Override
  public int outputs() {
    return outputs;
  }

  @Override
  public boolean certain() {
    return true;
  }

  @Override
  public Answers answer(float[] rows, int count) {
    int worker = take();
    try {
      AnswerSum sum = new AnswerSum(kind, outputs, count, reach);
      Features data =
          Features.of(
              input,
              MemorySegment.ofArray(Arrays.copyOf(rows, count * input.size())),
              new NoTargets(count));
      for (int from = 0; from < count; from += networks.batch()) {
        int[] examples = IntStream.range(from, Math.min(count, from + networks.batch())).toArray();
        float[][][] given = networks.ask(worker, data, examples, new int[examples.length]);
        for (int i = 0; i < examples.length; i++) {
          add(sum, examples[i], given, i);
        }
      }
      return sum.answers();
    } finally {
      free.add(worker);
    }
  }

  private void add(AnswerSum sum, int row, float[][][] given, int at) {
    if (units != null) {
      sum.add(row, units.means(given, at), units.variances(given, at));
      return;
    }
    double[][] drawn = new double[given.length][outputs];
    for (int s = 0; s < drawn.length; s++) {
      for (int k = 0; k < outputs; k++) {
        drawn[s][k] = given[s][0][at * outputs + k];
      }
    }
    sum.add(row, drawn, null);
  }

  private int take() {
    try {
      return free.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a network", e);
    }
  }

  @Override
  public void close() {
    networks.close();
  }
}
