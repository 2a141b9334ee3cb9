package dev.ockham.core.data;

import java.util.ArrayList;
import java.util.List;

/** Keeps what it hears. */
final class RecordingListener implements DownloadListener {
  /** One call of {@link #progress}. */
  record Progress(String file, long done, long total) {}

  final List<Progress> progress = new ArrayList<>();
  final List<String> notices = new ArrayList<>();

  /** Pictures that were read, as it was told last. */
  volatile int read;

  @Override
  public void progress(String file, long bytesDone, long bytesTotal) {
    progress.add(new Progress(file, bytesDone, bytesTotal));
  }

  @Override
  public void reading(String place, int done, int total) {
    read = done;
  }

  @Override
  public void notice(String line) {
    notices.add(line);
  }
}
