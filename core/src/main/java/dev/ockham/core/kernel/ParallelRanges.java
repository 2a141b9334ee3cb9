package dev.ockham.core.kernel;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A fixed team of threads that runs a kernel over an index range, cut into blocks of {@link
 * Kernels#BLOCK}.
 *
 * <p>The team is the caller and T − 1 daemon threads. Which thread takes which block varies, but
 * the blocks do not, so what is written does not depend on T. Threads spin for some tens of
 * microseconds after a job before they park, since a training step hands over many jobs in a row.
 * One job runs at a time: a second caller waits for the first, and a task must not call its own
 * team.
 */
public final class ParallelRanges implements AutoCloseable {
  /** Work on the elements [from, to). */
  @FunctionalInterface
  public interface Task {
    void run(long from, long to);
  }

  /** A sum over the elements [from, to). */
  @FunctionalInterface
  public interface Sum {
    double over(long from, long to);
  }

  /**
   * Rounds of spinning before a thread parks: about 30 µs, the gap between two kernels of a step.
   */
  private static final int SPINS = 1000;

  /** One range under work; a fresh object per call, so that a late thread cannot touch the next. */
  private static final class Job {
    final Task task;
    final long size;
    final int blockSize;
    final int blocks;
    final AtomicInteger next = new AtomicInteger();
    final AtomicInteger unfinished;
    final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    final Thread caller = Thread.currentThread();

    Job(Task task, long size, int blockSize) {
      this.task = task;
      this.size = size;
      this.blockSize = blockSize;
      this.blocks = Math.toIntExact(Math.ceilDiv(size, blockSize));
      this.unfinished = new AtomicInteger(blocks);
    }

    /** Takes blocks until none is left; after a failure the rest is only counted off. */
    void work() {
      for (int block = next.getAndIncrement(); block < blocks; block = next.getAndIncrement()) {
        try {
          if (failure.get() == null) {
            long from = (long) block * blockSize;
            task.run(from, Math.min(from + blockSize, size));
          }
        } catch (Throwable e) {
          failure.compareAndSet(null, e);
        } finally {
          if (unfinished.decrementAndGet() == 0) {
            LockSupport.unpark(caller);
          }
        }
      }
    }
  }

  private final Thread[] workers;
  private volatile @Nullable Job current;
  private volatile boolean closed;

  /**
   * Starts the team.
   *
   * @param threads at least 1, the caller included
   */
  public ParallelRanges(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1 but is " + threads);
    }
    workers = new Thread[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = Thread.ofPlatform().daemon().name("ockham-range-" + (i + 1)).start(this::serve);
    }
  }

  /** Threads in the team, the caller included. */
  public int threads() {
    return workers.length + 1;
  }

  /**
   * Runs the task over [0, size) and returns when all of it is done, with all writes visible.
   *
   * <p>The first exception of a block, if any, is thrown here; blocks not begun by then are
   * skipped.
   *
   * @throws IllegalStateException if the team is closed, or the caller is one of its own tasks
   */
  public void run(long size, Task task) {
    run(size, Kernels.BLOCK, task);
  }

  /**
   * Runs the task for 0, …, count − 1, each on whichever thread is free; otherwise as {@link #run}.
   * For few large pieces of work, such as one replica's share of a batch.
   */
  public void runEach(int count, IntConsumer task) {
    run(count, 1, (from, to) -> task.accept((int) from));
  }

  private void run(long size, int blockSize, Task task) {
    if (closed) {
      throw new IllegalStateException("ParallelRanges is closed");
    }
    if (size < 0) {
      throw new IllegalArgumentException("size must not be negative but is " + size);
    }
    Job job = new Job(task, size, blockSize);
    if (workers.length == 0 || job.blocks <= 1) {
      job.work();
    } else {
      requireOutside();
      synchronized (this) {
        current = job;
        for (Thread worker : workers) {
          LockSupport.unpark(worker);
        }
        job.work();
        awaitEnd(job);
        current = null;
      }
    }
    rethrow(job.failure.get());
  }

  /**
   * The sum of {@code part} over [0, size): its values for single blocks, added in order from 0, so
   * the same for every number of threads, and the same as {@link Kernels#klSum} in one call.
   */
  public double sum(long size, Sum part) {
    double[] sums = new double[Math.toIntExact(Math.ceilDiv(Math.max(size, 0), Kernels.BLOCK))];
    run(size, (from, to) -> sums[(int) (from / Kernels.BLOCK)] = part.over(from, to));
    double total = 0;
    for (double sum : sums) {
      total += sum;
    }
    return total;
  }

  /** Ends the threads of the team. Idempotent. */
  @Override
  public void close() {
    closed = true;
    for (Thread worker : workers) {
      LockSupport.unpark(worker);
    }
  }

  /** From inside a task the call would wait for itself. */
  private void requireOutside() {
    if (Thread.holdsLock(this) || Arrays.asList(workers).contains(Thread.currentThread())) {
      throw new IllegalStateException(
          "a task of this ParallelRanges may not run another one on it");
    }
  }

  private void serve() {
    Job last = null;
    int idle = 0;
    while (!closed) {
      Job job = current;
      if (job != null && job != last) {
        last = job;
        idle = 0;
        job.work();
      } else if (idle < SPINS) {
        idle++;
        Thread.onSpinWait();
      } else {
        LockSupport.park(this);
      }
    }
  }

  private static void awaitEnd(Job job) {
    for (int idle = 0; job.unfinished.get() > 0; idle++) {
      if (idle < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.park(job);
      }
    }
  }

  private static void rethrow(@Nullable Throwable failure) {
    switch (failure) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException("a task threw a checked exception", failure);
    }
  }
}
