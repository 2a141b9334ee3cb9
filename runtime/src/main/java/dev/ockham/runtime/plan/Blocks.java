package dev.ockham.runtime.plan;

import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;

/** Runs pieces of work that do not depend on each other. */
final class Blocks {
  private Blocks() {}

  /** Runs all and returns when all are done. */
  static void run(List<Runnable> blocks, int threads) {
    if (threads == 1 || blocks.size() <= 1) {
      blocks.forEach(Runnable::run);
      return;
    }
    try (ForkJoinPool pool = new ForkJoinPool(Math.min(threads, blocks.size()))) {
      pool.invoke(
          ForkJoinTask.adapt(() -> {
            ForkJoinTask.invokeAll(blocks.stream().map(ForkJoinTask::adapt).toList());
          }));
    }
  }
}
