package dev.ockham.core.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The process that trains a run, or trained it last, as the run's lock file names it. Number and
 * start together name a process of this machine, even where numbers are given again.
 *
 * @param pid its number
 * @param started when it began
 */
public record RunOwner(long pid, Instant started) {

  /** The clock that a start is worked out from may have been set meanwhile. */
  private static final Duration TOLERANCE = Duration.ofSeconds(5);

  private static final int MOST_BYTES = 200;

  /** The owner that this process is. */
  public static RunOwner current() {
    ProcessHandle self = ProcessHandle.current();
    return new RunOwner(self.pid(), self.info().startInstant().orElse(Instant.EPOCH));
  }

  /** The owner as it stands in the lock file: number and start, with a space between. */
  public byte[] encoded() {
    return "%s %s\n".formatted(pid, started).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Who trains a run, or trained it last.
   *
   * @return nothing where nobody did, the lock file is of an older build, which left it empty, or
   *     it cannot be read now
   */
  public static Optional<RunOwner> of(RunFolder folder) {
    try {
      if (Files.size(folder.lock()) > MOST_BYTES) {
        return Optional.empty();
      }
      String[] words = Files.readString(folder.lock()).strip().split(" ", 3);
      return words.length == 2
          ? Optional.of(new RunOwner(Long.parseLong(words[0]), Instant.parse(words[1])))
          : Optional.empty();
    } catch (IOException | NumberFormatException | DateTimeException e) {
      return Optional.empty();
    }
  }

  /** Whether the process runs, on this machine. */
  public boolean isAlive() {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .flatMap(process -> process.info().startInstant())
        .filter(start -> Duration.between(start, started).abs().compareTo(TOLERANCE) <= 0)
        .isPresent();
  }
}
