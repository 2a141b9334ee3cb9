package dev.ockham.runtime.plan;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Runs pieces of work that do not depend on each other. */
final class Blocks {
  private final List<Runnable> work;
  private final AtomicInteger next = new AtomicInteger();
  private final CountDownLatch open;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  private Blocks(List<Runnable> work) {
    this.work = work;
    open = new CountDownLatch(work.size());
  }

  /**
   * Runs all and returns when all are done. The caller works too, beside threads of the common pool
   * as far as these are idle.
   *
   * @param threads at most so many work
   */
  static void run(List<Runnable> work, int threads) {
    int helpers = Math.min(threads, work.size()) - 1;
    if (helpers <= 0) {
      work.forEach(Runnable::run);
      return;
    }
    Blocks blocks = new Blocks(work);
    for (int h = 0; h < helpers; h++) {
      ForkJoinPool.commonPool().execute(blocks::work);
    }
    blocks.work();
    blocks.await();
  }

  private void work() {
    for (int k = next.getAndIncrement(); k < work.size(); k = next.getAndIncrement()) {
      try {
        work.get(k).run();
      } catch (RuntimeException | Error e) {
        failure.compareAndSet(null, e);
      } finally {
        open.countDown();
      }
    }
  }

  /** Waits for what others have begun. */
  private void await() {
    boolean interrupted = false;
    while (open.getCount() > 0) {
      try {
        open.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    switch (failure.get()) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
  }
}
