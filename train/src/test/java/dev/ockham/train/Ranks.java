package dev.ockham.train;

import dev.ockham.train.engine.ProcessGroup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Several ranks in one process, each on a thread of its own; they meet by a file. */
public final class Ranks {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private Ranks() {}

  /** What a rank does. */
  @FunctionalInterface
  public interface Work<T> {
    /** Does it; the group is closed afterwards. */
    T with(ProcessGroup group) throws Exception;
  }

  /**
   * Lets ranks do something together.
   *
   * @param size how many
   * @param file that is not there yet
   * @return what each gave, by rank
   */
  public static <T> List<T> run(int size, Path file, Work<T> work) throws Exception {
    List<Callable<T>> calls = new ArrayList<>();
    for (int rank = 0; rank < size; rank++) {
      int mine = rank;
      calls.add(() -> {
        try (ProcessGroup group = ProcessGroup.meet(mine, size, file, PATIENCE)) {
          return work.with(group);
        }
      });
    }
    return all(calls);
  }

  /** Calls all at once; throws what the first of them throws, once all have ended. */
  public static <T> List<T> all(List<Callable<T>> calls) throws Exception {
    List<T> results = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(calls.size())) {
      List<Future<T>> futures = new ArrayList<>();
      calls.forEach(call -> futures.add(threads.submit(call)));
      for (Future<T> future : futures) {
        results.add(future.get(5, TimeUnit.MINUTES));
      }
    }
    return results;
  }

  /** The line that each fails with; an empty one of those that do not fail. */
  public static List<String> failures(List<Callable<Void>> calls) throws Exception {
    List<Callable<String>> lines = new ArrayList<>();
    for (Callable<Void> call : calls) {
      lines.add(() -> {
        try {
          call.call();
          return "";
        } catch (Exception e) {
          return String.valueOf(e.getMessage());
        }
      });
    }
    return all(lines);
  }
}
