package dev.ockham.cli.console;

import dev.ockham.core.spec.SpecException;
import dev.ockham.train.engine.ProcessGroup;
import java.io.IOException;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which of several processes that train one run this one is, and where they meet. */
public final class WorkerOptions {

  /** Somebody types the same command on each machine. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final Pattern ADDRESS = Pattern.compile("(\\[.+]|[^:]+):(\\d{1,5})");
  private static final int LAST_PORT = 65_535;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description =
          "Processes that train this run together, as on N machines: each is started with the same"
              + " options, and its --rank. They cut each batch among their threads.")
  private @Nullable Integer workers;

  @Option(
      names = "--rank",
      paramLabel = "R",
      description = "Which worker this is, 0 to N-1. Rank 0 alone writes, to its --out.")
  private @Nullable Integer rank;

  @Option(
      names = "--meet",
      paramLabel = "HOST:PORT",
      description = "Where the workers find rank 0: its machine, and a free port there.")
  private @Nullable String meet;

  /** Whether this is one of several. */
  public boolean several() {
    return workers != null && workers > 1;
  }

  /** Whether others keep the run, so that this process needs no folder for it. */
  public boolean follows() {
    return several() && rank != null && rank > 0;
  }

  /**
   * Checks what is asked, before anything is loaded for it.
   *
   * @throws SpecException naming the option that is missing or wrong
   */
  public void require() {
    if (workers != null && workers < 1) {
      throw new SpecException("--workers is %s; it must be at least 1".formatted(workers));
    }
    if (workers == null && (rank != null || meet != null)) {
      throw new SpecException(
          "%s is for one of several workers; --workers is missing"
              .formatted(rank != null ? "--rank" : "--meet"));
    }
    if (rank != null && (rank < 0 || rank >= workers())) {
      throw new SpecException(
          "--rank is %s; of %s workers it is 0 to %s".formatted(rank, workers(), workers() - 1));
    }
    if (several() && rank == null) {
      throw new SpecException(
          "--rank is missing: which of %s workers is this, 0 to %s?"
              .formatted(workers(), workers() - 1));
    }
    if (several() && meet == null) {
      throw new SpecException(
          "--meet is missing: name the machine of rank 0 and a free port there, such as"
              + " 192.168.0.10:29500");
    }
    if (meet != null) {
      var _ = address();
    }
  }

  private int workers() {
    return workers == null ? 1 : workers;
  }

  private Matcher address() {
    Matcher address = ADDRESS.matcher(String.valueOf(meet));
    if (address.matches()) {
      int port = Integer.parseInt(address.group(2));
      if (port >= 1 && port <= LAST_PORT) {
        return address;
      }
    }
    throw new SpecException(
        "--meet is '%s'; it must be HOST:PORT, with a port from 1 to %s"
            .formatted(meet, LAST_PORT));
  }

  /**
   * Waits for the other workers.
   *
   * @throws IOException if they cannot be met; in one line
   */
  public ProcessGroup meet() throws IOException {
    require();
    if (!several() || rank == null) {
      return ProcessGroup.ALONE;
    }
    Matcher address = address();
    return ProcessGroup.meet(
        rank, workers(), address.group(1), Integer.parseInt(address.group(2)), PATIENCE);
  }
}
