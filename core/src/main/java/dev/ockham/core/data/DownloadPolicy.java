package dev.ockham.core.data;

import java.time.Duration;

/**
 * How patient a download is.
 *
 * @param connect how long to wait for a connection
 * @param stall how long to wait for the next byte of an open connection
 * @param attempts how many times in a row a connection may break without a new byte
 * @param pause how long to wait before connecting again
 */
record DownloadPolicy(Duration connect, Duration stall, int attempts, Duration pause) {
  static final DownloadPolicy STANDARD =
      new DownloadPolicy(Duration.ofSeconds(10), Duration.ofSeconds(60), 3, Duration.ofSeconds(1));
}
