package dev.ockham.train.step;

import dev.ockham.core.augment.AugmentedEpoch;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.kernel.AdamStep;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.ParallelRanges;
import dev.ockham.core.loss.Loss;
import dev.ockham.core.spec.AdamSpec;
import dev.ockham.train.engine.Precision;
import dev.ockham.train.engine.ProcessGroup;
import dev.ockham.train.network.Network;
import dev.ockham.train.network.Replica;
import dev.ockham.train.pass.NoiseSource;
import dev.ockham.train.posterior.Update;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One optimiser step of mean loss + β·KL/N (arXiv:1701.05369, eq. (3), over the batch), where the
 * loss is a negative log-likelihood as {@link Loss} says. The batch is cut into one share per
 * thread; each thread runs its share forward and backward by itself, then gradients are added in
 * the order of the shares and every parameter is updated in one pass over memory. The result
 * depends on the number of threads in its last bits, and on nothing else.
 *
 * <p>Processes of a {@link ProcessGroup} are given the same batch. It is cut as one process with
 * the threads of all would cut it; each takes its own shares, their gradients are added up over all
 * processes, and all make the same update.
 *
 * <p>A batch norm normalises each share by the share's own mean and variance, as un-synchronised
 * data-parallel training does (ghost batch norm, arXiv:1705.08741, algorithm 1). There, the number
 * of shares changes more than last bits, so a share has at least {@value #LEAST_NORMALIZED_SHARE}
 * examples, even if threads then have nothing to do; a smaller batch is one share.
 */
public final class TrainingStep implements AutoCloseable {

  /** Fewest examples that a batch norm takes its statistics from, where the batch has as many. */
  public static final int LEAST_NORMALIZED_SHARE = 32;

  private final Network network;
  private final Loss loss;
  private final AdamSpec adam;
  private final Kernels kernels;
  private final ParallelRanges threads;
  private final ProcessGroup group;
  private final Arena arena = Arena.ofShared();
  private final List<Replica> replicas = new ArrayList<>();
  private final @Nullable GradientSum sum;
  private StepTimes times = new StepTimes(0, 0, 0);

  /** Prepares steps on labels whose products are all float32. */
  public TrainingStep(
      Network network,
      AdamSpec adam,
      InputScaling scaling,
      int batch,
      Kernels kernels,
      ParallelRanges threads) {
    this(network, adam, scaling, batch, Precision.FLOAT32, kernels, threads);
  }

  /** Prepares steps on labels. */
  public TrainingStep(
      Network network,
      AdamSpec adam,
      InputScaling scaling,
      int batch,
      Precision precision,
      Kernels kernels,
      ParallelRanges threads) {
    this(network, Loss.LABELS, adam, scaling, batch, precision, kernels, threads);
  }

  /** Prepares steps of one process. */
  public TrainingStep(
      Network network,
      Loss loss,
      AdamSpec adam,
      InputScaling scaling,
      int batch,
      Precision precision,
      Kernels kernels,
      ParallelRanges threads) {
    this(network, loss, adam, scaling, batch, precision, kernels, threads, ProcessGroup.ALONE);
  }

  /**
   * Prepares steps of at most {@code batch} examples.
   *
   * @param loss what is made small
   * @param scaling how raw values become inputs
   * @param batch of all processes together
   * @param precision of the products of variances
   * @param threads of this process; all have as many
   * @param group the processes that make each step together
   */
  public TrainingStep(
      Network network,
      Loss loss,
      AdamSpec adam,
      InputScaling scaling,
      int batch,
      Precision precision,
      Kernels kernels,
      ParallelRanges threads,
      ProcessGroup group) {
    this.network = network;
    this.loss = loss;
    this.adam = adam;
    this.kernels = kernels;
    this.threads = threads;
    this.group = group;
    // A smaller batch may be cut into fewer shares that are larger: just short of two of the least.
    int capacity =
        Math.max(Math.ceilDiv(batch, shares(batch)), Math.min(batch, 2 * leastShare() - 1));
    for (int i = 0; i < Math.ceilDiv(shares(batch), group.size()); i++) {
      replicas.add(new Replica(network, scaling, capacity, precision, kernels, arena));
    }
    sum = group.size() == 1 ? null : new GradientSum(group, replicas.getFirst(), arena);
  }

  private int leastShare() {
    return network.normalizesByBatch() ? LEAST_NORMALIZED_SHARE : 1;
  }

  private int shares(int examples) {
    return Math.clamp(examples / leastShare(), 1, threads.threads() * group.size());
  }

  /**
   * Makes a step.
   *
   * @param batch indices into {@code examples}, at least one
   * @return the loss summed over the batch under the noise of this step, before the update; not
   *     finite if training has diverged, and then nothing is updated
   */
  public double run(Examples examples, int[] batch, StepPlan plan) {
    return run(examples, batch, plan, false);
  }

  /**
   * Makes a step with the other processes of the group.
   *
   * @param batch indices into {@code examples}, the same in all processes
   * @param wishes whether this process wants to stop after this step; see {@link #stops}
   * @return the loss summed over the batch, the same in all processes
   */
  public double run(Examples examples, int[] batch, StepPlan plan, boolean wishes) {
    int shares = shares(batch.length);
    int first = shares * group.rank() / group.size();
    int own = shares * (group.rank() + 1) / group.size() - first;
    @Nullable NoiseSource noise = plan.noisy() ? new NoiseSource(plan.seed(), plan.step()) : null;
    double[] sums = new double[own];
    threads.runEach(
        own,
        k -> {
          int i = first + k;
          int[] mine =
              Arrays.copyOfRange(batch, i * batch.length / shares, (i + 1) * batch.length / shares);
          sums[k] = replicas.get(k).forwardBackward(loss, examples, mine, batch.length, noise);
        });
    double nll = 0;
    for (double part : sums) {
      nll += part;
    }
    long began = System.nanoTime();
    List<Replica> active = replicas.subList(0, own);
    List<Replica> summed = active;
    if (sum != null) {
      summed = replicas.subList(0, 1);
      nll = sum.run(active, replicas.getFirst(), plan.noisy(), nll, wishes);
    }
    if (Double.isFinite(nll)) {
      update(summed, plan);
    }
    replicas.forEach(Replica::clearGradients);
    times =
        new StepTimes(
            active.stream().mapToLong(Replica::forwardNanos).max().orElse(0) / 1e6,
            active.stream().mapToLong(Replica::backwardNanos).max().orElse(0) / 1e6,
            (System.nanoTime() - began) / 1e6);
    return nll;
  }

  /** Whether some process of the group wanted to stop in the last step; never of one alone. */
  public boolean stops() {
    return sum != null && sum.stops();
  }

  /** What examples go through from now on, such as in an epoch; null for nothing. */
  public void change(@Nullable AugmentedEpoch epoch) {
    replicas.forEach(replica -> replica.change(epoch));
  }

  /** Precision of products of variances, if there are any. */
  public Precision precision() {
    return replicas.getFirst().precision();
  }

  /** Where the time of the last step went. */
  public StepTimes times() {
    return times;
  }

  private void update(List<Replica> active, StepPlan plan) {
    AdamStep constants =
        new AdamStep(
            plan.learningRate(), adam.beta1(), adam.beta2(), adam.epsilon(), plan.adamStep());
    network.update(active, new Update(constants, plan.klScale(), plan.noisy(), kernels, threads));
    // Weights that have diverged have no order; the run is about to see that.
    if (plan.sparsity().isPresent() && network.firstNonFinite().isEmpty()) {
      network.pruneTo(plan.sparsity().getAsDouble(), kernels);
    }
  }

  @Override
  public void close() {
    replicas.forEach(Replica::close);
    arena.close();
  }
}
