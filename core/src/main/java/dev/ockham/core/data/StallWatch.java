package dev.ockham.core.data;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;

/**
 * Closes a stream on which nothing has arrived for too long. {@link java.net.http.HttpClient}
 * bounds the wait for a response's headers but not for its body, so a silent server would hang a
 * download for ever.
 */
final class StallWatch implements AutoCloseable {
  private final Closeable watched;
  private final Duration limit;
  private final Thread thread;
  private volatile long lastSign = System.nanoTime();
  private volatile boolean stalled;

  StallWatch(Closeable watched, Duration limit) {
    this.watched = watched;
    this.limit = limit;
    this.thread = Thread.ofVirtual().name("stall-watch").start(this::watch);
  }

  /** Something has arrived. */
  void signOfLife() {
    lastSign = System.nanoTime();
  }

  /** Whether the stream was closed for silence. */
  boolean stalled() {
    return stalled;
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void watch() {
    try {
      long silence = 0;
      while (silence < limit.toNanos()) {
        Thread.sleep(Duration.ofNanos(limit.toNanos() - silence));
        silence = System.nanoTime() - lastSign;
      }
      stalled = true;
      watched.close();
    } catch (InterruptedException e) {
      // close() asks for the end of the watch; nobody else knows this thread.
      return;
    } catch (IOException e) {
      // The reader finds the stream broken in either case and reports the stall.
      return;
    }
  }
}
