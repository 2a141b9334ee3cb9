package dev.ockham.core.quality;

import dev.ockham.core.data.Examples;
import dev.ockham.core.evaluate.Evaluator;
import dev.ockham.runtime.model.Model;
import java.util.List;
import java.util.stream.IntStream;

/** What several networks of one shape give for examples, some examples at a time. */
final class DrawnOutputs {

  /** Most numbers that are kept at once, 64 MB. */
  private static final long MOST_KEPT = 1 << 24;

  private DrawnOutputs() {}

  /** Is given one example after another, in their order. */
  interface Sink {
    /**
     * Takes an example.
     *
     * @param given {@code [network][output][numbers]}
     */
    void take(int example, float[][][] given);
  }

  /**
   * Asks.
   *
   * @param models at least one, with the same outputs
   * @param threads cores to use; the result does not depend on it
   */
  static void each(List<Model> models, Examples examples, int threads, Sink sink) {
    Model first = models.getFirst();
    long numbers = models.size();
    for (String output : first.graph().outputs()) {
      numbers += (long) models.size() * first.graph().shape(output).size();
    }
    int most = Math.clamp(MOST_KEPT / numbers, 1, Math.max(1, examples.count()));
    for (int from = 0; from < examples.count(); from += most) {
      int begin = from;
      int to = Math.min(examples.count(), from + most);
      Examples some =
          to - from == examples.count()
              ? examples
              : examples.select(IntStream.range(from, to).toArray());
      float[][][][] given = new float[to - from][models.size()][][];
      for (int s = 0; s < models.size(); s++) {
        int network = s;
        Evaluator.run(
            models.get(s),
            some,
            threads,
            _ -> {},
            (values, row, example) -> given[example][network] = rows(values, row, first));
      }
      for (int i = from; i < to; i++) {
        sink.take(i, given[i - begin]);
      }
    }
  }

  private static float[][] rows(List<float[]> values, int row, Model model) {
    float[][] own = new float[values.size()][];
    for (int k = 0; k < own.length; k++) {
      int size = model.graph().shape(model.graph().outputs().get(k)).size();
      own[k] = new float[size];
      System.arraycopy(values.get(k), row * size, own[k], 0, size);
    }
    return own;
  }
}
