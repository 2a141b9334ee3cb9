package dev.ockham.train.run;

import dev.ockham.core.data.Examples;
import dev.ockham.core.kernel.ParallelRanges;
import dev.ockham.core.metrics.Classification;
import dev.ockham.core.quality.UncertainClasses;
import dev.ockham.core.quality.UncertainLabels;
import dev.ockham.core.quality.UncertainNumbers;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.runtime.model.Prediction;
import java.io.IOException;
import java.util.Arrays;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Prediction with the posterior instead of its mean: what networks drawn from it give. The draws
 * are a function of the run's seed.
 */
public final class MonteCarlo {

  private MonteCarlo() {}

  /** Is given what every drawn network gives for one example after another, in their order. */
  @FunctionalInterface
  public interface Sink {
    /**
     * Takes an example.
     *
     * @param example its index
     * @param given {@code given[sample][output]} has the numbers of several examples, as the
     *     network learns them
     * @param row the example's, in these arrays
     */
    void take(int example, float[][][] given, int row);
  }

  /**
   * Quality of the averaged prediction of a run pruned at its threshold. Weights that are removed
   * have neither mean nor noise; those that stay have both.
   *
   * @param samples draws of the noise, at least 1; they are a function of the run's seed
   * @param threads cores to use; the result does not depend on it
   * @param progress is told how many examples are done
   * @throws RunException if the run's method has no noise
   */
  public static Classification classify(
      RunFolder folder, Examples data, int samples, int threads, IntConsumer progress)
      throws IOException {
    int classes = outputs(folder);
    Classification.Accumulator sum = new Classification.Accumulator();
    sample(
        folder,
        true,
        data,
        samples,
        threads,
        progress,
        (example, given, row) ->
            sum.addProbabilities(averaged(given, row, classes), 0, classes, data.label(example)));
    return sum.result();
  }

  private static int outputs(RunFolder folder) throws IOException {
    return folder.architecture(RunRecord.read(folder).spec()).classes();
  }

  /** Whether there is noise to draw networks with. */
  public static boolean draws(RunFolder folder) throws IOException {
    return RunRecord.read(folder).spec().method().method().noisy();
  }

  /**
   * Class probabilities and what is uncertain about them, by drawn networks; as {@link #sample}.
   */
  public static UncertainClasses classes(
      RunFolder folder,
      boolean pruned,
      Examples data,
      int samples,
      int threads,
      IntConsumer progress)
      throws IOException {
    UncertainClasses all = new UncertainClasses(data.count(), outputs(folder));
    sample(folder, pruned, data, samples, threads, progress, all::addLogits);
    return all;
  }

  /**
   * Numbers and what is uncertain about them, by drawn networks; as {@link #sample}. Noise that a
   * run does not learn counts as what its settings say, that of {@code huber} as none.
   *
   * @throws RunException also if the run does not learn numbers
   */
  public static UncertainNumbers numbers(
      RunFolder folder,
      boolean pruned,
      Examples data,
      int samples,
      int threads,
      IntConsumer progress)
      throws IOException {
    DrawnNumbers units = DrawnNumbers.of(folder);
    int outputs = units.outputs();
    UncertainNumbers all = new UncertainNumbers(data.count(), outputs);
    sample(
        folder,
        pruned,
        data,
        samples,
        threads,
        progress,
        (example, given, row) -> {
          double[][] drawn = units.means(given, row);
          double[][] variances = units.variances(given, row);
          for (int k = 0; k < outputs; k++) {
            int output = k;
            all.add(
                example,
                k,
                Arrays.stream(drawn).mapToDouble(each -> each[output]).toArray(),
                Arrays.stream(variances).mapToDouble(each -> each[output]).toArray());
          }
        });
    return all;
  }

  /**
   * Probabilities of labels and what is uncertain about them, by drawn networks; as {@link
   * #sample}.
   */
  public static UncertainLabels labels(
      RunFolder folder,
      boolean pruned,
      Examples data,
      int samples,
      int threads,
      IntConsumer progress)
      throws IOException {
    UncertainLabels all = new UncertainLabels(data.count(), outputs(folder));
    sample(folder, pruned, data, samples, threads, progress, all::addLogits);
    return all;
  }

  /** The mean, over draws, of the class probabilities of an example. */
  static double[] averaged(float[][][] given, int row, int classes) {
    double[] mean = new double[classes];
    for (float[][] drawn : given) {
      float[] probabilities = new float[classes];
      System.arraycopy(drawn[0], row * classes, probabilities, 0, classes);
      Prediction.softmaxInPlace(probabilities, classes);
      for (int k = 0; k < classes; k++) {
        mean[k] += probabilities[k] / given.length;
      }
    }
    return mean;
  }

  /**
   * Draws networks from the posterior of a run, and asks each for every example.
   *
   * @param pruned whether weights at the run's threshold are gone; else all are there, and noisy
   * @param samples draws, at least 1; they are a function of the run's seed
   * @param threads cores to use; the result does not depend on it
   * @param progress is told how many examples are done
   * @throws RunException if the run's method has no noise
   */
  public static void sample(
      RunFolder folder,
      boolean pruned,
      Examples data,
      int samples,
      int threads,
      IntConsumer progress,
      Sink sink)
      throws IOException {
    try (DrawnNetworks networks = DrawnNetworks.open(folder, pruned, samples, threads);
        ParallelRanges team = new ParallelRanges(threads)) {
      float[][][][] given = new float[threads][][][];
      int batch = networks.batch();
      int round = threads * batch;
      for (int first = 0; first < data.count(); first += round) {
        int begin = first;
        team.runEach(
            threads,
            worker -> {
              int from = Math.min(data.count(), begin + worker * batch);
              int to = Math.min(data.count(), from + batch);
              int[] examples = IntStream.range(from, to).toArray();
              given[worker] = networks.ask(worker, data, examples, examples);
            });
        int end = Math.min(data.count(), first + round);
        for (int i = first; i < end; i++) {
          sink.take(i, given[(i - first) / batch], (i - first) % batch);
        }
        progress.accept(end);
      }
    }
  }
}
