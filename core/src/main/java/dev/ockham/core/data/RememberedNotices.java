package dev.ockham.core.data;

import java.util.ArrayList;
import java.util.List;

/**
 * What people are told once a source has been read, and again where the cache has it. Of one that
 * cannot be read, they only hear why.
 */
final class RememberedNotices implements DownloadListener {
  private final DownloadListener listener;
  private final List<String> lines = new ArrayList<>();

  /** Passes progress on at once. */
  RememberedNotices(DownloadListener listener) {
    this.listener = listener;
  }

  /** What was said so far. */
  List<String> lines() {
    return List.copyOf(lines);
  }

  /** Tells all lines. */
  void tell() {
    lines.forEach(listener::notice);
  }

  @Override
  public void progress(String file, long bytesDone, long bytesTotal) {
    listener.progress(file, bytesDone, bytesTotal);
  }

  @Override
  public void reading(String place, int done, int total) {
    listener.reading(place, done, total);
  }

  @Override
  public void notice(String line) {
    lines.add(line);
  }
}
