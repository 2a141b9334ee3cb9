package dev.ockham.lab.training;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.Split;
import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.run.EpochMetrics.Score;
import dev.ockham.core.run.MetricsLog;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.run.TemporaryFolder;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.train.run.Training;
import dev.ockham.train.run.TrainingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A run whose folder is gone again: what it wrote down and where its weights ended.
 *
 * @param epochs numbers of every epoch, in order
 * @param snapshot means and scores at the end
 * @param collapseEpoch the first epoch, from 1, after which a layer had no path left; empty if none
 */
public record SmallRun(List<EpochMetrics> epochs, Snapshot snapshot, OptionalInt collapseEpoch) {

  /**
   * Threads of every small run. Fixed, because another number gives other last bits, and pages of
   * two machines should agree.
   */
  private static final int THREADS = 2;

  /** Chooses the pictures of {@link #data}. */
  private static final long SUBSET_SEED = 0;

  /**
   * The pictures of clothes that come with Ockham, or fewer of them, every class in proportion.
   *
   * @param images how many to train and validate on, above 0
   */
  public static Dataset data(int images) throws IOException {
    Dataset all = Dataset.named("fashion-mnist-mini");
    Examples train = all.train();
    if (images >= train.count()) {
      return all;
    }
    int[] some = Split.stratified(train, (double) images / train.count(), SUBSET_SEED).validation();
    return Dataset.of("fashion-mnist-mini, part", train.select(some), all.test());
  }

  /** Trains to the end; a collapse does not stop it. */
  public static SmallRun of(RunSpec spec, Dataset data) throws IOException {
    return train(spec, data, null);
  }

  /** As {@link #of(RunSpec, Dataset)}, showing the weights after every epoch. */
  public static SmallRun of(RunSpec spec, Dataset data, EpochWatcher watcher) throws IOException {
    return train(spec, data, watcher);
  }

  private static SmallRun train(RunSpec spec, Dataset data, @Nullable EpochWatcher watcher)
      throws IOException {
    try (TemporaryFolder temporary = TemporaryFolder.create()) {
      return train(spec, data, watcher, new RunFolder(temporary.path()));
    }
  }

  private static SmallRun train(
      RunSpec spec, Dataset data, @Nullable EpochWatcher watcher, RunFolder folder)
      throws IOException {
    AtomicInteger collapsed = new AtomicInteger();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void epochDone(EpochMetrics metrics) {
            if (watcher != null) {
              try {
                watcher.seen(metrics, Snapshot.read(folder));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            }
          }

          @Override
          public void collapsed(String layer, int epoch) {
            collapsed.set(epoch);
          }
        };
    // Experiments look at every weight to the end.
    RunSpec small =
        spec.withThreads(THREADS)
            .with("training.on_collapse", "continue")
            .with("training.shrink", false);
    try {
      Snapshot snapshot = Training.run(small, data, folder.root(), listener).snapshot();
      return new SmallRun(
          MetricsLog.read(folder.metrics(), snapshot.architecture()),
          snapshot,
          collapsed.get() == 0 ? OptionalInt.empty() : OptionalInt.of(collapsed.get()));
    } catch (TrainingException e) {
      throw new IOException("a small run could not go on: " + e.getMessage(), e);
    } catch (UncheckedIOException e) {
      throw Objects.requireNonNull(e.getCause());
    }
  }

  /** Fraction of weights at or past the threshold at the end, 0 to 1. */
  public double sparsity() {
    return epochs.getLast().sparsity();
  }

  /** Validation error at the end with the weights that stay, in percent. */
  public double errorPercent() {
    return error(epochs.getLast());
  }

  /** Validation error after an epoch with the weights that stay, in percent. */
  public static double error(EpochMetrics epoch) {
    Score pruned = epoch.prunedValidation();
    return Objects.requireNonNull(pruned == null ? epoch.validation() : pruned).errorPercent();
  }

  /** log α of every weight at the end, layer after layer; empty where the method gives none. */
  public double[] logAlphas() {
    return snapshot.layers().stream()
        .map(Snapshot.Layer::logAlpha)
        .filter(Objects::nonNull)
        .flatMapToDouble(scores -> IntStream.range(0, scores.length).mapToDouble(i -> scores[i]))
        .toArray();
  }
}
