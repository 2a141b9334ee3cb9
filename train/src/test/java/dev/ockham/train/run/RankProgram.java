package dev.ockham.train.run;

import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.train.SmallData;
import dev.ockham.train.engine.ProcessGroup;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** One rank of two, in a process of its own; {@link WorkerKillTest} runs it. */
final class RankProgram {

  /** What the rank says before its first step. */
  static final String STEPS = "steps";

  private RankProgram() {}

  static RunSpec spec() {
    return CrashingTrainer.spec(1).with("training.checkpoint_seconds", 0.01);
  }

  /**
   * Trains, prints the line that it fails with, and then ends with 1.
   *
   * @param arguments rank, port, folder of the run, and the step before which to wait for the end,
   *     or -1
   */
  public static void main(String[] arguments) throws IOException, TrainingException {
    int rank = Integer.parseInt(arguments[0]);
    int port = Integer.parseInt(arguments[1]);
    long last = Long.parseLong(arguments[3]);
    AtomicLong steps = new AtomicLong();
    BooleanSupplier stop =
        () -> {
          if (steps.getAndIncrement() == last) {
            System.out.println(STEPS);
            waitForTheEnd();
          }
          return false;
        };
    try (ProcessGroup group =
        ProcessGroup.meet(rank, 2, "127.0.0.1", port, Duration.ofMinutes(2))) {
      if (group.leads()) {
        RunFolder folder = new RunFolder(Path.of(arguments[2]));
        Training.train(
            spec(), SmallData.of(200), folder, true, TrainingListener.SILENT, stop, group);
      } else {
        Worker.join(group, copy -> new Worker.Asked(spec(), SmallData.of(200)), stop);
      }
    } catch (IOException | RuntimeException e) {
      System.out.println(e.getMessage());
      System.exit(1);
    }
  }

  private static void waitForTheEnd() {
    try {
      Thread.sleep(Duration.ofMinutes(5));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
