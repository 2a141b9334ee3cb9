package dev.ockham.core.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Fetches files over HTTP so that an interruption at any moment loses nothing: bytes go to {@code
 * NAME.part}, a later call continues there, and only a checked, synced file gets its name.
 */
final class Downloader implements AutoCloseable {
  private static final int OK = 200;
  private static final int PARTIAL_CONTENT = 206;
  private static final int RANGE_NOT_SATISFIABLE = 416;
  private static final int FIRST_SERVER_ERROR = 500;

  private final DownloadPolicy policy;
  private final DownloadListener listener;
  private final HttpClient client;

  /** Checks a complete download. */
  @FunctionalInterface
  interface Check {
    /** Throws {@link MalformedDataException} if the file is not what was asked for. */
    void check(Path file) throws IOException;
  }

  /** The connection failed in a way that another attempt may mend. */
  private static final class BrokenTransfer extends Exception {
    private static final long serialVersionUID = 1L;

    private BrokenTransfer(String reason) {
      super(reason);
    }
  }

  Downloader(DownloadPolicy policy, DownloadListener listener) {
    this.policy = policy;
    this.listener = listener;
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(policy.connect())
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
  }

  /**
   * Fetches one file.
   *
   * @param source its address
   * @param target where it shall be; its folder must exist
   * @param check run on the complete download before it gets its name; a download that fails it is
   *     deleted, and fetched once more from the start if a part of it came from an earlier call
   * @throws MalformedDataException if the check fails
   * @throws IOException if the address is not https, the server refuses, the file is larger than
   *     the policy allows, the connection keeps breaking or the disk fails
   */
  void fetch(URI source, Path target, Check check) throws IOException {
    requireSecure(source);
    Path part = PartFile.of(target);
    while (true) {
      boolean resumed = Files.exists(part) && Files.size(part) > 0;
      transfer(source, part, target.getFileName().toString());
      try {
        check.check(part);
        PartFile.publish(part, target);
        return;
      } catch (MalformedDataException e) {
        Files.delete(part);
        String fault = source + ": " + e.getMessage() + "; deleted";
        if (!resumed) {
          throw new MalformedDataException(
              source.toString(), e.offset(), e.getMessage() + "; deleted");
        }
        listener.notice(fault + ", starting again");
      }
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }

  /** Other traffic can be read and changed on its way; on this machine there is no way. */
  private static void requireSecure(URI source) throws IOException {
    boolean here = Set.of("localhost", "127.0.0.1").contains(String.valueOf(source.getHost()));
    if (!"https".equals(source.getScheme()) && !here) {
      throw new IOException(source + ": is not https; nothing is fetched");
    }
  }

  private void transfer(URI source, Path part, String name) throws IOException {
    int fruitless = 0;
    while (true) {
      long before = Files.exists(part) ? Files.size(part) : 0;
      try {
        attempt(source, part, before, name);
        return;
      } catch (BrokenTransfer e) {
        long now = Files.exists(part) ? Files.size(part) : 0;
        fruitless = now > before ? 0 : fruitless + 1;
        if (fruitless >= policy.attempts()) {
          throw new IOException(source + ": " + e.getMessage(), e);
        }
        listener.notice("%s: %s; continuing at byte %s".formatted(name, e.getMessage(), now));
        pause();
      }
    }
  }

  private void attempt(URI source, Path part, long start, String name)
      throws IOException, BrokenTransfer {
    HttpResponse<InputStream> response = send(source, start);
    try (InputStream body = response.body()) {
      int status = response.statusCode();
      if (status == RANGE_NOT_SATISFIABLE && start > 0) {
        return; // Nothing is left to fetch, or the part is foreign: the check will tell.
      }
      if (status >= FIRST_SERVER_ERROR) {
        throw new BrokenTransfer("HTTP status " + status);
      }
      if (status != OK && status != PARTIAL_CONTENT) {
        throw new IOException(source + ": HTTP status " + status);
      }
      // A server without ranges sends everything from the start.
      long offset = status == OK ? 0 : start;
      if (status == PARTIAL_CONTENT) {
        requireRangeFrom(source, start, response);
      }
      long length = response.headers().firstValueAsLong("Content-Length").orElse(-1);
      copy(body, part, offset, length < 0 ? -1 : offset + length, name);
    }
  }

  private HttpResponse<InputStream> send(URI source, long start)
      throws IOException, BrokenTransfer {
    var request = HttpRequest.newBuilder(source).header("User-Agent", "ockham");
    if (start > 0) {
      request.header("Range", "bytes=" + start + "-");
    }
    // Not HttpRequest's own timeout: from JDK 26 on that one covers the body too, and would cut off
    // every download that takes longer.
    var answer = client.sendAsync(request.build(), BodyHandlers.ofInputStream());
    try {
      return answer.get(policy.stall().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new BrokenTransfer("no answer for " + policy.stall().toSeconds() + " s");
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      throw interrupted(source.toString());
    } catch (ExecutionException e) {
      throw failure(source, e);
    }
  }

  /** Returns the failure to throw, or throws the kind that another attempt may mend. */
  private static IOException failure(URI source, ExecutionException e) throws BrokenTransfer {
    return switch (e.getCause()) {
      // Not retried: without a network, asking again only makes the user wait.
      case ConnectException _, HttpConnectTimeoutException _ ->
          new IOException(source + ": cannot connect to " + source.getHost(), e);
      case IOException broken ->
          throw new BrokenTransfer("the connection broke (" + broken.getMessage() + ")");
      case null, default -> throw new IllegalStateException(source.toString(), e);
    };
  }

  private static void requireRangeFrom(URI source, long start, HttpResponse<InputStream> response)
      throws IOException {
    String range = response.headers().firstValue("Content-Range").orElse("");
    if (!range.startsWith("bytes " + start + "-")) {
      throw new IOException(
          "%s: asked for bytes from %s, but Content-Range is '%s'".formatted(source, start, range));
    }
  }

  private void copy(InputStream body, Path part, long offset, long total, String name)
      throws IOException, BrokenTransfer {
    byte[] buffer = new byte[1 << 16];
    long done = offset;
    try (FileChannel out =
            FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var watch = new StallWatch(body, policy.stall())) {
      out.truncate(offset);
      out.position(offset);
      listener.progress(name, done, total);
      for (int read = receive(body, buffer, watch);
          read >= 0;
          read = receive(body, buffer, watch)) {
        for (var bytes = ByteBuffer.wrap(buffer, 0, read); bytes.hasRemaining(); ) {
          out.write(bytes);
        }
        done += read;
        requireRoom(part, Math.max(done, total), name);
        listener.progress(name, done, total);
      }
    }
    if (done < total) {
      throw new BrokenTransfer("the server closed at byte %s of %s".formatted(done, total));
    }
  }

  private void requireRoom(Path part, long bytes, String name) throws IOException {
    if (bytes > policy.mostBytes()) {
      Files.delete(part);
      throw new IOException(
          "%s has more than the %s bytes that a download may have; deleted"
              .formatted(name, policy.mostBytes()));
    }
  }

  /** Only what goes wrong here is the network's fault; a full disk must not be retried. */
  private int receive(InputStream body, byte[] buffer, StallWatch watch)
      throws IOException, BrokenTransfer {
    try {
      int read = body.read(buffer);
      if (watch.stalled()) {
        throw new BrokenTransfer("no byte for " + policy.stall().toSeconds() + " s");
      }
      watch.signOfLife();
      return read;
    } catch (IOException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw interrupted("download");
      }
      throw new BrokenTransfer(
          watch.stalled()
              ? "no byte for " + policy.stall().toSeconds() + " s"
              : "the connection broke (" + e.getMessage() + ")");
    }
  }

  private void pause() throws InterruptedIOException {
    try {
      Thread.sleep(policy.pause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted("download");
    }
  }

  private static InterruptedIOException interrupted(String what) {
    return new InterruptedIOException(what + ": interrupted");
  }
}
