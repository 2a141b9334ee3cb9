package dev.ockham.core.data;

/** Hears what looking for a data set and downloading it are doing. Called on the calling thread. */
public interface DownloadListener {
  /** Hears nothing. */
  DownloadListener SILENT =
      new DownloadListener() {
        @Override
        public void progress(String file, long bytesDone, long bytesTotal) {}

        @Override
        public void notice(String line) {}
      };

  /**
   * More of a file has arrived.
   *
   * @param file the file's name, without its folder
   * @param bytesDone bytes on disk, those of an earlier, interrupted download included
   * @param bytesTotal bytes when it is complete, or -1 where the server does not say
   */
  void progress(String file, long bytesDone, long bytesTotal);

  /** Something a person may want to know; one line without a line break. */
  void notice(String line);
}
