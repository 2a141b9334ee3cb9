package dev.ockham.core.data;

/** Hears what looking for a data set, downloading and reading it are doing, one call at a time. */
public interface DownloadListener {
  /** A total that nobody knows yet. */
  int UNKNOWN = -1;

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

  /**
   * More pictures, arrays' examples or rows of a table have been read. Called on any thread.
   *
   * @param place the folder, archive or file
   * @param done what was read so far; of a table that is read again, in this pass
   * @param total of them in all, or {@link #UNKNOWN}
   */
  default void reading(String place, int done, int total) {}

  /** Something a person may want to know; one line without a line break. */
  void notice(String line);
}
