package dev.ockham.core.data;

import java.time.Duration;

/**
 * How patient a download is.
 *
 * @param connect how long to wait for a connection
 * @param stall how long to wait for the next byte of an open connection
 * @param attempts how many times in a row a connection may break without a new byte
 * @param pause how long to wait before connecting again
 * @param mostBytes how large a file may be; all that Ockham fetches are smaller than 200 MB
 */
record DownloadPolicy(
    Duration connect, Duration stall, int attempts, Duration pause, long mostBytes) {

  private static final long MOST_BYTES = 1L << 30;

  static final DownloadPolicy STANDARD =
      new DownloadPolicy(
          Duration.ofSeconds(10), Duration.ofSeconds(60), 3, Duration.ofSeconds(1), MOST_BYTES);

  /** Of files of at most 1 GB. */
  DownloadPolicy(Duration connect, Duration stall, int attempts, Duration pause) {
    this(connect, stall, attempts, pause, MOST_BYTES);
  }
}
