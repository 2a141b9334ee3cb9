package dev.ockham.cli.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process of this program said, of all attempts.
 *
 * @param file that has it
 */
record ProcessLog(Path file) {

  private static final String COMPLAINT = "ockham: ";

  /** What the JVM says where there is no such program. */
  private static final String ERROR = "Error: ";

  private static final int MOST_BYTES = 1 << 20;

  /** How long it is; 0 where it is not there yet. */
  long length() throws IOException {
    return Files.exists(file) ? Files.size(file) : 0;
  }

  /**
   * The last line that says what was wrong.
   *
   * @param from where to begin
   * @return the line; empty where none says so
   */
  String complaint(long from) throws IOException {
    String complaint = "";
    try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
      long begin = Math.min(from, log.length());
      log.seek(begin);
      byte[] said = new byte[(int) Math.min(log.length() - begin, MOST_BYTES)];
      log.readFully(said);
      for (String line : new String(said, StandardCharsets.UTF_8).lines().toList()) {
        if (line.startsWith(COMPLAINT)) {
          complaint = line.substring(COMPLAINT.length());
        } else if (complaint.isEmpty() && line.startsWith(ERROR)) {
          complaint = line.substring(ERROR.length());
        }
      }
    }
    return complaint;
  }

  /**
   * Why a process failed.
   *
   * @param from where what it said begins
   * @param ended in a few words, where it did not complain
   */
  String reason(long from, String ended) {
    String why;
    try {
      String complaint = complaint(from);
      why = complaint.isEmpty() ? ended : complaint;
    } catch (IOException e) {
      return "%s; what it said cannot be read: %s".formatted(ended, e.getMessage());
    }
    return "%s; what it said: %s".formatted(why, file);
  }
}
