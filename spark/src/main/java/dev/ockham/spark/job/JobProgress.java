package dev.ockham.spark.job;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/**
 * Says on standard output how far a job is: which commands are done, or of one run the lines of its
 * epochs.
 */
final class JobProgress extends SparkListener {

  /** What its lines begin with, by which whoever submits finds them. */
  private static final String SAYS = "ockham-progress: ";

  private static final String EPOCH = ".*\\bepoch \\d+/\\d+ .*";
  private static final long LOOK_MILLIS = 1_000;

  private final List<PlannedCommand> commands;
  private int done;

  /** Of commands that are a task each, in their order. */
  JobProgress(List<PlannedCommand> commands) {
    this.commands = List.copyOf(commands);
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    if (end.taskInfo().successful()) {
      done++;
      say(
          "%s is done; %s of %s"
              .formatted(commands.get(end.taskInfo().index()).name(), done, commands.size()));
    }
  }

  private static void say(String line) {
    System.out.println(SAYS + line);
  }

  /** Follows the log of one run, until it is closed. */
  static Following following(RunStore store, PlannedCommand command) {
    return new Following(store, command.name() + ".log");
  }

  /** What looks for new lines. */
  static final class Following implements AutoCloseable {
    private final RunStore store;
    private final String log;
    private final Thread thread;
    private String before = "";
    private int said;

    Following(RunStore store, String log) {
      this.store = store;
      this.log = log;
      look(false); // What a job before has left is not said again.
      thread = Thread.ofPlatform().daemon().name("ockham-progress").start(this::follow);
    }

    private void follow() {
      try {
        while (true) {
          Thread.sleep(LOOK_MILLIS);
          look(true);
        }
      } catch (InterruptedException e) {
        // The run is over.
      }
    }

    private void look(boolean saying) {
      try {
        String text = text();
        said = text.startsWith(before) ? said : 0; // begun anew
        before = text;
        List<String> lines = text.lines().filter(line -> line.matches(EPOCH)).toList();
        if (saying) {
          lines.subList(Math.min(said, lines.size()), lines.size()).forEach(JobProgress::say);
        }
        said = lines.size();
      } catch (IOException e) {
        // What writes the log says so, too.
      }
    }

    private String text() throws IOException {
      try {
        String all = store.text(log);
        return all.substring(0, all.lastIndexOf('\n') + 1);
      } catch (FileNotFoundException e) {
        return "";
      }
    }

    @Override
    public void close() {
      thread.interrupt();
      try {
        thread.join();
        look(true);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
