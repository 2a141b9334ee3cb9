package dev.ockham.core.data;

import java.util.ArrayList;
import java.util.List;

/** What people are told while a file of the cache is made, to be told again where it is used. */
final class RememberedNotices implements DownloadListener {
  private final DownloadListener listener;
  private final List<String> lines = new ArrayList<>();

  /** Passes everything on. */
  RememberedNotices(DownloadListener listener) {
    this.listener = listener;
  }

  /** What was said so far. */
  List<String> lines() {
    return List.copyOf(lines);
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
    listener.notice(line);
  }
}
