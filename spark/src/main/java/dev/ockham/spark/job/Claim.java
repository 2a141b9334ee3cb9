package dev.ockham.spark.job;

import dev.ockham.spark.ScoringException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;

/**
 * One job's claim on a shared folder: a file that is written again every five seconds. A machine
 * that does not see it does not share the folder; another job that sees it leaves the folder alone.
 * That of a job that was killed is a minute old, and removed.
 */
final class Claim implements AutoCloseable {

  private static final String PREFIX = ".shared-";
  private static final String PREFIX_OF_RUN = ".run-";

  /** Before the host's name in a claim that was written again. */
  private static final String AGAIN = "+";

  private static final long BEAT_MILLIS = 5_000;
  private static final long DEAD_MILLIS = 30_000;

  private final RunStore store;
  private final String run;
  private final String prefix;
  private final String name;
  private final Thread beat;

  /**
   * Claims a folder, or one run in it. Of two that do so at once, the earlier has it.
   *
   * @param run of the folder; empty for the whole of it
   * @throws ScoringException if another job has it, naming from where that was submitted
   */
  Claim(RunStore store, String run) throws IOException {
    this.store = store;
    this.run = run;
    prefix = run.isEmpty() ? PREFIX : PREFIX_OF_RUN + run + "-";
    name = prefix + UUID.randomUUID();
    write("");
    try {
      requireOnly();
    } catch (IOException | ScoringException e) {
      store.remove(name);
      throw e;
    }
    beat = Thread.ofPlatform().daemon().name("ockham-claim").start(this::beat);
  }

  /** The name of its file. */
  String name() {
    return name;
  }

  /**
   * Times are those of the folder's own machine, so that no other clock matters. A claim that was
   * written again is older than a new one, whatever they say.
   */
  private void requireOnly() throws IOException {
    Map<String, Long> claims = store.changed(prefix);
    if (!run.isEmpty()) { // The name of another run may begin like this one's.
      claims.keySet().removeIf(each -> each.length() != name.length());
    }
    long mine = claims.getOrDefault(name, Long.MAX_VALUE);
    for (Map.Entry<String, Long> other : claims.entrySet()) {
      if (other.getKey().equals(name)) {
        continue;
      }
      String said = store.text(other.getKey());
      if (other.getValue() < mine - DEAD_MILLIS || endedHere(said)) {
        store.remove(other.getKey());
        continue;
      }
      boolean earlier =
          other.getValue() < mine
              || (other.getValue() == mine && other.getKey().compareTo(name) < 0);
      if (said.startsWith(AGAIN) || earlier) {
        throw new ScoringException(
            "%s: another job is at work there, submitted from %s"
                .formatted(
                    run.isEmpty() ? store.folder() : store.folder() + "/" + run, host(said)));
      }
    }
  }

  /** Whether a claim is of a process of this machine that is gone. */
  private static boolean endedHere(String said) {
    int tab = said.indexOf('\t');
    return tab > 0
        && host(said).equals(JavaFloor.host())
        && ProcessHandle.of(Long.parseLong(said.substring(tab + 1))).isEmpty();
  }

  /** From where a job was submitted; a claim may be read before it is written. */
  private static String host(String said) {
    int tab = said.indexOf('\t');
    return tab > 0 ? said.substring(said.startsWith(AGAIN) ? 1 : 0, tab) : "somewhere";
  }

  private void beat() {
    try {
      while (true) {
        Thread.sleep(BEAT_MILLIS);
        write(AGAIN);
      }
    } catch (InterruptedException e) {
      // The job is over.
    } catch (IOException e) {
      // What writes runs there says so, too.
    }
  }

  private void write(String before) throws IOException {
    store.write(
        name,
        (before + JavaFloor.host() + '\t' + ProcessHandle.current().pid())
            .getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() throws IOException {
    beat.interrupt();
    try {
      beat.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    store.remove(name);
  }
}
